import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../read/json.ts";
import { shownText } from "./masking/shown.ts";
import { toJson } from "./render/json.ts";
import { toMarkdown } from "./render/markdown.ts";
import { toSarif } from "./render/sarif.ts";
import { toTerminal } from "./render/terminal.ts";
import { type Review, review } from "./review.ts";
import { rules } from "./rules/all.ts";
import { fixture, seeded } from "./testing/fixture.ts";
import { hostile } from "./testing/hostile.ts";

const of = (plan: unknown): Review => review([{ stack: "s", plan }], { key: "k" });
const risks = (plan: unknown) => of(plan).findings.map(({ kind, address }) => `${kind} ${address}`);

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

describe("a plan that is not all there", () => {
  const quiet = fixture("shop-quiet");

  it.each([
    ["has failed", { errored: true }, /failed while it planned/],
    ["is a part", { complete: false }, /not complete/],
    [
      "has put off changes",
      { deferred_changes: [{ reason: "x", resource_change: { address: "aws_vpc.later" } }] },
      /put off 1 change.*aws_vpc\.later/,
    ],
    ["is of a format that nobody knows", { format_version: "2.0" }, /format version is 2\.0/],
  ])("is never called reviewed: it %s", (_name, more, problem) => {
    const result = of({ ...quiet, ...(more as JsonObject) });
    expect(result.reviewed).toBe(false);
    expect(result.stacks[0]?.problems.join()).toMatch(problem);
    expect(toTerminal(result)).toMatch(/^NOT REVIEWED: s\n/);
    expect(toMarkdown(result)[0]).toContain("## Not reviewed");
    expect(JSON.parse(toJson(result))).toMatchObject({ reviewed: false });
    expect(JSON.parse(toSarif(result))).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: false }] }] });
  });

  it("nor is what is no plan, nor one beside it", () => {
    expect(of({}).reviewed).toBe(false);
    expect(review([]).reviewed).toBe(false);
    expect(
      review([
        { stack: "a", plan: quiet },
        { stack: "b", plan: {} },
      ]).reviewed,
    ).toBe(false);
    expect(of(quiet).reviewed).toBe(true);
  });

  it("is shown for what it has: the risks of it are risks", () => {
    expect(risks({ ...fixture("shop-risky"), errored: true })).toEqual(risks(fixture("shop-risky")));
  });
});

describe("drift", () => {
  const drifted = (
    type: string,
    address: string,
    before: JsonObject,
    after: JsonObject | null,
    more: JsonObject = {},
  ) => ({
    ...fixture("catalogue-network"),
    resource_drift: [
      {
        address,
        mode: "managed",
        type,
        name: address.split(".")[1] ?? "",
        change: { actions: [after === null ? "delete" : "update"], before, after },
      },
    ],
    ...more,
  });

  it("of what the code sets is said, with what the plan does about it", () => {
    const base = fixture("catalogue-network");
    const plan = drifted("aws_vpc", "aws_vpc.main", { cidr_block: "10.0.0.0/16" }, { cidr_block: "10.9.0.0/16" });
    expect(of(plan).findings).toMatchObject([
      { kind: "drift", attribute: "cidr_block", why: "Changed outside of Terraform. The plan leaves it as it is now." },
    ]);
    const back = seeded(base, "aws_vpc.main", { action: "update", patch: { cidr_block: "10.8.0.0/16" } });
    expect(
      of({ ...back, resource_drift: plan.resource_drift }).findings.find(({ kind }) => kind === "drift")?.why,
    ).toMatch(/puts something else there/);
  });

  it("that deletes is said", () => {
    expect(of(drifted("aws_vpc", "aws_vpc.main", { id: "x" }, null)).findings).toMatchObject([
      { kind: "drift", rule: "deleted-outside" },
    ]);
  });

  it("that somebody has opened by hand is said though the code does not set it", () => {
    const plan = drifted(
      "aws_security_group",
      "aws_security_group.other",
      { id: "sg-1", ingress: [] },
      { id: "sg-1", ingress: [{ cidr_blocks: ["0.0.0.0/0"], protocol: "tcp", from_port: 22, to_port: 22 }] },
      {
        configuration: {
          root_module: { resources: [{ address: "aws_security_group.other", expressions: { name: {} } }] },
        },
      },
    );
    expect(of(plan).findings).toMatchObject([
      {
        kind: "drift",
        attribute: "ingress[0].cidr_blocks",
        why: expect.stringMatching(/whole Internet can reach tcp 22/),
      },
    ]);
  });

  it("that another resource of the plan brings is none", () => {
    expect(of(fixture("catalogue-storage")).findings).toEqual([]);
    expect(of(fixture("catalogue-storage")).changes.some(({ outside }) => outside)).toBe(true);
  });
});

