import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { plannedChanges, startTemporaryAws, type TemporaryAws, terraformOn } from "@mainstay/emulator";
import type { Json, JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { readSynthesis } from "../read/synthesis.ts";
import { nested, type Resources, reference } from "../testing.ts";
import { preflight } from "./preflight.ts";

// WHY: the provider's own waits, and Terraform once per change.
jest.setTimeout(40 * 60_000);

/** What is deployed; every resource is one that preflight knows, and reads another one. */
const deployed: Resources = {
  "aws_kms_key.data": { description: "data", deletion_window_in_days: 7 },
  "aws_kms_key.other": { description: "other", deletion_window_in_days: 7 },
  "aws_vpc.main": { cidr_block: "10.0.0.0/16" },
  "aws_subnet.a": { vpc_id: reference("aws_vpc.main.id"), cidr_block: "10.0.0.0/21", availability_zone: "eu-west-1a" },
  "aws_subnet.b": { vpc_id: reference("aws_vpc.main.id"), cidr_block: "10.0.8.0/21", availability_zone: "eu-west-1b" },
  "aws_security_group.api": { name: "api", description: "tasks", vpc_id: reference("aws_vpc.main.id") },
  "aws_efs_file_system.files": { encrypted: true, kms_key_id: reference("aws_kms_key.data.arn") },
  "aws_efs_mount_target.a": {
    file_system_id: reference("aws_efs_file_system.files.id"),
    subnet_id: reference("aws_subnet.a.id"),
    security_groups: [reference("aws_security_group.api.id")],
  },
  "aws_ecr_repository.api": {
    name: "api",
    encryption_configuration: [{ encryption_type: "KMS", kms_key: reference("aws_kms_key.data.arn") }],
  },
  "aws_sns_topic.alarms": { name: "alarms" },
  "aws_cloudwatch_log_group.api": { name: reference("local.name"), retention_in_days: 30 },
  "aws_dynamodb_table.sessions": {
    name: "sessions",
    billing_mode: "PAY_PER_REQUEST",
    hash_key: "id",
    attribute: [{ name: "id", type: "S" }],
  },
  "aws_secretsmanager_secret.token": {
    name: "token",
    recovery_window_in_days: 0,
    kms_key_id: reference("aws_kms_key.data.arn"),
  },
};

const changes: Readonly<Record<string, Resources>> = {
  nothing: {},
  "the network's range": { "aws_vpc.main": { cidr_block: "10.1.0.0/16" } },
  "a subnet's zone": { "aws_subnet.a": { availability_zone: "eu-west-1c" } },
  "another key": {
    "aws_efs_file_system.files": { kms_key_id: reference("aws_kms_key.other.arn") },
    "aws_ecr_repository.api": {
      encryption_configuration: [{ encryption_type: "KMS", kms_key: reference("aws_kms_key.other.arn") }],
    },
    // In place, though it is a key as well.
    "aws_secretsmanager_secret.token": { kms_key_id: reference("aws_kms_key.other.arn") },
  },
  names: {
    "aws_sns_topic.alarms": { name: "alerts" },
    "aws_dynamodb_table.sessions": { name: "visits" },
    "aws_security_group.api": { name: "tasks" },
    "aws_secretsmanager_secret.token": { name: "jwt" },
  },
  "in place": {
    "aws_kms_key.data": { description: "documents" },
    "aws_cloudwatch_log_group.api": { retention_in_days: 90 },
    "aws_vpc.main": { enable_dns_hostnames: true },
    "aws_dynamodb_table.sessions": { deletion_protection_enabled: true },
  },
};

describe("what preflight says will be replaced is what Terraform plans to replace", () => {
  let aws: TemporaryAws;
  let state: ReturnType<typeof readState>;

  beforeAll(async () => {
    aws = await startTemporaryAws();
    write(deployed);
    await run("init");
    await run("apply", "-auto-approve");
    state = readState(JSON.parse(await run("show", "-json")), "test");
  });

  afterAll(async () => {
    await aws?.stop();
  });

  it.each(Object.keys(changes))("%s", async (name) => {
    const written = merged(deployed, changes[name] ?? {});
    const found = preflight([readSynthesis(write(written), "test")], [state]);
    const planned = plannedChanges(await run("plan", "-refresh=false", "-json", "-lock=false"));
    const replaced = planned.filter(({ action }) => action === "replace").map(({ address }) => address);
    const said = found.findings.filter(({ why }) => /replaced/.test(why)).map(({ address }) => address);
    expect(said.toSorted()).toEqual(replaced.toSorted());
    expect(planned.filter(({ action }) => !["replace", "update"].includes(action))).toEqual([]);
    expect(found.unknown).toEqual([]);
    expect(name === "nothing" ? replaced : []).toEqual([]);
  });

  function write(resources: Resources): JsonObject {
    const json: JsonObject = {
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
      provider: { aws: { region: "eu-west-1" } },
      locals: { name: "clinic-api" },
      resource: nested(resources),
    };
    writeFileSync(join(aws.directory, "main.tf.json"), JSON.stringify(json));
    return json;
  }

  async function run(...args: string[]): Promise<string> {
    return await terraformOn(aws, aws.directory, ...args);
  }
});

function merged(resources: Resources, change: Resources): Resources {
  return Object.fromEntries(
    Object.entries(resources).map(([address, attributes]) => [
      address,
      { ...attributes, ...(change[address] as Record<string, Json>) },
    ]),
  );
}
