import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { InvalidOptions } from "./errors.ts";
import { type Limits, type RetryOptions, type Settings, settle } from "./options.ts";

type Given = {
  readonly limits: Partial<Limits>;
  readonly retry: Partial<RetryOptions>;
  readonly reader: Readonly<Record<"waitMs" | "stickyMs", number>>;
};

/** Written apart from the source: each setting with what it must be, whatever the others are. */
const alone: Readonly<Record<string, (value: number) => boolean>> = {
  ...each("limits", ["connections", "breakerFailures"], (value) => Number.isInteger(value) && value > 0),
  ...each("limits", ["queue", "maxIdle"], (value) => Number.isInteger(value) && value >= 0),
  ...each("retry", ["repeats", "reserve"], (value) => Number.isInteger(value) && value >= 0),
  ...each("limits", ["lifetimeJitter"], (value) => value >= 0 && value <= 1),
  ...each("retry", ["ratio"], (value) => value >= 0 && value <= 1),
  ...each("limits", ["acquireMs", "connectMs", "statementMs", "operationMs", "leaseMs"], isTimer),
  ...each("limits", ["pingMs", "silenceMs", "trustIdleMs", "roleCheckMs", "idleMs", "lifetimeMs"], isTimer),
  ...each("limits", ["healFirstMs", "healMaxMs"], isTimer),
  ...each("retry", ["firstMs", "maxMs"], isTimer),
  ...each("reader", ["waitMs", "stickyMs"], isTimer),
  // The kernel's keep-alive has seconds, and no more than fit into 15 bits.
  "limits.keepAliveMs": (value) => value >= 1_000 && value < 32_768_000,
};

/** What must not be longer than what. */
const ordered = [
  // A statement ends before its lease does, or the lease would always be blamed.
  ["limits.statementMs", "limits.leaseMs"],
  // To wait for a connection, or for one answer, does not take longer than all of it may.
  ["limits.acquireMs", "limits.operationMs"],
  ["limits.statementMs", "limits.operationMs"],
  ["limits.maxIdle", "limits.connections"],
  ["limits.healFirstMs", "limits.healMaxMs"],
  ["retry.firstMs", "retry.maxMs"],
] as const;

it("are settled when they satisfy every rule, and else refused with each that they break", () => {
  const outcomes = { settled: 0, refused: 0 };
  fc.assert(
    fc.property(given(), (options) => {
      const values = flat(options);
      const broken = [
        ...Object.entries(alone)
          .filter(([name, holds]) => !holds(values[name] ?? Number.NaN))
          .map(([name]) => name),
        ...ordered
          .filter(([low, high]) => (values[low] ?? Number.NaN) > (values[high] ?? Number.NaN))
          .map(([low, high]) => `${low} ${high}`),
      ];
      const settled = attempt(options);
      outcomes[settled instanceof InvalidOptions ? "refused" : "settled"] += 1;
      const said = settled instanceof InvalidOptions ? settled.problems.map(subjects) : [];
      expect(said.toSorted()).toEqual(broken.toSorted());
      if (settled instanceof InvalidOptions) return;
      // What was asked for is what holds.
      expect(flat(options)).toEqual(flat(settled as Given));
    }),
    { numRuns: 2_000 },
  );
  // Both happen, or the property says nothing.
  expect(Math.min(outcomes.settled, outcomes.refused)).toBeGreaterThan(200);
});

/** Every setting, mostly ones that can work; sometimes at the edge of it, or far beyond. */
function given(): fc.Arbitrary<Given> {
  const edges = [0, -1, 0.5, 1, 1.5, 999, 1_000, 32_767_999, 32_768_000, 2 ** 31 - 1, 2 ** 31, Number.NaN];
  const edge = fc.constantFrom(...edges, Number.POSITIVE_INFINITY);
  const usually = (value: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 60, arbitrary: value }, { weight: 1, arbitrary: edge });
  const between = (min: number, max: number) => usually(fc.integer({ min, max }));
  const share = usually(fc.double({ min: 0, max: 1, noNaN: true }));
  const span = between(1, 20_000);
  const limits: Record<keyof Limits, fc.Arbitrary<number>> = {
    connections: between(9, 100),
    queue: between(0, 1_000),
    maxIdle: between(0, 10),
    breakerFailures: between(1, 20),
    lifetimeJitter: share,
    acquireMs: between(1, 5_500),
    statementMs: between(1, 5_500),
    leaseMs: between(5_000, 60_000),
    operationMs: between(5_000, 60_000),
    connectMs: span,
    pingMs: span,
    silenceMs: span,
    trustIdleMs: span,
    roleCheckMs: span,
    idleMs: span,
    lifetimeMs: span,
    healFirstMs: between(1, 550),
    healMaxMs: between(500, 5_000),
    keepAliveMs: between(1_000, 100_000),
  };
  const retry: Record<keyof RetryOptions, fc.Arbitrary<number>> = {
    repeats: between(0, 10),
    reserve: between(0, 100),
    ratio: share,
    firstMs: between(1, 55),
    maxMs: between(50, 1_000),
  };
  return fc.record({
    limits: fc.record(limits),
    retry: fc.record(retry),
    reader: fc.record({ waitMs: span, stickyMs: span }),
  });
}

function attempt({ limits, retry, reader }: Given): Settings | InvalidOptions {
  const credentials = { user: "", password: "" };
  try {
    return settle({ connection: {}, credentials, limits, retry, reader: { connection: {}, ...reader } });
  } catch (error) {
    if (error instanceof InvalidOptions) return error;
    throw error;
  }
}

/** `limits.acquireMs` and so on, as the problems name them. */
function flat({ limits, retry, reader: { waitMs, stickyMs } }: Given): Record<string, number> {
  const named = (group: string, values: object) =>
    Object.entries(values).map(([name, value]) => [`${group}.${name}`, value as number] as const);
  return Object.fromEntries([
    ...named("limits", limits),
    ...named("retry", retry),
    ...named("reader", { waitMs, stickyMs }),
  ]);
}

/** The settings that a problem names, one or two. */
function subjects(problem: string): string {
  return [...problem.matchAll(/(?:limits|retry|reader)\.\w+/g)].map(([name]) => name).join(" ");
}

function each(group: string, names: readonly string[], holds: (value: number) => boolean) {
  return Object.fromEntries(names.map((name) => [`${group}.${name}`, holds]));
}

/** WHY: Node takes a longer timer as 1 ms. */
function isTimer(value: number): boolean {
  return value > 0 && value < 2 ** 31;
}
