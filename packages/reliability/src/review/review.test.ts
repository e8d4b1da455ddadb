import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../read/json.ts";
import { shownText } from "./masking/shown.ts";
import { toJson } from "./render/json.ts";
import { toMarkdown } from "./render/markdown.ts";
import { toSarif } from "./render/sarif.ts";
import { toTerminal } from "./render/terminal.ts";
import { review } from "./review.ts";
import { rules } from "./rules/all.ts";
import { fixture, seeded } from "./testing/fixture.ts";
import { hostile } from "./testing/hostile.ts";
import { of, risks } from "./testing/reviewed.ts";

/** JSON that has the names of a plan at places where nobody expects them. */
const names =
  "format_version resource_changes resource_drift output_changes change actions before after after_unknown after_sensitive before_sensitive replace_paths action_reason address previous_address mode type name deposed importing complete errored deferred_changes checks configuration root_module module_calls resources expressions references policy ingress cidr_blocks container_definitions environment Statement Principal x".split(
    " ",
  );
const words = [
  "1.2",
  "managed",
  "data",
  "aws_db_instance",
  "aws_security_group",
  "aws_iam_role_policy",
  "aws_ecs_task_definition",
  "create",
  "update",
  "delete",
  "no-op",
  "forget",
  "aws_vpc.x",
  "x",
  "0.0.0.0/0",
  '{"Statement":[{"Effect":"Allow","Action":"*"}]}',
  '[{"environment":[{"name":"A","value":1}]}]',
  "{",
  "",
];
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom<Json>(null, true, false, 0, -1, 1e300, ...words),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 6 }),
  ),
}));
/** The same where a plan has it. */
const change = fc.record({
  address: fc.oneof(hostile, json),
  mode: fc.constantFrom("managed", "data", "x"),
  type: fc.oneof(fc.constantFrom(...new Set(rules.flatMap(({ types }) => (types === "all" ? [] : types)))), hostile),
  name: hostile,
  change: fc.record({
    actions: fc.constantFrom(
      ["create"],
      ["update"],
      ["delete"],
      ["delete", "create"],
      ["create", "forget"],
      ["forget"],
      ["read"],
      [],
      "x",
    ),
    before: json,
    after: json,
    after_unknown: json,
    before_sensitive: json,
    after_sensitive: json,
    replace_paths: json,
  }),
});