describe("what a plan says beside changes", () => {
  const quiet = { ...fixture("catalogue-network"), resource_drift: [] };
  const one = (more: JsonObject) => ({
    ...quiet,
    resource_changes: [{ address: "aws_vpc.x", mode: "managed", type: "aws_vpc", name: "x", ...more }],
  });

  it("a moved and an imported resource are listed, without a risk", () => {
    const moved = of(one({ previous_address: "aws_vpc.old", change: { actions: ["no-op"], before: {}, after: {} } }));
    expect(moved).toMatchObject({
      findings: [],
      changes: [{ previous: "aws_vpc.old", kind: "harmless" }],
      stacks: [{ counts: { move: 1 } }],
    });
    expect(toMarkdown(moved)[0]).toContain("`aws_vpc.x` was `aws_vpc.old`");
    const imported = of(one({ change: { actions: ["no-op"], before: {}, after: {}, importing: { id: "vpc-1" } } }));
    expect(imported).toMatchObject({
      findings: [],
      changes: [{ imported: true }],
      stacks: [{ counts: { import: 1 } }],
    });
  });

  it("what an earlier replacement left behind is lost, too", () => {
    const plan = {
      ...quiet,
      resource_changes: [
        {
          address: "aws_db_instance.x",
          deposed: "abc",
          mode: "managed",
          type: "aws_db_instance",
          name: "x",
          change: { actions: ["delete"], before: {}, after: null },
        },
      ],
    };
    expect(of(plan).findings).toMatchObject([
      { kind: "data-loss", rule: "deposed", address: "aws_db_instance.x (deposed abc)" },
    ]);
  });

  it.each([
    ["replace_because_tainted", /marked as tainted/],
    ["replace_by_request", /-replace/],
    ["replace_by_triggers", /replace_triggered_by/],
    ["replace_because_of_something_new", /does not say why/],
    [undefined, /does not say why/],
  ])("a replacement without paths has a reason: %s", (reason, because) => {
    const plan = one({
      ...(reason !== undefined && { action_reason: reason }),
      change: { actions: ["delete", "create"], before: { id: "a" }, after: { id: "b" } },
    });
    expect(of(plan).findings[0]?.cause?.because).toMatch(because);
  });

  it("a type that no table knows is not called harmless when it goes", () => {
    const gone = (type: string) =>
      risks({
        ...quiet,
        resource_changes: [
          {
            address: `${type}.x`,
            mode: "managed",
            type,
            name: "x",
            change: { actions: ["delete"], before: {}, after: null },
          },
        ],
      });
    expect(gone("aws_brand_new_thing")).toEqual(["outage aws_brand_new_thing.x"]);
    expect(gone("google_sql_database_instance")).toEqual(["data-loss google_sql_database_instance.x"]);
    expect(gone("random_pet")).toEqual([]);
  });

  it("a type without rules is named", () => {
    const plan = {
      ...quiet,
      resource_changes: [
        {
          address: "google_thing.x",
          mode: "managed",
          type: "google_thing",
          name: "x",
          change: { actions: ["update"], before: { a: 1 }, after: { a: 2 } },
        },
      ],
    };
    expect(of(plan).blindSpots).toContainEqual(
      expect.objectContaining({ id: "types-without-rules", names: ["google_thing"] }),
    );
  });

  it("checks of Terraform that do not hold are named with what they say", () => {
    const plan = {
      ...quiet,
      checks: [
        {
          address: { to_display: "check.health" },
          status: "fail",
          instances: [{ problems: [{ message: "it is down" }] }],
        },
        { address: { to_display: "check.fine" }, status: "pass" },
      ],
    };
    expect(of(plan).blindSpots).toContainEqual(
      expect.objectContaining({ id: "checks", names: ["check.health: fail: it is down"] }),
    );
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
