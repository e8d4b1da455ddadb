import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readPlan, readState, readSynthesis } from "../index.ts";
import { at } from "./json.ts";
import { ignored, isPrevented } from "./synthesis.ts";

/** JSON that has the names which the readers look for, at places where they may not expect them. */
const names = [
  "resource",
  "data",
  "values",
  "root_module",
  "resources",
  "instances",
  "attributes",
  "version",
  "format_version",
  "resource_changes",
  "change",
  "actions",
  "moved",
  "from",
  "lifecycle",
  "mode",
  "managed",
  "type",
  "name",
  "aws_vpc",
  "address",
  "__proto__",
  "output",
  "provider",
  "aws",
  "default_tags",
];
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(null, 4, true, "create", "managed", "aws_vpc", "1.0", ""),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 5 }),
  ),
}));

describe("every reader", () => {
  it("takes any JSON without a word", () => {
    fc.assert(
      fc.property(fc.oneof(json, fc.jsonValue()), (value) => {
        expect(() => [
          readSynthesis(value),
          readSynthesis([value, value]),
          readState(value, "a"),
          readPlan(value, "a"),
        ]).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

it("only what is written is there, not what every object of JavaScript has", () => {
  expect([at({}, "constructor"), at({ a: {} }, "a", "toString"), at([1], "length")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

describe("readSynthesis", () => {
  const written = {
    "//": { metadata: { stackName: "clinic-dev-eu-west-1-data" } },
    terraform: { backend: { s3: { bucket: "states" } } },
    resource: {
      aws_vpc: {
        main: {
          "//": { metadata: {} },
          cidr_block: "10.0.0.0/16",
          depends_on: ["aws_eip.a"],
          lifecycle: { prevent_destroy: true, ignore_changes: ["tags", "timeouts[0].create"] },
          provider: "aws.elsewhere",
        },
        many: { count: 2 },
      },
    },
    moved: [{ from: "aws_vpc.old", to: "aws_vpc.main" }],
    removed: [{ from: "aws_eip.old", lifecycle: { destroy: false } }, { from: "aws_eip.older" }],
    provider: { aws: [{ region: "eu-west-1" }, { alias: "elsewhere", region: "us-east-1" }] },
  };

  it("keeps a resource's arguments apart from what is Terraform's", () => {
    const found = readSynthesis(written);
    const main = found.resources.get("aws_vpc.main");
    expect(found.stack).toBe("clinic-dev-eu-west-1-data");
    expect(main).toMatchObject({
      attributes: { cidr_block: "10.0.0.0/16" },
      dependsOn: ["aws_eip.a"],
      provider: "aws.elsewhere",
      repeated: false,
    });
    expect(Object.keys(main?.attributes ?? {})).toEqual(["cidr_block"]);
    expect(found.resources.get("aws_vpc.many")?.repeated).toBe(true);
    expect(found.backend).toEqual({ kind: "s3", config: { bucket: "states" } });
    expect(found.providers.map(({ name }) => name)).toEqual(["aws", "aws.elsewhere"]);
    expect(found.removed).toEqual([
      { from: "aws_eip.old", destroy: false },
      { from: "aws_eip.older", destroy: true },
    ]);
  });

  it("knows what Terraform is told to protect and to overlook", () => {
    const block = readSynthesis(written).resources.get("aws_vpc.main");
    if (block === undefined) throw new Error("missing");
    expect(isPrevented(block)).toBe(true);
    expect(["tags", "timeouts", "cidr_block"].map((name) => ignored(block, name))).toEqual([true, true, false]);
    expect(ignored({ lifecycle: { ignore_changes: "all" } }, "anything")).toBe(true);
  });

  it("takes lists in place of single blocks, and several files, as Terraform does", () => {
    const { resource, ...rest } = written;
    const listed = {
      ...rest,
      resource: [{ aws_vpc: [{ main: [resource.aws_vpc.main] }, { many: resource.aws_vpc.many }] }],
    };
    expect(readSynthesis(listed)).toEqual(readSynthesis(written));
    const files = readSynthesis([{ resource }, rest], "x");
    expect([...files.resources.keys()]).toEqual(["aws_vpc.main", "aws_vpc.many"]);
    expect(files.moved).toEqual([{ from: "aws_vpc.old", to: "aws_vpc.main" }]);
  });
});

describe("readState", () => {
  const file = {
    version: 4,
    outputs: { id: { value: "vpc-1", type: "string" } },
    resources: [
      {
        mode: "managed",
        type: "aws_vpc",
        name: "main",
        instances: [{ attributes: { id: "vpc-1" }, sensitive_attributes: [[{ type: "get_attr", value: "secret" }]] }],
      },
      {
        mode: "managed",
        type: "aws_eip",
        name: "a",
        instances: [
          { index_key: "x", attributes: { id: "e-1" } },
          { deposed: "123", attributes: { id: "e-0" } },
        ],
      },
      {
        module: 'module.m["a"].module.n[0]',
        mode: "managed",
        type: "aws_eip",
        name: "b",
        instances: [{ attributes: { id: "e-2" } }],
      },
      { mode: "data", type: "aws_ami", name: "ecs", instances: [{ attributes: { id: "ami-1" } }] },
    ],
  };
  const shown = {
    format_version: "1.0",
    values: {
      outputs: { id: { value: "vpc-1", sensitive: false } },
      root_module: {
        resources: [
          {
            address: "aws_vpc.main",
            mode: "managed",
            type: "aws_vpc",
            name: "main",
            values: { id: "vpc-1" },
            sensitive_values: { secret: true, tags: {} },
          },
          { address: 'aws_eip.a["x"]', index: "x", mode: "managed", type: "aws_eip", name: "a", values: { id: "e-1" } },
          { address: "data.aws_ami.ecs", mode: "data", type: "aws_ami", name: "ecs", values: { id: "ami-1" } },
        ],
        child_modules: [
          {
            address: 'module.m["a"]',
            child_modules: [
              {
                address: 'module.m["a"].module.n[0]',
                resources: [{ mode: "managed", type: "aws_eip", name: "b", values: { id: "e-2" } }],
              },
            ],
          },
        ],
      },
    },
  };

  it("says the same of a state file and of what terraform show prints", () => {
    const [raw, show] = [readState(file, "s"), readState(shown, "s")];
    const byAddress = (state: typeof raw) => new Map(state.resources.map((resource) => [resource.address, resource]));
    expect(byAddress(raw)).toEqual(byAddress(show));
    expect(raw.outputs).toEqual({ id: "vpc-1" });
    expect(show.outputs).toEqual(raw.outputs);
    expect([raw.format, show.format]).toEqual(["raw", "show"]);
    expect(raw.resources.map(({ address }) => address)).toEqual([
      "aws_vpc.main",
      "aws_eip.a",
      "module.m.module.n.aws_eip.b",
      "data.aws_ami.ecs",
    ]);
    expect([...(raw.resources[0]?.sensitive ?? [])]).toEqual(["secret"]);
  });

  it("tells an empty state from what is none", () => {
    expect(readState({ format_version: "1.0" }, "s")).toMatchObject({ format: "show", resources: [] });
    expect(readState({ version: 3 }, "s")).toMatchObject({ format: "unknown", resources: [] });
  });
});

describe("readPlan", () => {
  const change = (actions: string[], more: object = {}) => ({
    format_version: "1.2",
    resource_changes: [
      {
        address: 'aws_vpc.main["a"]',
        previous_address: "aws_vpc.old",
        mode: "managed",
        type: "aws_vpc",
        name: "main",
        index: "a",
        action_reason: "replace_because_cannot_update",
        change: {
          actions,
          before: { cidr_block: "a" },
          after: { cidr_block: "b" },
          after_unknown: { id: true },
          replace_paths: [["cidr_block"], ["tags", 0, "key"]],
          ...more,
        },
      },
    ],
  });

  it.each([
    [["no-op"], "no-op", false],
    [["create"], "create", false],
    [["update"], "update", false],
    [["delete"], "delete", false],
    [["forget"], "forget", false],
    [["delete", "create"], "replace", false],
    [["create", "delete"], "replace", true],
  ] as const)("knows %j", (actions, action, createBeforeDestroy) => {
    expect(readPlan(change([...actions]), "s").changes).toMatchObject([{ action, createBeforeDestroy }]);
  });

  it("says what it was, what it will be, what forced it and what is not known yet", () => {
    expect(readPlan(change(["delete", "create"], { importing: { id: "x" } }), "s")).toMatchObject({
      readable: true,
      errored: false,
      changes: [
        {
          address: "aws_vpc.main",
          instance: 'aws_vpc.main["a"]',
          previous: "aws_vpc.old",
          before: { cidr_block: "a" },
          after: { cidr_block: "b" },
          unknown: { id: true },
          replacedFor: ["cidr_block", "tags.0.key"],
          reason: "replace_because_cannot_update",
          imported: true,
        },
      ],
    });
    expect(readPlan({}, "s").readable).toBe(false);
  });
});
