import { describe, expect, it } from "@jest/globals";
import { notices, stateful } from "../aws/consequences.ts";
import { replacedBy } from "../provider/replacement-table.ts";
import type { JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { reference, stackOf, stateOf } from "../testing.ts";
import { preflight } from "./preflight.ts";
import { firstOf, put, run, said } from "./testing.ts";

describe("a replacement", () => {
  it.each(Object.keys(stateful).filter((type) => type in replacedBy))("of %s is refused", (type) => {
    const attribute = firstOf(type);
    expect(said({ [`${type}.a`]: put(attribute, "one") }, { [`${type}.a`]: put(attribute, "two") })).toEqual([
      `refuse ${type}.a ${attribute}: one -> two`,
    ]);
  });

  it.each(Object.keys(notices).filter((type) => type in replacedBy))(
    "of %s is a warning that says what users notice",
    (type) => {
      const attribute = firstOf(type);
      const changed = (more: JsonObject) =>
        run({ [`${type}.a`]: put(attribute, "one") }, { [`${type}.a`]: { ...put(attribute, "two"), ...more } })
          .findings;
      expect(changed({})).toMatchObject([
        { severity: "warn", attribute, why: `It is replaced: ${notices[type]?.replaced}.` },
      ]);
      const first = notices[type]?.before ?? notices[type]?.replaced;
      expect(changed({ lifecycle: { create_before_destroy: true } })).toMatchObject([
        { why: `It is replaced: ${first}.` },
      ]);
    },
  );

  it("of a subnet is refused: what stands in it cannot move", () => {
    for (const [attribute, one, two] of [
      ["cidr_block", "10.0.0.0/21", "10.0.8.0/21"],
      ["availability_zone", "eu-west-1a", "eu-west-1b"],
    ] as const) {
      expect(said({ "aws_subnet.a": { [attribute]: one } }, { "aws_subnet.a": { [attribute]: two } })).toEqual([
        `refuse aws_subnet.a ${attribute}: ${one} -> ${two}`,
      ]);
    }
  });

  it("follows from leaving out what has a default, and not from what AWS fills in", () => {
    expect(said({ "aws_vpc.a": { instance_tenancy: "dedicated" } }, { "aws_vpc.a": {} })).toEqual([
      "refuse aws_vpc.a instance_tenancy: dedicated -> default",
    ]);
    expect(
      said({ "aws_vpc.a": { instance_tenancy: "default", cidr_block: "10.0.0.0/16" } }, { "aws_vpc.a": {} }),
    ).toEqual([]);
    expect(said({ "aws_db_instance.a": { storage_encrypted: true } }, { "aws_db_instance.a": {} })).toEqual([
      "refuse aws_db_instance.a storage_encrypted: true -> nothing",
    ]);
    expect(said({ "aws_db_instance.a": { storage_encrypted: false } }, { "aws_db_instance.a": {} })).toEqual([]);
  });

  it("does not follow from what Terraform is told to overlook", () => {
    const ignoring = { cidr_block: "b", lifecycle: { ignore_changes: ["cidr_block"] } };
    expect(said({ "aws_vpc.a": { cidr_block: "a" } }, { "aws_vpc.a": ignoring })).toEqual([]);
  });

  it("does not follow from another spelling", () => {
    expect(
      said({ "aws_route53_zone.a": { name: "example.com" } }, { "aws_route53_zone.a": { name: "Example.com." } }),
    ).toEqual([]);
    const arn = "arn:aws:kms:eu-west-1:1:key/abc";
    expect(said({ "aws_db_instance.a": { kms_key_id: arn } }, { "aws_db_instance.a": { kms_key_id: "abc" } })).toEqual(
      [],
    );
    const names = { domain_name: "a.com", subject_alternative_names: ["a.com", "b.com"] };
    expect(
      said(
        { "aws_acm_certificate.a": names },
        { "aws_acm_certificate.a": { ...names, subject_alternative_names: ["b.com"] } },
      ),
    ).toEqual([]);
    expect(
      said(
        { "aws_acm_certificate.a": names },
        { "aws_acm_certificate.a": { ...names, subject_alternative_names: [] } },
      ),
    ).toHaveLength(1);
  });

  it("says what else stands in the way", () => {
    const why = (more: JsonObject) =>
      run({ "aws_db_instance.a": { engine: "mysql" } }, { "aws_db_instance.a": { engine: "postgres", ...more } })
        .findings[0]?.why;
    expect(why({})).toMatch(/point-in-time recovery\.$/);
    expect(why({ lifecycle: { prevent_destroy: true } })).toMatch(/Terraform refuses the plan/);
    expect(why({ deletion_protection: true })).toMatch(/AWS refuses it in the middle of the apply/);
  });

  it("names what was changed here rather than what follows from another resource", () => {
    const before = { "aws_kms_key.a": { arn: "arn:1", key_usage: "ENCRYPT_DECRYPT" } };
    const database = { kms_key_id: "arn:1", storage_encrypted: true };
    const { findings } = run(
      { ...before, "aws_db_instance.a": database },
      {
        "aws_kms_key.a": { key_usage: "SIGN_VERIFY" },
        "aws_db_instance.a": { kms_key_id: reference("aws_kms_key.a.arn"), storage_encrypted: false },
      },
    );
    expect(findings[0]).toMatchObject({
      address: "aws_db_instance.a",
      attribute: "storage_encrypted",
      cause: undefined,
    });
  });

  it("does not follow from another order", () => {
    const cluster = (zones: string[]) => ({ "aws_rds_cluster.a": { availability_zones: zones } });
    expect(said(cluster(["a", "b", "c"]), cluster(["c", "a", "b"]))).toEqual([]);
    expect(said(cluster(["a", "b", "c"]), cluster(["a", "b", "d"]))).toHaveLength(1);
  });

  it("looks into a block", () => {
    const repository = (key: string) => ({ "aws_ecr_repository.a": { encryption_configuration: [{ kms_key: key }] } });
    expect(said(repository("a"), repository("b"))).toEqual([
      "refuse aws_ecr_repository.a encryption_configuration.kms_key: a -> b",
    ]);
    expect(said(repository("a"), { "aws_ecr_repository.a": { encryption_configuration: { kms_key: "a" } } })).toEqual(
      [],
    );
  });

  it("never prints what is sensitive", () => {
    const file = {
      version: 4,
      resources: [
        {
          mode: "managed",
          type: "aws_db_instance",
          name: "a",
          instances: [{ attributes: { username: "root" }, sensitive_attributes: [[{ value: "username" }]] }],
        },
      ],
    };
    const { findings } = preflight(
      [stackOf({ "aws_db_instance.a": { username: "admin" } })],
      [readState(file, "test")],
    );
    expect(JSON.stringify(findings)).not.toContain("root");
  });
});

describe("a reference", () => {
  const key = (arn: string) => ({ arn, key_id: arn.slice(-1), policy: arn });
  const deployed = {
    "aws_kms_key.one": key("arn:1"),
    "aws_kms_key.two": key("arn:2"),
    "aws_efs_file_system.files": { kms_key_id: "arn:1", encrypted: true },
  };
  const keys = { "aws_kms_key.one": {}, "aws_kms_key.two": {} };
  const files = (kms_key_id: string) => ({ "aws_efs_file_system.files": { kms_key_id, encrypted: true } });

  it("is followed to what is deployed", () => {
    expect(said(deployed, { ...keys, ...files(reference("aws_kms_key.one.arn")) })).toEqual([]);
    expect(said(deployed, { ...keys, ...files(reference("aws_kms_key.two.arn")) })).toEqual([
      "refuse aws_efs_file_system.files kms_key_id: arn:1 -> arn:2",
    ]);
    expect(
      said(
        deployed,
        { ...keys, ...files(reference("local.key")) },
        { locals: { key: reference("aws_kms_key.two.arn") } },
      ),
    ).toHaveLength(1);
  });

  it("is followed into another stack", () => {
    const remote = "cross-stack-reference-input-data";
    const data = (to: string) =>
      stackOf(keys, { output: { key: { value: reference(`aws_kms_key.${to}.arn`) } } }, "data");
    const service = stackOf(
      files(reference(`data.terraform_remote_state.${remote}.outputs.key`)),
      { data: { terraform_remote_state: { [remote]: { backend: "local" } } } },
      "service",
    );
    const { "aws_efs_file_system.files": fileSystem, ...ofData } = deployed;
    const states = [stateOf(ofData, "data"), stateOf({ "aws_efs_file_system.files": fileSystem }, "service")];
    expect(preflight([data("one"), service], states)).toEqual({ findings: [], unknown: [] });
    expect(preflight([data("two"), service], states).findings).toMatchObject([
      { stack: "service", before: "arn:1", after: "arn:2" },
    ]);
  });

  it("to what is replaced replaces as well, and names the cause", () => {
    const network = {
      "aws_vpc.main": { cidr_block: "10.0.0.0/16", id: "vpc-1" },
      "aws_subnet.a": { vpc_id: "vpc-1", cidr_block: "10.0.0.0/21" },
    };
    const { findings } = run(network, {
      "aws_vpc.main": { cidr_block: "10.1.0.0/16" },
      "aws_subnet.a": { vpc_id: reference("aws_vpc.main.id"), cidr_block: "10.0.0.0/21" },
    });
    expect(findings).toMatchObject([
      {
        address: "aws_subnet.a",
        attribute: "vpc_id",
        before: "vpc-1",
        after: "(known after the apply)",
        cause: { stack: "test", address: "aws_vpc.main" },
      },
      { address: "aws_vpc.main", attribute: "cidr_block", cause: undefined },
    ]);
  });

  it("is never taken for equal where it cannot be computed", () => {
    for (const expression of [
      "var.key",
      "data.aws_kms_key.a.arn",
      "lower(aws_kms_key.one.arn)",
      "aws_kms_key.new.arn",
      "aws_kms_key.one.policy",
    ]) {
      const found = run(
        deployed,
        { ...keys, "aws_kms_key.new": {}, ...files(reference(expression)) },
        { variable: { key: {} } },
      );
      expect(found).toEqual({
        findings: [],
        unknown: [{ stack: "test", address: "aws_efs_file_system.files", attribute: "kms_key_id", expression }],
      });
    }
  });

  it("is a part of a text", () => {
    const target = (resource_id: string) => ({ "aws_appautoscaling_target.a": { resource_id } });
    const cluster = { "aws_ecs_cluster.main": { name: "clinic" } };
    const lb = { "aws_lb.a": { name: "clinic-entrance" } };
    expect(
      said(
        { ...cluster, ...lb },
        { ...cluster, "aws_lb.a": { name: `${reference("aws_ecs_cluster.main.name")}-entrance` } },
      ),
    ).toEqual([]);
    expect(
      said(
        { ...cluster, ...lb },
        { ...cluster, "aws_lb.a": { name: `${reference("aws_ecs_cluster.main.name")}-exit` } },
      ),
    ).toHaveLength(1);
    expect(target("x")).toBeDefined();
  });
});
