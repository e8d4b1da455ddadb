import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { type EnvironmentStack, gib } from "@mainstay/core";
import { mistakes, reference, synthesize, testApp, testStack } from "@mainstay/testing";
import type { Endpoint } from "@mainstay/vpc";
import { testNetwork } from "@mainstay/vpc/testing";
import { Construct } from "constructs";
import { Database, type InstanceClass, ReadReplica, type ReadReplicaProps } from "./index.ts";

const key = reference("aws_kms_key.standby_key.arn");
const standard = synthesize(elsewhere({}).stack);

describe("ReadReplica", () => {
  it("follows a database in another region, encrypted by a key that is there", () => {
    const replica = standard.the(DbInstance);
    expect(replica.replicate_source_db).toMatch(/^arn:aws:rds:eu-west-1:\$\{.*account_id\}:db:clinic-test-database$/);
    expect(replica).toMatchObject({
      identifier: "clinic-test-standby",
      kms_key_id: key,
      performance_insights_kms_key_id: key,
      storage_encrypted: true,
      db_subnet_group_name: reference("aws_db_subnet_group.standby_subnet-group.name"),
      vpc_security_group_ids: [reference("aws_security_group.standby_security-group.id")],
      publicly_accessible: false,
    });
    expect(standard.the(DbSubnetGroup).subnet_ids).toEqual(["subnet-data-eu-central-1a", "subnet-data-eu-central-1b"]);
    expect(standard.the(KmsKey)).toMatchObject({ enable_key_rotation: true });
  });

  it("follows one in the same region with the network and the key of its source", () => {
    const found = synthesize(beside({}).stack);
    const replica = found.named(DbInstance, "reader_instance");
    expect(replica).toMatchObject({ replicate_source_db: "clinic-test-database" });
    expect(replica).not.toHaveProperty("kms_key_id");
    expect(replica).not.toHaveProperty("db_subnet_group_name");
    expect(Object.keys(found.all(DbSubnetGroup))).toEqual(["database_subnet-group"]);
    expect(replica.depends_on).toContain("aws_db_instance.database_instance");
  });

  it.each(["replica", "promoted"] as const)(
    "as %s is told nothing that RDS refuses, or that would replace it",
    (role) => {
      const told = instance({ role });
      for (const name of [
        "engine",
        "username",
        "password",
        "password_wo",
        "manage_master_user_password",
        "db_name",
        "allocated_storage",
        "iops",
        "character_set_name",
      ]) {
        expect(told).not.toHaveProperty(name);
      }
    },
  );

  it("has backups, so that it can be promoted without waiting for one, at the quiet hours of its own region", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      backup_retention_period: 14,
      backup_window: "00:00-01:00",
      maintenance_window: "sun:02:00-sun:03:00",
    });
    expect(instance({ backupDays: 1 })).toMatchObject({ backup_retention_period: 1 });
  });

  it("is in one zone unless told otherwise", () => {
    expect(standard.the(DbInstance)).toMatchObject({ multi_az: false });
    expect(instance({ availability: "multi-az" })).toMatchObject({ multi_az: true });
  });

  it("has room for what its source may grow to, and the same port and release", () => {
    expect(standard.the(DbInstance)).toMatchObject({ max_allocated_storage: 300, port: 3400, engine_version: "8.4" });
    expect(instance({ maxStorage: gib(500) })).toMatchObject({ max_allocated_storage: 500 });
  });

  it("has what its source has: parameters, logs with an end, monitoring, insights", () => {
    expect(standard.the(DbParameterGroup)).toMatchObject({ family: "mysql8.4", name_prefix: "clinic-test-standby-" });
    expect(standard.the(DbParameterGroup).parameter).toContainEqual(
      expect.objectContaining({ name: "require_secure_transport", value: "1" }),
    );
    expect(standard.named(CloudwatchLogGroup, "standby_log-slowquery")).toMatchObject({
      name: "/aws/rds/instance/clinic-test-standby/slowquery",
      retention_in_days: 365,
      kms_key_id: key,
    });
    expect(standard.the(DbInstance)).toMatchObject({
      parameter_group_name: reference("aws_db_parameter_group.standby_parameter-group.name"),
      monitoring_interval: 60,
      performance_insights_enabled: true,
      iam_database_authentication_enabled: true,
      enabled_cloudwatch_logs_exports: ["error", "slowquery"],
      depends_on: [
        "aws_cloudwatch_log_group.standby_log-error",
        "aws_cloudwatch_log_group.standby_log-slowquery",
        "aws_iam_role_policy_attachment.standby_monitoring_policy",
      ],
    });
  });

  it("cannot be deleted by mistake, and leaves a snapshot where it is", () => {
    expect(standard.the(DbInstance)).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: true },
      skip_final_snapshot: false,
    });
    expect(instance({ protect: false })).toMatchObject({ deletion_protection: false, skip_final_snapshot: false });
    const nothing = instance({ protect: false, finalSnapshot: false });
    expect(nothing).toMatchObject({ skip_final_snapshot: true });
    expect(nothing).not.toHaveProperty("final_snapshot_identifier");
  });

  it("says what an alarm, a consumer and a replica of its own have to know", () => {
    const { replica } = elsewhere({});
    expect(replica).toMatchObject({
      identifier: "clinic-test-standby",
      class: "db.m7g.large",
      storage: 100,
      maxStorage: 300,
      role: "replica",
      region: "eu-central-1",
      version: "8.4",
    });
    expect(replica.endpoint.port).toBe(3400);
  });

  it("reports every mistake at once, with the fix", () => {
    const { stack } = elsewhere({
      network: { ...testNetwork(["eu-central-1a"]), region: "eu-central-1" },
      class: "db.m7g.larg" as InstanceClass,
      maxStorage: gib(299),
      backupDays: 0,
      finalSnapshot: false,
    });
    const text = mistakes(stack);
    for (const part of [
      /two zones or more/,
      /Did you mean db\.m7g\.large\?/,
      /maxStorage is 299; allowed: 300 to 65536 GiB/,
      /1 to 35 days/,
      /true while the database is protected/,
    ]) {
      expect(text).toMatch(part);
    }
  });
});

