import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { describe, expect, it } from "@jest/globals";
import { synthesize, testStack } from "@mainstay/testing";
import { EnvironmentRoles, GithubProvider, providerArn } from "./index.ts";

const account = "123456789012";

function example(audiences: readonly string[] = []) {
  const stack = testStack();
  const { arn: provider } = new GithubProvider(stack, "github", { audiences });
  const bucket = "arn:aws:s3:::states";
  new EnvironmentRoles(stack, "clinic-dev", {
    provider,
    account,
    deliverers: "clinic-account-",
    repository: "example/clinic",
    environment: "clinic-dev",
    branch: "main",
    states: { bucket, prefix: "clinic/dev/", key: "arn:aws:kms:eu-west-1:123456789012:key/k" },
  });
  return synthesize(stack);
}

describe("the roles of an environment", () => {
  it("have addresses that stay", () => {
    expect(example().addresses).toMatchSnapshot();
  });

  it("are three, and whatever can change something is bounded", () => {
    const roles = example().all(IamRole);
    const bounded = Object.entries(roles).map(([name, { permissions_boundary }]) => [
      name,
      permissions_boundary !== undefined,
    ]);
    expect(Object.fromEntries(bounded)).toEqual({
      "clinic-dev_plan_role": false,
      "clinic-dev_deploy_role": true,
      "clinic-dev_push_role": true,
    });
  });
});

describe("pain 29: OIDC provider already exists in the account", () => {
  it("is imported by an id that needs no look-up", () => {
    expect(providerArn(account)).toBe("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
  });

  it("keeps the audiences that it has, adds the one that AWS asks for, and is never deleted", () => {
    const provider = example(["https://github.com/example"]).the(IamOpenidConnectProvider);
    expect(provider.client_id_list).toEqual(["https://github.com/example", "sts.amazonaws.com"]);
    expect(provider.lifecycle).toMatchObject({
      prevent_destroy: true,
      ignore_changes: ["thumbprint_list", "tags", "tags_all"],
    });
  });
});
