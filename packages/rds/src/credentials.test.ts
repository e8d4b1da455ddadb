import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation/index.js";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { describe, expect, it } from "@jest/globals";
import { gib } from "@mainstay/core";
import { reference, synthesize, testStack } from "@mainstay/testing";
import { testNetwork } from "@mainstay/vpc/testing";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { Database, type DatabaseProps } from "./index.ts";

const standard = synth({});

describe("the credentials of a database", () => {
  it("are in a secret, which is where the server gets its password from; another one comes only when that was said", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      username: "admin",
      password_wo: reference(
        "jsondecode(ephemeral.aws_secretsmanager_secret_version.database_login_stored.secret_string).password",
      ),
      password_wo_version: 1,
      iam_database_authentication_enabled: true,
    });
    const raised = synth({ passwordVersion: 2 });
    expect(raised.the(DbInstance)).toMatchObject({ password_wo_version: 2 });
    expect(raised.the(SecretsmanagerSecretVersion)).toMatchObject({ secret_string_wo_version: 2 });
  });

  it("change every 30 days, or as often as that was said", () => {
    const days = (props: Partial<DatabaseProps>) =>
      synth(props).the(SecretsmanagerSecretRotation).rotation_rules.automatically_after_days;
    expect(days({})).toBe(30);
    expect(days({ rotation: 90 })).toBe(90);
    expect(synth({ rotation: "never" }).all(SecretsmanagerSecretRotation)).toEqual({});
    expect(standard.named(CloudwatchLogGroup, "database_rotation_log")).toMatchObject({ retention_in_days: 365 });
    expect(synth({ logDays: 30 }).named(CloudwatchLogGroup, "database_rotation_log").retention_in_days).toBe(30);
  });

  it("are changed in this server and no other, once it is there", () => {
    expect(standard.the(LambdaFunction).environment).toEqual({
      variables: { DATABASE: reference("aws_db_instance.database_instance.identifier") },
    });
    expect(standard.named(IamRolePolicy, "database_rotation_policy").policy).toMatch(
      /arn:aws:rds:eu-west-1:[^:]+:db:clinic-test-database"/,
    );
  });

  it("have a copy for readers in the region of a replica", () => {
    const owner = testStack();
    const server = database(owner, { replicas: ["eu-central-1"] });
    new TerraformOutput(owner, "copy", { value: server.credentialsIn("eu-central-1") });
    expect(synthesize(owner).json.output.copy.value).toEqual({
      arn: reference('replace(aws_secretsmanager_secret.database_login_secret.arn, ":eu-west-1:", ":eu-central-1:")'),
      keyArn: reference("aws_kms_key.database_login_key-eu-central-1.arn"),
    });
    expect(server.credentialsIn("eu-west-1")).toEqual(server.credentials);
    expect(() => server.credentialsIn("us-east-1")).toThrow("add it to `replicas`");
  });

  it("pain 16: password in state: no property takes one, nothing that is stored has it, and the consumer learns where it is", () => {
    const owner = testStack();
    const { credentials } = database(owner, {});
    new TerraformOutput(owner, "credentials", { value: credentials });
    const found = synthesize(owner);
    const { password_wo: writeOnly, ...stored } = found.the(DbInstance);
    expect(writeOnly).toMatch(/^\$\{jsondecode\(ephemeral\./);
    expect(Object.keys(stored).filter((name) => name.includes("password"))).toEqual(["password_wo_version"]);
    expect(JSON.stringify([stored, found.json.output, found.json.locals])).not.toContain("ephemeral.");
    expect(found.json.output.credentials.value).toEqual({
      arn: reference("aws_secretsmanager_secret.database_login_secret.arn"),
      keyArn: reference("aws_kms_key.database_login_key.arn"),
    });
  });
});

function database(owner: TerraformStack, props: Partial<DatabaseProps>): Database {
  return new Database(owner, "database", {
    network: testNetwork(),
    class: "db.m7g.large",
    storage: gib(100),
    name: "clinic",
    ...props,
  });
}

function synth(props: Partial<DatabaseProps>) {
  const owner = testStack();
  database(owner, props);
  return synthesize(owner);
}
