import { describe, expect, it } from "@jest/globals";
import { stateful } from "../aws/consequences.ts";
import type { JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { type Resources, stackOf, stateOf } from "../testing.ts";
import { preflight } from "./preflight.ts";
import { run, said } from "./testing.ts";

describe("pain 27: construct renames destroy resources", () => {
  const database = { "aws_db_instance.database_instance": { identifier: "clinic", engine: "mysql" } };
  const store = { "aws_db_instance.store_instance": { identifier: "clinic", engine: "mysql" } };

  it("is refused, with the line that is missing", () => {
    const { findings } = run(database, store);
    expect(findings).toMatchObject([{ severity: "refuse", address: "aws_db_instance.database_instance" }]);
    expect(findings[0]?.fix).toContain(
      'moved(stack, { from: "aws_db_instance.database_instance", to: "aws_db_instance.store_instance" })',
    );
  });

  it("leaves the new address open where there are several that it may be", () => {
    const { findings } = run(database, { ...store, "aws_db_instance.depot_instance": {} });
    expect(findings[0]?.fix).toContain('to: "aws_db_instance.<its address now>"');
  });

  it("is nothing where the move is said, over any number of steps, and changes are still seen", () => {
    const move = (from: string, to: string) => ({ from: `aws_db_instance.${from}`, to: `aws_db_instance.${to}` });
    const moved = [move("middle", "store_instance"), move("database_instance", "middle")];
    expect(said(database, store, { moved })).toEqual([]);
    expect(said(database, { "aws_db_instance.store_instance": { engine: "postgres" } }, { moved })).toEqual([
      "refuse aws_db_instance.store_instance engine: mysql -> postgres",
    ]);
  });

  it("is nothing where the stack lets go of it, and a warning where it deletes on purpose", () => {
    const removed = (destroy: boolean) => ({
      removed: [{ from: "aws_db_instance.database_instance", lifecycle: { destroy } }],
    });
    expect(said(database, {}, removed(false))).toEqual([]);
    expect(run(database, {}, removed(true)).findings).toMatchObject([{ severity: "warn" }]);
  });

  it("names the stack that has it now", () => {
    const { findings } = preflight(
      [stackOf({}, {}, "service"), stackOf(store, {}, "data")],
      [stateOf(database, "service")],
    );
    expect(findings[0]?.fix).toContain("If data has it now, say so: released(stack, ");
  });

  it("leaves what is in a module, or has instances, to the plan", () => {
    const inModule = {
      version: 4,
      resources: [{ module: "module.m", mode: "managed", type: "aws_vpc", name: "a", instances: [{ attributes: {} }] }],
    };
    expect(
      preflight([stackOf({}, { module: { m: { source: "x" } } })], [readState(inModule, "test")]).findings,
    ).toEqual([]);
    expect(preflight([stackOf({})], [readState(inModule, "test")]).findings).toMatchObject([
      { address: "module.m.aws_vpc.a" },
    ]);
    const counted = {
      version: 4,
      resources: [
        { mode: "managed", type: "aws_vpc", name: "a", instances: [{ index_key: 0, attributes: { cidr_block: "a" } }] },
      ],
    };
    expect(
      preflight([stackOf({ "aws_vpc.a": { count: 1, cidr_block: "b" } })], [readState(counted, "test")]).findings,
    ).toEqual([]);
    expect(
      preflight([stackOf({ "aws_vpc.a": { cidr_block: "b" } })], [readState(counted, "test")]).findings,
    ).toMatchObject([{ attribute: "cidr_block" }]);
  });
});

describe("a deletion", () => {
  it.each(Object.keys(stateful))("of %s is refused", (type) => {
    expect(
      run(
        { [`${type}.a`]: { arn: "x" }, "aws_efs_file_system.user": { kms_key_id: "x" } },
        { "aws_efs_file_system.user": {} },
      ).findings.filter(({ address }) => address === `${type}.a`),
    ).toMatchObject([{ severity: "refuse" }]);
  });

  it("of what is protected is refused for the two steps that it takes", () => {
    const protectedOnes: Resources = {
      "aws_db_instance.a": { deletion_protection: true },
      "aws_lb.a": { enable_deletion_protection: true },
      "aws_dynamodb_table.a": { deletion_protection_enabled: true },
      "aws_cognito_user_pool.a": { deletion_protection: "ACTIVE" },
    };
    for (const { severity, fix, why } of run(protectedOnes, {}).findings) {
      expect([severity, fix]).toEqual(["refuse", expect.stringMatching(/^In two steps/)]);
      expect(why).toContain("AWS refuses that in the middle of the apply");
    }
    expect(run(protectedOnes, {}).findings).toHaveLength(4);
    expect(run({ "aws_lb.a": { enable_deletion_protection: false } }, {}).findings).toMatchObject([
      { severity: "warn" },
    ]);
  });

  it("says what is left of it", () => {
    const why = (address: string, values: JsonObject) =>
      run(
        { [address]: values, "aws_efs_file_system.user": { kms_key_id: "x" } },
        { "aws_efs_file_system.user": {} },
      ).findings.find((finding) => finding.address === address)?.why;
    expect(why("aws_db_instance.a", { skip_final_snapshot: true })).toContain("No final snapshot");
    expect(why("aws_db_instance.a", { skip_final_snapshot: false })).toContain("A final snapshot is taken");
    expect(why("aws_s3_bucket.a", { force_destroy: false })).toContain("while something is in it");
    expect(why("aws_s3_bucket.a", { force_destroy: true })).not.toContain("while something is in it");
    expect(why("aws_kms_key.a", { arn: "x", deletion_window_in_days: 7 })).toContain("for 7 days");
  });

  it("of a key is a warning where all that it encrypts goes too, and nothing of that is kept", () => {
    const key = { "aws_kms_key.logs": { arn: "arn:1" } };
    const logs = { "aws_cloudwatch_log_group.api": { kms_key_id: "arn:1" } };
    const severity = (deployed: Resources, written: Resources) =>
      run(deployed, written).findings.find(({ address }) => address === "aws_kms_key.logs")?.severity;
    expect(severity({ ...key, ...logs }, {})).toBe("warn");
    expect(severity({ ...key, ...logs }, { "aws_cloudwatch_log_group.api": {} })).toBe("refuse");
    expect(severity({ ...key, "aws_efs_file_system.files": { kms_key_id: "arn:1" } }, {})).toBe("refuse");
    expect(severity({ "aws_kms_key.logs": {} }, {})).toBe("refuse");
  });

  describe("of the key of a secret's copy", () => {
    const key = { "aws_kms_key.copy": { arn: "arn:1" } };
    const copy = (region: string, arn = "arn:1") => ({ region, kms_key_id: arn });
    const secret = (...replica: readonly JsonObject[]): Resources => ({
      "aws_secretsmanager_secret.a": { arn: "arn:aws:secretsmanager:eu-west-1:1:secret:a", replica: [...replica] },
    });
    const ofKey = (deployed: Resources, written: Resources) =>
      run({ ...key, ...deployed }, written).findings.filter(({ address }) => address === "aws_kms_key.copy");

    it("is refused where the copy would stay: the last one, which the provider never takes down", () => {
      expect(ofKey(secret(copy("eu-central-1")), { "aws_secretsmanager_secret.a": {} })).toMatchObject([
        {
          severity: "refuse",
          why: "The copy of aws_secretsmanager_secret.a in eu-central-1 would stay without its key: the provider does not take down the last copy of a secret (terraform-provider-aws#23316).",
          fix: "aws secretsmanager remove-regions-from-replication --secret-id arn:aws:secretsmanager:eu-west-1:1:secret:a --region eu-west-1 --remove-replica-regions eu-central-1; then terraform apply -refresh-only in the directory of test, and deploy.",
        },
      ]);
    });

    it("is a warning where the copy goes: with others that stay, or by hand; the secret itself goes on", () => {
      const two = secret(copy("eu-central-1"), copy("us-east-1", "arn:2"));
      const one = { "aws_secretsmanager_secret.a": { replica: [copy("us-east-1", "arn:2")] } };
      expect(ofKey(two, one)).toMatchObject([{ severity: "warn" }]);
      expect(ofKey(secret(), { "aws_secretsmanager_secret.a": {} })).toMatchObject([{ severity: "warn" }]);
    });

    it("is refused as ever where it is the secret's own key", () => {
      const own = { "aws_secretsmanager_secret.a": { kms_key_id: "arn:1", replica: [copy("eu-central-1", "arn:2")] } };
      expect(ofKey(own, { "aws_secretsmanager_secret.a": {} })).toMatchObject([
        { severity: "refuse", why: expect.stringContaining("all that it has encrypted") },
      ]);
    });
  });

  it("of a whole stack leaves everything running: a warning", () => {
    expect(preflight([], [stateOf({ "aws_vpc.a": {}, "aws_eip.b": {} }, "old")]).findings).toMatchObject([
      { severity: "warn", address: "old", why: expect.stringContaining("2 resources") },
    ]);
    expect(preflight([], [stateOf({}, "old")]).findings).toEqual([]);
  });

  it("of what nobody notices is nothing", () => {
    expect(said({ "aws_cloudwatch_metric_alarm.a": {}, "aws_route_table.b": {} }, {})).toEqual([]);
  });
});
