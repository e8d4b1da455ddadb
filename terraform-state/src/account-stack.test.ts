import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { describe, expect, it } from "@jest/globals";
import { localState, s3State } from "@mainstay/core";
import { reference, synthesize, testApp } from "@mainstay/testing";
import { type AccountProps, account, sound } from "./account.ts";
import { AccountStack, type Found, statePrefix } from "./account-stack.ts";
import { chooseAccount, loadAccounts } from "./accounts.ts";
import { deliveriesOf, identitiesOf } from "./deliveries.ts";
import { exampleProps } from "./testing/example.ts";

const build = (found?: Found, props: Partial<AccountProps> = {}) =>
  synthesize(new AccountStack(testApp(), sound(account({ ...exampleProps, ...props })), localState, found));

describe("the bucket of the states", () => {
  const stack = build();

  it("keeps old versions, encrypts with a key of its own, and cannot be deleted by a plan", () => {
    expect(stack.named(S3BucketVersioningA, "store_states_versioning").versioning_configuration.status).toBe("Enabled");
    const { rule } = stack.named(S3BucketServerSideEncryptionConfigurationA, "store_states_encryption");
    expect(rule[0].apply_server_side_encryption_by_default).toEqual({
      sse_algorithm: "aws:kms",
      kms_master_key_id: reference("aws_kms_key.store_key.arn"),
    });
    for (const type of [S3Bucket, KmsKey]) {
      for (const one of Object.values(stack.all(type))) expect(one.lifecycle.prevent_destroy).toBe(true);
    }
  });

  it("keeps the newest hundred versions for ever: a state that is rarely deployed can be put back after years", () => {
    const { rule } = stack.named(S3BucketLifecycleConfiguration, "store_states_lifecycle");
    expect(rule[0].noncurrent_version_expiration).toEqual([{ noncurrent_days: 365, newer_noncurrent_versions: 100 }]);
    expect(rule[0].expiration).toBeUndefined();
  });

  it("takes requests over TLS only, no other encryption, and lets nobody delete a version", () => {
    const { Statement } = JSON.parse(stack.named(S3BucketPolicy, "store_states_policy").policy);
    expect(Statement).toMatchObject([
      { Sid: "TlsOnly", Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Sid: "OwnKeyOnly", Effect: "Deny", Condition: { Null: { "s3:x-amz-server-side-encryption": "false" } } },
      { Sid: "NothingIsLost", Effect: "Deny", Action: ["s3:DeleteBucket", "s3:DeleteObjectVersion"] },
    ]);
  });

  it("logs who read and wrote, into a bucket that S3 alone may write to", () => {
    const { Statement } = JSON.parse(stack.named(S3BucketPolicy, "store_logs_policy").policy);
    expect(Statement[1]).toMatchObject({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::clinic-test-states" } },
    });
  });

  it("has addresses that stay", () => {
    expect(stack.addresses.filter((address) => address.includes("store_"))).toMatchSnapshot();
  });
});

describe("pain 29: OIDC provider already exists in the account", () => {
  it("creates it where there is none", () => {
    expect(build().json.import).toBeUndefined();
    expect(build().the(IamOpenidConnectProvider).client_id_list).toEqual(["sts.amazonaws.com"]);
  });

  it("imports the one that is there, and keeps its audiences", () => {
    const stack = build({ buckets: [], audiences: ["https://github.com/example"] });
    expect(stack.json.import).toEqual([
      {
        to: "aws_iam_openid_connect_provider.github_provider",
        id: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      },
    ]);
    expect(stack.the(IamOpenidConnectProvider).client_id_list).toEqual([
      "https://github.com/example",
      "sts.amazonaws.com",
    ]);
  });

  it("imports buckets that an earlier run has left", () => {
    const stack = build({ buckets: ["clinic-test-states", "clinic-test-states-logs"] });
    expect(stack.json.import).toEqual([
      { to: "aws_s3_bucket.store_states_bucket", id: "clinic-test-states" },
      { to: "aws_s3_bucket.store_logs_bucket", id: "clinic-test-states-logs" },
    ]);
  });
});

