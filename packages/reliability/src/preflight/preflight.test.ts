import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { notices } from "../aws/consequences.ts";
import { replacedBy } from "../provider/replacement-table.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { readSynthesis } from "../read/synthesis.ts";
import { nested, type Resources, stackOf, stateOf } from "../testing.ts";
import { preflight } from "./preflight.ts";
import { run, said } from "./testing.ts";

describe("preflight", () => {
  it("finds nothing where the state equals what was synthesised, whatever it is", () => {
    const value = fc.oneof(
      fc.constantFrom("a", "10.0.0.0/16", "arn:aws:kms:eu-west-1:1:key/1"),
      fc.nat(9),
      fc.boolean(),
      fc.array(fc.constantFrom("x", "y"), { minLength: 1 }),
    );
    const resource = fc
      .constantFrom(...new Set([...Object.keys(replacedBy), ...Object.keys(notices)]))
      .chain((type) => fc.tuple(fc.constant(type), fc.dictionary(fc.constantFrom(...attributesOf(type)), value)));
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 6 }), fc.boolean(), (list, isShown) => {
        const resources = Object.fromEntries(
          list.map(([type, attributes], index) => [`${type}.r${index}`, attributes]),
        );
        // AWS adds what was not written, and answers numbers as text.
        const deployed = mapValues(resources, (attributes, address) => ({
          ...mapValues(attributes, asText),
          ...defaultsOf(address, attributes),
          id: address,
          arn: `arn:${address}`,
        }));
        const state = isShown ? readState(shownState(deployed), "test") : stateOf(deployed);
        expect(preflight([stackOf(resources)], [state])).toEqual({ findings: [], unknown: [] });
      }),
    );
  });

  it("never throws, whatever the JSON is", () => {
    const types = [
      "aws_vpc",
      "aws_subnet",
      "aws_db_instance",
      "aws_autoscaling_group",
      "aws_s3_bucket_versioning",
      "aws_ecr_repository",
    ];
    const resources = fc.dictionary(
      fc.constantFrom(...types.map((type) => `${type}.a`)),
      fc.dictionary(
        fc.constantFrom(
          "cidr_block",
          "engine_version",
          "availability_zone",
          "encryption_configuration",
          "allocated_storage",
          "id",
          "subnet_ids",
        ),
        fc.jsonValue(),
      ) as fc.Arbitrary<JsonObject>,
    );
    fc.assert(
      fc.property(resources, resources, fc.jsonValue(), (deployed, written, any) => {
        expect(() =>
          preflight(
            [stackOf(written, { moved: any as Json, locals: any as Json })],
            [stateOf(deployed), readState(any, "other")],
          ),
        ).not.toThrow();
        expect(() => preflight([readSynthesis(any, "test")], [stateOf(deployed)])).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it("says nothing of what is new", () => {
    expect(said({}, { "aws_vpc.main": { cidr_block: "10.0.0.0/16" } })).toEqual([]);
    expect(preflight([stackOf({ "aws_vpc.main": {} })], [])).toEqual({ findings: [], unknown: [] });
  });

  it("puts refusals first", () => {
    const findings = run({ "aws_vpc.b": {}, "aws_eip.a": {} }, {}).findings;
    expect(findings.map(({ severity, address }) => [severity, address])).toEqual([
      ["refuse", "aws_vpc.b"],
      ["warn", "aws_eip.a"],
    ]);
  });

  it("refuses nothing that is accepted, but goes on saying it with the reason", () => {
    const options = { accepted: { "aws_vpc.b": "moved by hand" } };
    const { findings } = preflight([stackOf({})], [stateOf({ "aws_vpc.b": {} })], options);
    expect(findings).toMatchObject([{ severity: "warn", why: expect.stringMatching(/Accepted: moved by hand$/) }]);
    const warned = preflight([stackOf({})], [stateOf({ "aws_eip.a": {} })], { accepted: { "aws_eip.a": "known" } });
    expect(warned.findings).toMatchObject([{ severity: "warn", why: expect.stringMatching(/for ever\.$/) }]);
  });

  it("says of a state that it cannot read", () => {
    expect(preflight([stackOf({})], [readState({ version: 3 }, "test")]).findings).toMatchObject([
      { severity: "refuse", why: expect.stringContaining("nothing can be compared") },
    ]);
  });
});

/** Arguments that a test may write: those that are looked at, but for those in blocks. */
function attributesOf(type: string): string[] {
  return [
    ...Object.keys(replacedBy[type] ?? {}).filter((path) => !path.includes(".")),
    "description",
    "multi_az",
    "min_size",
  ];
}

/** What AWS has where nothing was written. */
function defaultsOf(address: string, written: JsonObject): JsonObject {
  const row = replacedBy[address.split(".")[0] ?? ""] ?? {};
  return Object.fromEntries(
    Object.entries(row).flatMap(([path, left]) =>
      typeof left === "symbol" || path in written || path.includes(".") ? [] : [[path, left]],
    ),
  );
}

function asText(value: Json): Json {
  return typeof value === "number" ? String(value) : value;
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function shownState(resources: Resources): JsonObject {
  const all = Object.entries(nested(resources)).flatMap(([type, named]) =>
    Object.entries(named as JsonObject).map(([name, values]) => ({
      address: `${type}.${name}`,
      mode: "managed",
      type,
      name,
      values,
    })),
  );
  return { format_version: "1.0", values: { root_module: { resources: all } } };
}
