import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { gib } from "@mainstay/core";
import { mistakes, reference, synthesize, testApp, testStack } from "@mainstay/testing";
import type { Endpoint } from "@mainstay/vpc";
import { testNetwork } from "@mainstay/vpc/testing";
import type { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { Database, type DatabaseProps, type InstanceClass, type Version } from "./index.ts";

const key = reference("aws_kms_key.database_key.arn");

/** The database with all defaults; synthesised once, as nothing changes it. */
const standard = synthesize(stack({}));

describe("Database", () => {
  it("fails over to another zone unless told that it need not", () => {
    expect(standard.the(DbInstance)).toMatchObject({ multi_az: true, engine: "mysql", engine_version: "8.4" });
    expect(instance({ availability: "single-az" })).toMatchObject({ multi_az: false });
  });

  it("lives in the data tier and is never public", () => {
    expect(standard.the(DbSubnetGroup).subnet_ids).toEqual(["subnet-data-eu-west-1a", "subnet-data-eu-west-1b"]);
    expect(standard.the(DbInstance)).toMatchObject({
      publicly_accessible: false,
      db_subnet_group_name: reference("aws_db_subnet_group.database_subnet-group.name"),
      vpc_security_group_ids: [reference("aws_security_group.database_security-group.id")],
    });
  });

  it("accepts TLS 1.2 and 1.3 only, with a certificate of the current authority", () => {
    expect(parameter("require_secure_transport")).toMatchObject({ value: "1" });
    expect(parameter("tls_version")).toMatchObject({ value: "TLSv1.2,TLSv1.3", apply_method: "pending-reboot" });
    expect(standard.the(DbInstance)).toMatchObject({
      parameter_group_name: reference("aws_db_parameter_group.database_parameter-group.name"),
    });
  });

  it("logs slow queries to a file, which is what RDS exports", () => {
    expect(parameter("slow_query_log")).toMatchObject({ value: "1" });
    expect(parameter("log_output")).toMatchObject({ value: "FILE" });
    expect(standard.the(DbInstance).enabled_cloudwatch_logs_exports).toEqual(["error", "slowquery"]);
  });

  it("stores all text that there is", () => {
    expect(parameter("character_set_server")).toMatchObject({ value: "utf8mb4" });
  });

  it("leaves max_connections to the engine, which knows the class", () => {
    expect(parameter("max_connections")).toBeUndefined();
  });

  it("encrypts storage, insights and logs with a key of its own that rotates", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      storage_encrypted: true,
      storage_type: "gp3",
      kms_key_id: key,
      performance_insights_kms_key_id: key,
    });
    expect(standard.named(KmsKey, "database_key")).toMatchObject({ enable_key_rotation: true });
    expect(standard.named(CloudwatchLogGroup, "database_log-error")).toMatchObject({ kms_key_id: key });
    expect(JSON.parse(standard.named(KmsKey, "database_key").policy).Statement).toContainEqual(
      expect.objectContaining({
        Principal: { Service: "logs.eu-west-1.amazonaws.com" },
      }),
    );
  });

  it("has log groups with an end before RDS would make some without", () => {
    const found = synth({ logDays: 30 });
    expect(found.named(CloudwatchLogGroup, "database_log-slowquery")).toMatchObject({
      name: "/aws/rds/instance/clinic-test-database/slowquery",
      retention_in_days: 30,
    });
    expect(found.the(DbInstance)).toMatchObject({ identifier: "clinic-test-database" });
    expect(found.the(DbInstance).depends_on).toEqual(
      expect.arrayContaining([
        "aws_cloudwatch_log_group.database_log-error",
        "aws_cloudwatch_log_group.database_log-slowquery",
      ]),
    );
  });

  it("grows by itself, to twice its size or as far as it is told", () => {
    expect(instance({ storage: gib(100) })).toMatchObject({ allocated_storage: 100, max_allocated_storage: 200 });
    expect(instance({ maxStorage: gib(500) })).toMatchObject({ max_allocated_storage: 500 });
  });

  it("can go back to any second of the last two weeks", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      backup_retention_period: 14,
      copy_tags_to_snapshot: true,
      backup_window: "01:00-02:00",
      maintenance_window: "sun:03:00-sun:04:00",
      apply_immediately: false,
    });
    expect(instance({ backupDays: 35 })).toMatchObject({ backup_retention_period: 35 });
  });

  it("shows what the server and its operating system do", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      performance_insights_enabled: true,
      performance_insights_retention_period: 7,
      monitoring_interval: 60,
      monitoring_role_arn: reference("aws_iam_role.database_monitoring_role.arn"),
    });
    expect(standard.the(DbInstance).depends_on).toContain("aws_iam_role_policy_attachment.database_monitoring_policy");
  });

  it("lends its monitoring role to this server only", () => {
    const [statement] = JSON.parse(standard.named(IamRole, "database_monitoring_role").assume_role_policy).Statement;
    expect(statement).toMatchObject({
      Principal: { Service: "monitoring.rds.amazonaws.com" },
      Condition: {
        ArnLike: { "aws:SourceArn": expect.stringMatching(/^arn:aws:rds:eu-west-1:.*:db:clinic-test-database$/) },
      },
    });
  });

  it("asks for no Performance Insights where RDS has none", () => {
    const small = instance({ class: "db.t4g.small" });
    expect(small).toMatchObject({ performance_insights_enabled: false });
    expect(small).not.toHaveProperty("performance_insights_kms_key_id");
    expect(instance({ class: "db.t4g.medium" })).toMatchObject({ performance_insights_enabled: true });
  });

  it("cannot be deleted by mistake, neither through Terraform nor past it", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: true },
    });
    for (const name of ["database_key", "database_login_key"]) {
      expect(standard.named(KmsKey, name)).toMatchObject({
        lifecycle: { prevent_destroy: true },
      });
    }
    expect(standard.the(SecretsmanagerSecret)).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
  });

  it("can be deleted where that was said, and still leaves a snapshot", () => {
    const found = synth({ protect: false });
    expect(found.the(DbInstance)).toMatchObject({
      deletion_protection: false,
      lifecycle: { prevent_destroy: false },
      skip_final_snapshot: false,
      delete_automated_backups: false,
    });
    expect(found.named(KmsKey, "database_key")).toMatchObject({
      lifecycle: { prevent_destroy: false },
      deletion_window_in_days: 30,
    });
    expect(found.the(SecretsmanagerSecret)).toMatchObject({ recovery_window_in_days: 0 });
  });

  it("leaves nothing only where both were said", () => {
    const nothing = instance({ protect: false, finalSnapshot: false });
    expect(nothing).toMatchObject({ skip_final_snapshot: true, delete_automated_backups: true });
    expect(nothing).not.toHaveProperty("final_snapshot_identifier");
  });

  it("can have read replicas: RDS refuses them where it manages the password, and without backups", () => {
    expect(standard.the(DbInstance)).not.toHaveProperty("manage_master_user_password");
    expect(standard.the(DbInstance).backup_retention_period).toBeGreaterThan(0);
  });

  it("says what an alarm has to know", () => {
    const { identifier, class: instanceClass, storage, maxStorage } = database(testStack(), { maxStorage: gib(300) });
    expect([identifier, instanceClass, storage, maxStorage]).toEqual([
      "clinic-test-database",
      "db.m7g.large",
      100,
      300,
    ]);
  });

  it("reports every mistake at once, with the fix", () => {
    const text = mistakes(
      stack({
        network: testNetwork(["eu-west-1a"]),
        class: "db.r7g.larg" as InstanceClass,
        storage: gib(10),
        name: "1clinic",
        backupDays: 0,
        finalSnapshot: false,
        port: 80,
        rotation: 0 as 7,
        passwordVersion: 0,
        replicas: ["eu-west-1"],
      }),
    );
    for (const part of [
      /two zones or more/,
      /Did you mean db\.r7g\.large\?/,
      /20 to 65536 GiB/,
      /name is "1clinic"/,
      /1 to 35 days/,
      /true while the database is protected/,
      /port is 80/,
      /rotation is 0; allowed: 7, 14/,
      /version is 0/,
      /regions other than eu-west-1/,
    ]) {
      expect(text).toMatch(part);
    }
  });
});

