import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../read/json.ts";
import { review } from "./review.ts";
import { fixture, managed, seeded } from "./testing/fixture.ts";
import { seeds } from "./testing/seeds.ts";

const found = (plan: JsonObject) =>
  review([{ stack: "s", plan }], { key: "test" }).findings.map(
    ({ kind, rule, address }) => `${kind} ${rule} ${address}`,
  );
const quiet = [
  ...["database", "storage", "security", "service", "load-balancer", "network"].map((group) => `catalogue-${group}`),
  "clinic-network",
  "clinic-data",
];

describe("a plan in which nothing changes", () => {
  it.each([...quiet, "shop-quiet"])("has no risk: %s", (name) => {
    expect(found(fixture(name))).toEqual([]);
  });
});

describe("every type that a fixture has", () => {
  it.each(quiet)("is known when it goes: %s", (name) => {
    const plan = fixture(name);
    const gone = managed(plan).reduce((left, address) => seeded(left, address, { action: "delete" }), plan);
    expect(found(gone).filter((line) => line.includes("deleted-unlisted"))).toEqual([]);
  });

  it.each(quiet)("is none too many when it is made, but for what is meant to be public: %s", (name) => {
    const plan = fixture(name);
    const made = managed(plan).reduce<JsonObject>(
      (left, address) => seeded(left, address, { action: "create", patch: {} }),
      { ...plan, resource_drift: [] },
    );
    expect(found(made).filter((line) => !line.startsWith("cost "))).toEqual([]);
  });
});

describe("a seeded risk", () => {
  it("there are many, of every kind", () => {
    expect(seeds.length).toBeGreaterThanOrEqual(90);
    expect([...new Set(seeds.map(({ kind }) => kind))].toSorted()).toEqual([
      "backup",
      "cost",
      "data-loss",
      "drift",
      "outage",
      "redundancy",
      "replacement",
      "security",
    ]);
  });

  it.each(seeds.map((seed, index) => [`${index + 1}. ${seed.address}: ${seed.kind}, ${seed.rule}`, seed] as const))(
    "%s",
    (_name, { fixture: name, address, seed, kind, rule }) => {
      expect(found(seeded(fixture(name), address, seed))).toContain(`${kind} ${rule} ${address}`);
    },
  );

  it.each(
    seeds
      .filter(({ seed }) => seed.action === "update")
      .map((seed) => [`${seed.address}, ${seed.rule}`, seed] as const),
  )("is said of nothing else: %s", (_name, { fixture: name, address, seed }) => {
    const others = found(seeded(fixture(name), address, seed)).filter((line) => !line.endsWith(` ${address}`));
    expect(others).toEqual([]);
  });
});