describe("promotion", () => {
  const promoted = synthesize(elsewhere({ role: "promoted" }).stack);

  it("takes the source away, and changes nothing else", () => {
    const { replicate_source_db: source, ...rest } = standard.the(DbInstance);
    expect(source).toBeDefined();
    expect(promoted.the(DbInstance)).toEqual(rest);
    expect(promoted.addresses).toEqual(standard.addresses);
  });

  it("needs nothing of the lost region: no state of it is read, and its stack is not deployed first", () => {
    for (const role of ["replica", "promoted"] as const) {
      const { stack, source } = elsewhere({ role });
      expect(JSON.stringify(synthesize(stack).json)).not.toContain("terraform_remote_state");
      expect(stack.dependsOn(source)).toBe(role === "replica");
    }
  });
});

describe("what hurt users of others", () => {
  it("pain 5: inline and separate security group rules fight: the group has no rule of its own", () => {
    expect(standard.the(SecurityGroup)).not.toHaveProperty("ingress");
    expect(standard.the(SecurityGroup)).not.toHaveProperty("egress");
  });

  it("pain 6: circular security groups across stacks: both rules live with the client", () => {
    const { replica, app } = elsewhere({});
    const consumer = testStack({ life: "service", region: "eu-central-1" }, app);
    replica.allowFrom(new Client(consumer, "api"));
    const found = synthesize(consumer);
    expect(found.named(VpcSecurityGroupIngressRule, "api_into-standby-mysql")).toMatchObject({ from_port: 3400 });
    expect(found.named(VpcSecurityGroupEgressRule, "api_to-standby-mysql")).toMatchObject({ to_port: 3400 });
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(standard.addresses).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_log_group.standby_log-error",
        "aws_cloudwatch_log_group.standby_log-slowquery",
        "aws_db_instance.standby_instance",
        "aws_db_parameter_group.standby_parameter-group",
        "aws_db_subnet_group.standby_subnet-group",
        "aws_iam_role.standby_monitoring_role",
        "aws_iam_role_policy_attachment.standby_monitoring_policy",
        "aws_kms_key.standby_key",
        "aws_security_group.standby_security-group",
        "terraform_data.standby_final-snapshot_suffix",
      ]
    `);
  });
});

class Client extends Construct implements Endpoint {
  readonly securityGroup = { id: "sg-client" };
}

function database(stack: EnvironmentStack): Database {
  return new Database(stack, "database", {
    network: testNetwork(),
    class: "db.r7g.large",
    storage: gib(100),
    maxStorage: gib(300),
    name: "clinic",
    port: 3400,
    replicas: ["eu-central-1"],
  });
}

/** A replica in a stack of another region. */
function elsewhere(props: Partial<ReadReplicaProps>) {
  const app = testApp();
  const source = testStack({ life: "data" }, app);
  const stack = testStack({ life: "data", region: "eu-central-1" }, app);
  const replica = new ReadReplica(stack, "standby", {
    source: database(source),
    role: "replica",
    network: { ...testNetwork(["eu-central-1a", "eu-central-1b"]), region: "eu-central-1" },
    class: "db.m7g.large",
    ...props,
  });
  return { app, source, stack, replica };
}

/** A replica in the stack of its source. */
function beside(props: Partial<ReadReplicaProps>) {
  const stack = testStack({ life: "data" });
  const source = database(stack);
  const replica = new ReadReplica(stack, "reader", {
    source,
    role: "replica",
    network: testNetwork(),
    class: "db.m7g.large",
    ...props,
  });
  return { stack, replica };
}

function instance(props: Partial<ReadReplicaProps>) {
  return synthesize(elsewhere(props).stack).the(DbInstance);
}
