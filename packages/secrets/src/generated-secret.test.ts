import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { GeneratedSecret, type GeneratedSecretProps, type RecoveryDays } from "./index.ts";

const value = "ephemeral.aws_secretsmanager_random_password.session-key_password";

describe("GeneratedSecret", () => {
  it("has AWS make the value, and Terraform forget it", () => {
    const found = synth({});
    expect(found.json.ephemeral).toEqual({
      aws_secretsmanager_random_password: {
        "session-key_password": { password_length: 32, exclude_punctuation: true, require_each_included_type: true },
      },
    });
    expect(found.the(SecretsmanagerSecretVersion)).toMatchObject({
      secret_id: reference("aws_secretsmanager_secret.session-key_secret.id"),
      secret_string_wo: reference(`${value}.random_password`),
      secret_string_wo_version: 1,
    });
  });

  it("makes a new value when the version is raised, and only then", () => {
    const version = (props: Partial<GeneratedSecretProps>) => synth(props).the(SecretsmanagerSecretVersion);
    expect(version({ version: 2 }).secret_string_wo_version).toBe(2);
    expect(version({ length: 64 })).toEqual(version({}));
  });

  it("uses punctuation where the value is never part of something else", () => {
    const made = synth({ alphabet: "printable", length: 64 }).json.ephemeral.aws_secretsmanager_random_password;
    expect(made["session-key_password"]).toMatchObject({ exclude_punctuation: false, password_length: 64 });
  });

  it("encrypts with a key of its own that rotates", () => {
    const found = synth({});
    expect(found.the(SecretsmanagerSecret)).toMatchObject({
      name: "clinic-test-session-key",
      description: "signs sessions",
      kms_key_id: reference("aws_kms_key.session-key_key.arn"),
    });
    expect(found.the(KmsKey)).toMatchObject({ enable_key_rotation: true });
  });

  it("can be brought back for a month, unless that was given up", () => {
    const days = (props: Partial<GeneratedSecretProps>) =>
      synth(props).the(SecretsmanagerSecret).recovery_window_in_days;
    expect(days({})).toBe(30);
    expect(days({ recovery: 7 })).toBe(7);
    expect(days({ recovery: "unrecoverable" })).toBe(0);
  });

  it("keeps two secrets of a stack apart, wherever they are", () => {
    const stack = testStack();
    new GeneratedSecret(stack, "first", { description: "1" });
    new GeneratedSecret(new Construct(stack, "inner"), "first", { description: "2" });
    const found = synthesize(stack);
    expect(Object.keys(found.json.ephemeral.aws_secretsmanager_random_password)).toEqual([
      "first_password",
      "inner_first_password",
    ]);
    expect(found.named(SecretsmanagerSecretVersion, "inner_first_version").secret_string_wo).toContain(
      ".inner_first_password.",
    );
  });

  it("has a copy in another region, under a key that is made and stays there", () => {
    const found = synth({ replicas: ["eu-central-1"] });
    expect(found.the(SecretsmanagerSecret).replica).toEqual([
      { region: "eu-central-1", kms_key_id: reference("aws_kms_key.session-key_key-eu-central-1.arn") },
    ]);
    expect(found.named(KmsKey, "session-key_key-eu-central-1")).toMatchObject({
      provider: "aws.eu-central-1",
      enable_key_rotation: true,
    });
    expect(found.named(KmsKey, "session-key_key")).not.toHaveProperty("provider");
  });

  it("gains a copy in place: whatever was there stays as it is, but for the list of copies", () => {
    const [before, after] = [synth({}), synth({ replicas: ["eu-central-1"] })];
    expect(before.the(SecretsmanagerSecret)).not.toHaveProperty("replica");
    const { replica: _, ...rest } = after.the(SecretsmanagerSecret);
    expect(rest).toEqual(before.the(SecretsmanagerSecret));
    expect(after.the(SecretsmanagerSecretVersion)).toEqual(before.the(SecretsmanagerSecretVersion));
    expect(after.addresses.filter((address) => !before.addresses.includes(address))).toEqual([
      "aws_kms_key.session-key_key-eu-central-1",
    ]);
  });

  it("tells readers of each region where their copy is", () => {
    const stack = testStack();
    const secret = build(stack, { replicas: ["eu-central-1"] });
    new TerraformOutput(stack, "copy", { value: secret.replicaIn("eu-central-1") });
    expect(synthesize(stack).json.output.copy.value).toEqual({
      arn: reference('replace(aws_secretsmanager_secret.session-key_secret.arn, ":eu-west-1:", ":eu-central-1:")'),
      keyArn: reference("aws_kms_key.session-key_key-eu-central-1.arn"),
    });
    expect(secret.replicaIn("eu-west-1")).toEqual(secret.reference);
    expect(() => secret.replicaIn("us-east-1")).toThrow("session-key has no copy in us-east-1: add it to `replicas`.");
  });

  it("reports every mistake at once, with the fix", () => {
    const stack = testStack();
    const replicas = ["eu-west-1", "us-east-1", "us-east-1"] as const;
    build(stack, { version: 0, length: 8, recovery: 3 as RecoveryDays, replicas });
    const text = mistakes(stack);
    for (const part of [
      /version is 0/,
      /16 to 4096 characters/,
      /"unrecoverable"/,
      /regions other than eu-west-1/,
      /each region once/,
    ]) {
      expect(text).toMatch(part);
    }
  });
});

describe("what hurt users of others", () => {
  it("pain 16: password in state: no attribute that is stored has the value, and no property takes one", () => {
    const stack = testStack();
    const { reference: secret } = build(stack, {});
    new TerraformOutput(stack, "secret", { value: secret });
    const { json } = synthesize(stack);
    expect(json.output.secret.value).toEqual({
      arn: reference("aws_secretsmanager_secret.session-key_secret.arn"),
      keyArn: reference("aws_kms_key.session-key_key.arn"),
    });
    const { secret_string_wo: writeOnly, ...stored } =
      json.resource.aws_secretsmanager_secret_version["session-key_version"];
    expect(writeOnly).toContain(value);
    expect(stored).not.toHaveProperty("secret_string");
    expect(stored).not.toHaveProperty("secret_binary");
    expect(JSON.stringify([json.output, json.locals, stored])).not.toContain(value);
    expect(JSON.stringify(json).split(reference(`${value}.random_password`))).toHaveLength(2);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synth({}).addresses).toMatchInlineSnapshot(`
      [
        "aws_kms_key.session-key_key",
        "aws_secretsmanager_secret.session-key_secret",
        "aws_secretsmanager_secret_version.session-key_version",
      ]
    `);
  });
});

function build(scope: Construct, props: Partial<GeneratedSecretProps>): GeneratedSecret {
  return new GeneratedSecret(scope, "session-key", { description: "signs sessions", ...props });
}

function synth(props: Partial<GeneratedSecretProps>) {
  const stack = testStack();
  build(stack, props);
  return synthesize(stack);
}
