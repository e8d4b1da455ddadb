import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation/index.js";
import { describe, expect, it } from "@jest/globals";
import type { Region } from "@mainstay/core";
import { reference, synthesize, testStack } from "@mainstay/testing";
import { App } from "cdktf";
import type { Construct } from "constructs";
import { Login, Rotation, type RotationProps } from "./index.ts";

const arn = "arn:aws:rds:eu-west-1:111122223333:db:clinic-test-database";
const standard = synth({});

describe("Rotation", () => {
  it("makes a new password every 30 days or as told, and never because of a deployment", () => {
    expect(standard.the(SecretsmanagerSecretRotation)).toMatchObject({
      secret_id: reference("aws_secretsmanager_secret.login_secret.id"),
      rotation_lambda_arn: reference("aws_lambda_function.rotation_function.arn"),
      rotation_rules: { automatically_after_days: 30 },
      rotate_immediately: false,
    });
    expect(synth({ days: 7 }).the(SecretsmanagerSecretRotation).rotation_rules).toEqual({
      automatically_after_days: 7,
    });
  });

  it("is set up when its function may be called and the secret has a value, and its function when it may do its work", () => {
    expect(standard.the(SecretsmanagerSecretRotation).depends_on).toEqual([
      "aws_lambda_permission.rotation_permission",
      "aws_secretsmanager_secret_version.login_version",
    ]);
    expect(standard.the(LambdaFunction).depends_on).toEqual([
      "aws_cloudwatch_log_group.rotation_log",
      "aws_iam_role_policy.rotation_policy",
    ]);
  });

  it("runs our function for this database, without its name in plain text", () => {
    expect(standard.the(LambdaFunction)).toMatchObject({
      function_name: "clinic-test-rotation",
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "rotate.handler",
      environment: { variables: { DATABASE: "clinic-test-database" } },
      kms_key_arn: reference("aws_kms_key.login_key.arn"),
    });
  });

  it("is called by Secrets Manager of this account alone", () => {
    expect(standard.the(LambdaPermission)).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "secretsmanager.amazonaws.com",
      source_account: reference("data.aws_caller_identity.rotation_account.account_id"),
    });
    const [trust] = JSON.parse(standard.the(IamRole).assume_role_policy).Statement;
    expect(trust.Principal).toEqual({ Service: "lambda.amazonaws.com" });
  });

  it("may change one secret and one server, and reads no other", () => {
    const { Statement: statements } = JSON.parse(standard.the(IamRolePolicy).policy);
    const resources = Object.fromEntries(
      statements.map(({ Sid, Resource }: { Sid: string; Resource: string }) => [Sid, Resource]),
    );
    expect(resources).toEqual({
      Secret: reference("aws_secretsmanager_secret.login_secret.arn"),
      NewPassword: "*",
      Key: reference("aws_kms_key.login_key.arn"),
      Server: arn,
      Log: `${reference("aws_cloudwatch_log_group.rotation_log.arn")}:*`,
    });
    const actions: string[] = statements.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    const everywhere = statements.filter(({ Resource }: { Resource: unknown }) => Resource === "*");
    expect(everywhere).toMatchObject([{ Action: "secretsmanager:GetRandomPassword" }]);
  });

  it("may encrypt the copies that the secret has, through Secrets Manager only", () => {
    const { Statement } = JSON.parse(synth({}, ["eu-central-1"]).the(IamRolePolicy).policy);
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Sid: "Copies",
        Resource: [reference("aws_kms_key.login_key-eu-central-1.arn")],
        Condition: {
          StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" },
        },
      }),
    );
  });

  it("has an encrypted log with an end, under the name that Lambda writes to", () => {
    expect(standard.the(CloudwatchLogGroup)).toMatchObject({
      name: "/aws/lambda/clinic-test-rotation",
      retention_in_days: 365,
      kms_key_id: reference("aws_kms_key.login_key.arn"),
    });
    expect(synth({ logDays: 30 }).the(CloudwatchLogGroup)).toMatchObject({ retention_in_days: 30 });
  });

  it("writes its code beside the stack, the same bytes in each synthesis, by the hash that Lambda shows", () => {
    const [first, second] = [written(), written()];
    expect(first.names).toEqual(["rotation_code.zip"]);
    expect(first.bytes).toEqual(second.bytes);
    expect(standard.the(LambdaFunction)).toMatchObject({
      filename: "assets/rotation_code.zip",
      source_code_hash: createHash("sha256").update(first.bytes).digest("base64"),
    });
    expect(first.bytes.toString()).toContain(readFileSync(join(import.meta.dirname, "rotate.mjs"), "utf8"));
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(standard.addresses.filter((address) => address.includes(".rotation_"))).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_log_group.rotation_log",
        "aws_iam_role.rotation_role",
        "aws_iam_role_policy.rotation_policy",
        "aws_lambda_function.rotation_function",
        "aws_lambda_permission.rotation_permission",
        "aws_secretsmanager_secret_rotation.rotation_schedule",
      ]
    `);
  });
});

function build(scope: Construct, props: Partial<RotationProps>, replicas: readonly Region[] = []): Rotation {
  const login = new Login(scope, "login", {
    description: "master user",
    username: "admin",
    engine: "mysql",
    replicas,
  });
  return new Rotation(scope, "rotation", {
    login,
    database: { identifier: "clinic-test-database", arn },
    ...props,
  });
}

function synth(props: Partial<RotationProps>, replicas?: readonly Region[]) {
  const stack = testStack();
  build(stack, props, replicas);
  return synthesize(stack);
}

/** What a real synthesis writes. */
function written() {
  const outdir = mkdtempSync(join(tmpdir(), "rotation-"));
  const app = new App({ outdir });
  const stack = testStack({}, app);
  build(stack, {});
  app.synth();
  const assets = join(outdir, "stacks", stack.node.id, "assets");
  const found = { names: readdirSync(assets), bytes: readFileSync(join(assets, "rotation_code.zip")) };
  rmSync(outdir, { recursive: true });
  return found;
}
