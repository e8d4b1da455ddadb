import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { Login, type LoginProps } from "./index.ts";

const random = "ephemeral.aws_secretsmanager_random_password.login_password.random_password";
const stored = "ephemeral.aws_secretsmanager_secret_version.login_stored";

describe("Login", () => {
  it("is JSON as services and AWS's own functions read it, with a password that AWS makes", () => {
    expect(synth({}).the(SecretsmanagerSecretVersion).secret_string_wo).toBe(
      `\${jsonencode({"username" = "admin", "password" = ${random}, "engine" = "mysql"})}`,
    );
    expect(synth({}).json.ephemeral.aws_secretsmanager_random_password.login_password).toEqual({
      password_length: 32,
      exclude_punctuation: true,
      require_each_included_type: true,
    });
  });

  it("gives the server what is stored, never what was made up: a deployment that failed half-way cannot make them differ", () => {
    const stack = testStack();
    const login = build(stack, {});
    new TerraformOutput(stack, "given", { value: login.password });
    const { json } = synthesize(stack);
    expect(json.ephemeral.aws_secretsmanager_secret_version.login_stored).toEqual({
      secret_id: reference("aws_secretsmanager_secret_version.login_version.secret_id"),
    });
    expect(json.output.given.value).toBe(reference(`jsondecode(${stored}.secret_string).password`));
  });

  it("lets rotations move on: Terraform never moves the labels back, and its version is never cleaned up", () => {
    expect(synth({}).the(SecretsmanagerSecretVersion)).toMatchObject({
      version_stages: ["AWSCURRENT", "TERRAFORM"],
      lifecycle: { ignore_changes: ["version_stages"] },
      secret_string_wo_version: 1,
    });
  });

  it("makes a new password when the version is raised, for secret and server alike", () => {
    expect(synth({ version: 3 }).the(SecretsmanagerSecretVersion).secret_string_wo_version).toBe(3);
    expect(build(testStack(), { version: 3 }).passwordVersion).toBe(3);
    expect(build(testStack(), {}).passwordVersion).toBe(1);
  });

  it("cannot be deleted by mistake where it is protected; a copy can, it is made again", () => {
    const found = synth({ protect: true, replicas: ["us-east-1"] });
    expect(found.the(SecretsmanagerSecret)).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
    expect(found.named(KmsKey, "login_key")).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
    expect(found.named(KmsKey, "login_key-us-east-1")).toMatchObject({
      lifecycle: { prevent_destroy: false },
    });
    expect(synth({}).the(SecretsmanagerSecret)).not.toHaveProperty("lifecycle");
  });

  it("can be brought back for as long as it is told", () => {
    expect(synth({}).the(SecretsmanagerSecret).recovery_window_in_days).toBe(30);
    expect(synth({ recovery: "unrecoverable" }).the(SecretsmanagerSecret).recovery_window_in_days).toBe(0);
  });

  it("has a key that the log of its rotation may use, in its own region only", () => {
    const statements = JSON.parse(synth({}).the(KmsKey).policy).Statement;
    expect(statements[1]).toMatchObject({
      Principal: { Service: "logs.eu-west-1.amazonaws.com" },
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const stack = testStack();
    build(stack, { version: 1.5, replicas: ["eu-west-1"] });
    const text = mistakes(stack);
    for (const part of [/version is 1.5/, /regions other than eu-west-1/]) expect(text).toMatch(part);
  });
});

describe("what hurt users of others", () => {
  it("pain 16: password in state: no attribute that is stored has it", () => {
    const { json } = synth({});
    const { secret_string_wo: writeOnly, ...kept } = json.resource.aws_secretsmanager_secret_version.login_version;
    expect(writeOnly).toContain(random);
    expect(JSON.stringify([kept, json.resource.aws_secretsmanager_secret, json.locals, json.output])).not.toContain(
      "ephemeral.",
    );
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synth({ replicas: ["us-east-1"] }).addresses).toMatchInlineSnapshot(`
      [
        "aws_kms_key.login_key",
        "aws_kms_key.login_key-us-east-1",
        "aws_secretsmanager_secret.login_secret",
        "aws_secretsmanager_secret_version.login_version",
      ]
    `);
  });
});

function build(scope: Construct, props: Partial<LoginProps>): Login {
  return new Login(scope, "login", { description: "master user", username: "admin", engine: "mysql", ...props });
}

function synth(props: Partial<LoginProps>) {
  const stack = testStack();
  build(stack, props);
  return synthesize(stack);
}