describe("a review", () => {
  it("takes any JSON without a word, in every output", () => {
    const plan = fc.oneof(
      json,
      fc.jsonValue() as fc.Arbitrary<Json>,
      fc.record({
        format_version: fc.constant("1.2"),
        resource_changes: fc.array(change, { maxLength: 3 }),
        resource_drift: fc.array(change, { maxLength: 2 }),
        output_changes: json,
        checks: json,
        configuration: json,
        variables: json,
      }),
    );
    fc.assert(
      fc.property(plan, hostile, (value, stack) => {
        const result = review([
          { stack, plan: value },
          { stack: "other", plan: value },
        ]);
        expect(() => [
          toTerminal(result, { all: true }),
          toMarkdown(result),
          toJson(result),
          toSarif(result),
        ]).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it("takes real plans with any value put anywhere", () => {
    const base = fixture("shop-risky");
    const entries = base.resource_changes as JsonObject[];
    fc.assert(
      fc.property(fc.nat(entries.length - 1), fc.nat(), json, fc.boolean(), (index, position, value, isAfter) => {
        const entry = structuredClone(entries[index]) as { change: Record<string, Record<string, Json> | null> };
        const side = entry.change[isAfter ? "after" : "before"];
        const keys = Object.keys(side ?? {});
        const key = keys[position % Math.max(1, keys.length)];
        if (side !== null && side !== undefined && key !== undefined) side[key] = value;
        expect(() => of({ ...base, resource_changes: [entry as unknown as Json] })).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it("takes what is nested deeper than any plan for none, also in a text", () => {
    const text = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const nest = (depth: number): Json => JSON.parse(text(depth)) as Json;
    const plan = (value: Json) => ({
      format_version: "1.2",
      resource_changes: [
        {
          address: "a.b",
          mode: "managed",
          type: "a",
          name: "b",
          change: { actions: ["update"], before: { x: 1 }, after: { x: value } },
        },
      ],
    });
    expect(of(plan(nest(5000)))).toMatchObject({ reviewed: false, changes: [] });
    expect(of(plan(text(5000)))).toMatchObject({
      reviewed: true,
      changes: [{ differences: [{ attribute: "x" }] }],
    });
    expect(of(plan(nest(100)))).toMatchObject({ reviewed: true });
  });

  it("changes nothing of what it is given", () => {
    const plan = fixture("shop-risky");
    const before = JSON.stringify(plan);
    of(plan);
    expect(JSON.stringify(plan)).toBe(before);
  });

  it("is the same for the same plan and key", () => {
    expect(of(fixture("shop-risky"))).toEqual(of(fixture("shop-risky")));
  });
});

describe("a risky change of a stack that Mainstay did not write", () => {
  const result = of(fixture("shop-risky"));

  it("has these risks, the worst first", () => {
    expect(result.findings.map(({ kind, rule, address }) => `${kind} ${rule} ${address}`)).toEqual([
      'data-loss deleted-with-data aws_s3_bucket.this["photos"]',
      "data-loss replaced-with-data aws_sqs_queue.orders",
      "data-loss replaced-with-data module.db.aws_db_instance.this[0]",
      "outage replaced aws_instance.bastion",
      "outage replaced module.vpc.aws_subnet.private[0]",
      "outage replaced module.vpc.aws_subnet.private[1]",
      "outage deleted module.vpc.aws_subnet.private[2]",
      "outage output-removed output.queue",
      "security instance-metadata-v1 aws_instance.bastion",
      "security open-to-internet aws_security_group.web",
      "security policy-opened data.aws_iam_policy_document.orders",
      "redundancy standby-removed module.db.aws_db_instance.this[0]",
      "backup point-in-time-off aws_dynamodb_table.carts",
      "backup deletion-protection-off aws_dynamodb_table.carts",
      'backup versioning-off aws_s3_bucket_versioning.this["exports"]',
      'backup deleted aws_s3_bucket_versioning.this["photos"]',
      "backup backups-kept-shorter module.db.aws_db_instance.this[0]",
    ]);
  });

  it("says for what each is replaced, through modules", () => {
    const cause = (address: string) => result.findings.find((finding) => finding.address === address)?.cause;
    expect(cause("module.db.aws_db_instance.this[0]")).toMatchObject({
      attributes: [{ attribute: "username", before: { value: "shop" }, after: { value: "admin" } }],
      follows: [],
      because: "username cannot be changed in place.",
    });
    expect(cause("aws_instance.bastion")).toMatchObject({
      attributes: [{ attribute: "subnet_id", after: { state: "unknown" } }],
      follows: ["module.vpc.aws_subnet.private"],
      because: "subnet_id comes from module.vpc.aws_subnet.private, which is made again.",
    });
    expect(cause('aws_s3_bucket.this["photos"]')?.because).toBe("Its key is not in for_each any more.");
    expect(cause("module.vpc.aws_subnet.private[2]")?.because).toBe("count is smaller than before: its index is gone.");
  });

  it("says what it cannot know", () => {
    expect(result.undecided).toContainEqual({
      stack: "s",
      address: "aws_iam_role_policy.worker",
      attribute: "policy",
      kind: "security",
    });
    expect(result.blindSpots.map(({ id, names: own }) => [id, own])).toEqual([
      ["data-read-at-apply", ["data.aws_iam_policy_document.orders"]],
      ["provisioners", ["terraform_data.migrate"]],
      ["ignored-attributes", []],
      ["refresh", []],
    ]);
  });

  it("shows no secret of it", () => {
    const all = [toTerminal(result, { all: true }), ...toMarkdown(result), toJson(result), toSarif(result)].join("");
    expect(all).not.toMatch(/hunter2|correct-horse/);
    const environment = result.changes
      .flatMap(({ differences }) => differences)
      .find(({ attribute }) => attribute.includes("DATABASE_URL"));
    expect(shownText(environment?.before ?? { state: "absent" })).toMatch(/^\(secret #[0-9a-f]{8}\)$/);
    expect(environment?.after).not.toEqual(environment?.before);
  });
});

describe("a careless change of a stack that Mainstay wrote", () => {
  it("has these risks, and no others", () => {
    const keys = ["api_key", "database_key", "database_login_key", "documents_key", "token-key_key"];
    expect(
      of(fixture("clinic-data-risky")).findings.map(({ kind, rule, address }) => `${kind} ${rule} ${address}`),
    ).toEqual([
      "data-loss replaced-with-data aws_db_instance.database_instance",
      "security image-tags-mutable aws_ecr_repository.api_repository",
      ...keys.map((key) => `security key-rotation-off aws_kms_key.${key}`),
      "backup backups-kept-shorter aws_db_instance.database_instance",
      "backup deleted aws_efs_backup_policy.documents_backup",
    ]);
  });
});

describe("a change without a risk", () => {
  it.each([
    ["catalogue-database", "aws_db_instance.main", { "tags.Name": "other" }],
    ["catalogue-database", "aws_db_instance.main", { max_allocated_storage: 400 }],
    ["catalogue-service", "aws_ecs_service.api", { health_check_grace_period_seconds: 120 }],
    ["catalogue-service", "aws_autoscaling_group.arm", { max_size: 8 }],
    ["catalogue-network", "aws_vpc_security_group_ingress_rule.cidr", { description: "said better" }],
    ["catalogue-storage", "aws_s3_bucket_lifecycle_configuration.main", { "rule.0.expiration.0.days": 730 }],
    ["catalogue-security", "aws_cloudwatch_metric_alarm.cpu", { threshold: 70 }],
  ] as const)("%s %s %j", (name, address, patch) => {
    const plan = fixture(name);
    expect(
      risks(
        seeded(
          { ...plan, resource_changes: (plan.resource_changes as JsonObject[]).map((entry) => withTags(entry)) },
          address,
          { action: "update", patch },
        ),
      ),
    ).toEqual([]);
  });
});

function withTags(entry: JsonObject): JsonObject {
  const { before } = entry.change as { before: JsonObject | null };
  return before === null
    ? entry
    : { ...entry, change: { ...(entry.change as JsonObject), before: { ...before, tags: { Name: "a" } } } };
}
