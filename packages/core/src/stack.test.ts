import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { describe, expect, it } from "@jest/globals";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import { EnvironmentStack, type EnvironmentStackProps, localState, providerFor, s3State, tagsOf } from "./index.ts";

describe("EnvironmentStack", () => {
  it("is named by environment, region and life", () => {
    expect(build().node.id).toBe("clinic-dev-eu-west-1-data");
  });

  it("tags everything for the bill, and tells modules the tags", () => {
    const stack = build();
    const tags = {
      Application: "clinic",
      Environment: "dev",
      Stack: "data",
      Owner: "platform",
      CostCenter: "4711",
      ManagedBy: "mainstay",
    };
    expect(synth(stack).provider.aws).toEqual([{ region: "eu-west-1", default_tags: [{ tags }] }]);
    expect(tagsOf(new Construct(stack, "inner"))).toEqual(tags);
  });

  it("makes a copy elsewhere with one more provider, once, which may touch the same account only", () => {
    const stack = build({ account: "123456789012" });
    const inner = new Construct(stack, "inner");
    expect(providerFor(inner, "eu-west-1")).toBe(stack.provider);
    expect(providerFor(inner, "eu-central-1")).toBe(providerFor(inner, "eu-central-1"));
    const { aws } = synth(stack).provider;
    expect(aws.map(({ alias, region }: Record<string, string>) => [alias, region])).toEqual([
      [undefined, "eu-west-1"],
      ["eu-central-1", "eu-central-1"],
    ]);
    expect(aws[1]).toMatchObject({ allowed_account_ids: ["123456789012"], default_tags: aws[0].default_tags });
  });

  it("refuses every account but the one that is named", () => {
    expect(synth(build({ account: "123456789012" })).provider.aws[0].allowed_account_ids).toEqual(["123456789012"]);
  });

  it("bounds every role, wherever it is made, but one that has a boundary of its own", () => {
    const permissionBoundary = "arn:aws:iam::123456789012:policy/most";
    const stack = build({ permissionBoundary });
    new IamRole(new Construct(stack, "inner"), "role", { assumeRolePolicy: "{}" });
    new IamRole(stack, "own", {
      assumeRolePolicy: "{}",
      permissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    });
    const { aws_iam_role: roles } = synth(stack).resource;
    expect(roles.inner_role.permissions_boundary).toBe(permissionBoundary);
    expect(roles.own.permissions_boundary).toBe("arn:aws:iam::aws:policy/ReadOnlyAccess");
  });

  it("pain 27: construct renames destroy resources: an address is the path and nothing else", () => {
    const stack = build();
    new SnsTopic(new Construct(new Construct(stack, "alarms"), "eu-west-1a"), "topic", {});
    expect(Object.keys(synth(stack).resource.aws_sns_topic)).toEqual(["alarms_eu-west-1a_topic"]);
  });

  it("writes what Terraform does not take in a name as a dash", () => {
    const stack = build();
    new SnsTopic(stack, "ecr.api", {});
    expect(Object.keys(synth(stack).resource.aws_sns_topic)).toEqual(["ecr-api"]);
  });

  it("keeps local state below the repository, by a path that is right on every machine", () => {
    expect(synth(build()).terraform.backend).toEqual({
      local: { path: "../../../terraform-state/local/clinic-dev-eu-west-1-data.tfstate" },
    });
  });

  it("names a key for the state only where it is given one: the bucket's own applies otherwise", () => {
    const kmsKey = "arn:aws:kms:eu-west-1:123456789012:key/k";
    const { s3 } = synth(build({ state: s3State("states", { kmsKey }) })).terraform.backend;
    expect(s3).toMatchObject({ encrypt: true, kms_key_id: kmsKey });
  });

  it("pain 29: DynamoDB lock deprecated: locks S3 state by a file beside it", () => {
    expect(synth(build({ state: s3State("states", { region: "eu-north-1" }) })).terraform.backend).toEqual({
      s3: {
        bucket: "states",
        key: "clinic/dev/eu-west-1/data.tfstate",
        region: "eu-north-1",
        use_lockfile: true,
      },
    });
  });
});

function build(props: Partial<EnvironmentStackProps> = {}): EnvironmentStack {
  return new EnvironmentStack(Testing.app({ outdir: ".results/app" }), {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life: "data",
    state: localState,
    cost: { owner: "platform", costCenter: "4711" },
    ...props,
  });
}

function synth(stack: EnvironmentStack) {
  return JSON.parse(Testing.synth(stack));
}