describe("what hurt users of others", () => {
  it("pain 5: inline and separate security group rules fight: the group has no rule of its own", () => {
    const group = standard.the(SecurityGroup);
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  it("pain 6: circular security groups across stacks: both rules live with the client", () => {
    const { found, clientFound } = twoStacks();
    expect(found.all(VpcSecurityGroupIngressRule)).toEqual({});
    expect(clientFound.named(VpcSecurityGroupIngressRule, "api_into-database-mysql")).toMatchObject({
      from_port: 3306,
      to_port: 3306,
      referenced_security_group_id: "sg-client",
    });
    expect(clientFound.named(VpcSecurityGroupEgressRule, "api_to-database-mysql")).toMatchObject({
      security_group_id: "sg-client",
    });
    expect(JSON.stringify(found.json)).not.toContain("terraform_remote_state");
  });

  it("pain 20: final snapshot identifier collision: a random suffix, made once and stored", () => {
    expect(standard.the(DbInstance).final_snapshot_identifier).toBe(
      `clinic-test-database-final-${reference("terraform_data.database_final-snapshot_suffix.output")}`,
    );
    expect(standard.named({ tfResourceType: "terraform_data" }, "database_final-snapshot_suffix")).toMatchObject({
      input: reference("substr(uuid(), 0, 8)"),
      lifecycle: { ignore_changes: ["input"] },
    });
    expect(JSON.stringify(standard.json)).not.toContain("timestamp()");
  });

  it("pain 21: minor version downgrade in a plan: a patch number is refused, RDS installs patches", () => {
    expect(mistakes(stack({ version: "8.4.5" as Version }))).toMatch(/version is "8\.4\.5"; allowed: 8\.4\./);
    expect(standard.the(DbInstance)).toMatchObject({ auto_minor_version_upgrade: true });
  });

  it("a new version is an upgrade, which RDS refuses where that was not said", () => {
    expect(standard.the(DbInstance)).toMatchObject({ allow_major_version_upgrade: true });
  });

  it("a new version does not delete a parameter group that is in use", () => {
    expect(standard.the(DbParameterGroup)).toMatchObject({
      family: "mysql8.4",
      name_prefix: "clinic-test-database-",
      lifecycle: { create_before_destroy: true },
    });
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(standard.addresses).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_log_group.database_log-error",
        "aws_cloudwatch_log_group.database_log-slowquery",
        "aws_cloudwatch_log_group.database_rotation_log",
        "aws_db_instance.database_instance",
        "aws_db_parameter_group.database_parameter-group",
        "aws_db_subnet_group.database_subnet-group",
        "aws_iam_role.database_monitoring_role",
        "aws_iam_role.database_rotation_role",
        "aws_iam_role_policy.database_rotation_policy",
        "aws_iam_role_policy_attachment.database_monitoring_policy",
        "aws_kms_key.database_key",
        "aws_kms_key.database_login_key",
        "aws_lambda_function.database_rotation_function",
        "aws_lambda_permission.database_rotation_permission",
        "aws_secretsmanager_secret.database_login_secret",
        "aws_secretsmanager_secret_rotation.database_rotation_schedule",
        "aws_secretsmanager_secret_version.database_login_version",
        "aws_security_group.database_security-group",
        "terraform_data.database_final-snapshot_suffix",
      ]
    `);
  });
});

class Client extends Construct implements Endpoint {
  readonly securityGroup = { id: "sg-client" };
}

function database(owner: TerraformStack, props: Partial<DatabaseProps>): Database {
  return new Database(owner, "database", {
    network: testNetwork(),
    class: "db.m7g.large",
    storage: gib(100),
    name: "clinic",
    ...props,
  });
}

function stack(props: Partial<DatabaseProps>): TerraformStack {
  const owner = testStack();
  database(owner, props);
  return owner;
}

function synth(props: Partial<DatabaseProps>) {
  return synthesize(stack(props));
}

function instance(props: Partial<DatabaseProps>) {
  return synth(props).the(DbInstance);
}

function parameter(name: string) {
  const parameters: { readonly name: string }[] = standard.the(DbParameterGroup).parameter;
  return parameters.find((candidate) => candidate.name === name);
}

function twoStacks() {
  const app = testApp();
  const owner = testStack({ life: "data" }, app);
  const consumer = testStack({ life: "service" }, app);
  const server = database(owner, {});
  const client = new Client(consumer, "api");
  server.allowFrom(client);
  return { found: synthesize(owner), clientFound: synthesize(consumer) };
}