describe("an account whose state is lost", () => {
  const props = sound(account(exampleProps));
  const { plan, deploy, push, boundary } = identitiesOf(props, "clinic-dev");

  it("has its key, roles and boundaries taken over by their names", () => {
    const stack = build({ buckets: [], identities: [plan, deploy, push, boundary], key: "k-1" });
    expect(stack.json.import).toEqual([
      { to: "aws_kms_key.store_key", id: "k-1" },
      { to: "aws_iam_policy.clinic-dev_boundary_policy", id: boundary },
      { to: "aws_iam_role.clinic-dev_plan_role", id: "clinic-account-eu-central-1-clinic-dev-plan" },
      { to: "aws_iam_role.clinic-dev_deploy_role", id: "clinic-account-eu-central-1-clinic-dev-deploy" },
      { to: "aws_iam_role.clinic-dev_push_role", id: "clinic-account-eu-central-1-clinic-dev-push" },
    ]);
  });

  it("takes over what is there and no more", () => {
    expect(build({ buckets: [], identities: [push] }).json.import).toHaveLength(1);
  });

  it("has the boundary that its roles name", () => {
    const { roles } = new AccountStack(testApp(), props, localState);
    expect(roles["clinic-dev"]?.boundary.arn).toBe(boundary);
  });
});

describe("an account that had one boundary for all environments", () => {
  it("leaves it in AWS for the roles that still carry it", () => {
    expect(build().json.removed).toEqual([{ from: "aws_iam_policy.boundary_policy", lifecycle: { destroy: false } }]);
  });
});

describe("what workflows are told", () => {
  it("names the roles as the stack makes them", () => {
    const props = sound(account(exampleProps));
    const { roles } = new AccountStack(testApp(), props, localState);
    const [one] = deliveriesOf([props]);
    const named = [one?.planRole, one?.deployRole, one?.pushRole].map((arn) => arn?.split("/").at(-1));
    const made = roles["clinic-dev"];
    expect(named).toEqual([made?.plan, made?.deploy, made?.push].map((role) => role?.role.nameInput));
    expect(named[0]).toBe("clinic-account-eu-central-1-clinic-dev-plan");
  });
});

describe("an account file", () => {
  it("says everything that is wrong at once, and nothing is done", () => {
    const wrong = {
      ...exampleProps,
      account: 123 as unknown as string,
      state: s3State("bucket"),
      repository: "clinic",
      environments: { dev: { branch: "main", region: "eu-west-1" as const } },
      bucket: "x",
    };
    expect(() => sound(account(wrong))).toThrow(
      [
        "Refused: terraform-state/accounts has mistakes. Nothing was done.",
        "  account is 123; allowed: 12 digits, in quotes. Copy it from `aws sts get-caller-identity`.",
        '  state is {"kind":"s3","bucket":"bucket"}; allowed: s3State(bucket, { region }), with a bucket name of 3 to 58 of a-z, 0-9 and -. Write the bucket that the environments name, and its region.',
        '  repository is "clinic"; allowed: owner/name. Copy it from the address of the repository.',
        '  environments is {"dev":{"branch":"main","region":"eu-west-1"}}; allowed: names like clinic-dev, each with { branch, region, production }. Write one for each environment that GitHub deploys.',
        '  bucket is "x"; allowed: name, account, state, repository, environments, cost. Remove it: there is no such property.',
      ].join("\n"),
    );
  });

  it.each([
    [
      ["clinic-dev", "clinic-dev-two"],
      'environments is "clinic-dev-two"; allowed: no name that begins with another one: clinic-dev is taken.',
    ],
    [
      ["clinic-account"],
      'environments is "clinic-account"; allowed: no name that begins with another one: clinic-account is taken.',
    ],
    [["clinic-account-x"], "clinic-account is taken"],
  ])("refuses names that permissions cannot tell apart: %j", (names, problem) => {
    const environments = Object.fromEntries(
      names.map((one) => [one, { branch: "main", region: "eu-west-1" as const }]),
    );
    expect(() => sound(account({ ...exampleProps, environments }))).toThrow(problem);
  });

  it("takes names that only look alike", () => {
    const environments = Object.fromEntries(
      ["clinic-dev", "clinic-dev2", "clinic-accounting"].map((one) => [
        one,
        { branch: "main", region: "eu-west-1" as const },
      ]),
    );
    expect(sound(account({ ...exampleProps, environments })).name).toBe("clinic");
  });

  it("is found in accounts/, is sound, and has its states where environments look for them", async () => {
    const accounts = await loadAccounts();
    for (const one of accounts.values()) expect(sound(one).name).toMatch(/./);
    expect(statePrefix("clinic-production")).toBe("clinic/production/");
    expect(() => chooseAccount(accounts, "nobody")).toThrow("No account is called nobody. There are: clinic.");
  });
});
