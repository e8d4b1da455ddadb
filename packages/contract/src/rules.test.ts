import { runInThisContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { contract, rules, type Timing, variables } from "./index.ts";
import { soundTiming } from "./testing/index.ts";

describe("the contract", () => {
  it.each(rules(contract))("holds: $rule", ({ holds }) => {
    expect(holds).toBe(true);
  });

  it("pain 19: refuses a keep-alive that is shorter than the load balancer's idle timeout", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: contract.connection.loadBalancerIdle }), (keepAlive) => {
        expect(broken({ ...contract, connection: { ...contract.connection, keepAlive } })).toContain(
          "connection.keepAlive > connection.loadBalancerIdle",
        );
      }),
    );
  });

  it("names each variable once", () => {
    const names = Object.values(variables);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.map((name) => name.toUpperCase()));
  });
});

describe("the rules", () => {
  const texts = rules(contract).map(({ rule }) => rule);
  /** Each rule by its words alone: what they say is what must be checked. */
  const said = new Map(texts.map((text) => [text, meaningOf(text)]));

  it("relate every number that they are given", () => {
    const related = new Set(texts.flatMap(numbersIn));
    fc.assert(
      fc.property(soundTiming, (timing) => expect(pathsOf(timing).filter((path) => !related.has(path))).toEqual([])),
    );
  });

  it("hold for timings that are made to be right, and say the same as their words of any", () => {
    fc.assert(fc.property(soundTiming, (timing) => expect(broken(timing)).toEqual([])));
    fc.assert(
      fc.property(anyTiming(), (timing) => {
        for (const { rule, holds } of rules(timing)) expect([rule, holds]).toEqual([rule, said.get(rule)?.(timing)]);
      }),
    );
  });

  const pairs = texts.flatMap((text) => numbersIn(text).map((path) => [text, path] as const));
  it.each(pairs)("%s: names it when %s alone has crossed its bound, by as little as can be", (text, path) => {
    const holds = said.get(text) ?? (() => false);
    fc.assert(
      fc.property(soundTiming, (timing) => {
        const { inside, outside } = boundOf(timing, path, holds);
        expect(Math.abs(inside - outside)).toBe(1);
        expect(broken(withNumber(timing, path, outside))).toContain(text);
        expect(broken(withNumber(timing, path, inside))).not.toContain(text);
      }),
    );
  });

  it("let no request fail when a task is stopped, whenever it arrives, however slowly, and though its database is away", () => {
    // WHY no double: nearly all of those are almost 0.
    const share = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(soundTiming, share, share, share, (timing, when, slow, away) => {
        const { health, connection, database, shutdown } = timing;
        // The load balancer sends requests until it has seen as many 503 as it needs.
        const arrives = when * health.interval * health.unhealthyThreshold;
        const received = arrives + slow * (connection.request + connection.checkInterval);
        const ends = received + (away * database.operationTimeoutMs) / 1000;
        expect(arrives).toBeLessThan(shutdown.lameDuck);
        expect(ends).toBeLessThan(shutdown.lameDuck + shutdown.drain);
        expect(ends).toBeLessThanOrEqual(shutdown.deregistration);
        expect(ends + shutdown.closePool).toBeLessThan(shutdown.stopTimeout);
      }),
    );
  });
});

function broken(timing: Timing): string[] {
  return rules(timing)
    .filter(({ holds }) => !holds)
    .map(({ rule }) => rule);
}

type Holds = (timing: Timing) => boolean;

function meaningOf(text: string): Holds {
  return runInThisContext(`(({ ${Object.keys(contract).join(", ")} }) => ${text})`) as Holds;
}

function numbersIn(text: string): string[] {
  return [...new Set(text.match(/[a-z]\w*\.\w+/gi))];
}

function pathsOf(timing: Timing): string[] {
  return Object.entries(timing).flatMap(([group, numbers]) => Object.keys(numbers).map((name) => `${group}.${name}`));
}

function numberAt(timing: Timing, path: string): number {
  const [group = "", name = ""] = path.split(".");
  return (timing as unknown as Record<string, Record<string, number>>)[group]?.[name] ?? Number.NaN;
}

function withNumber(timing: Timing, path: string, value: number): Timing {
  const [group = "", name = ""] = path.split(".");
  const numbers = (timing as unknown as Record<string, Record<string, number>>)[group];
  return { ...timing, [group]: { ...numbers, [name]: value } };
}

/** Of one number the last value with which `holds`, and the first with which it does not. */
function boundOf(timing: Timing, path: string, holds: Holds): { inside: number; outside: number } {
  const start = numberAt(timing, path);
  const fits = (value: number) => holds(withNumber(timing, path, value));
  for (let step = 1; step < 1e7; step *= 2) {
    for (const far of [start + step, start - step]) {
      if (fits(far)) continue;
      let [inside, outside] = [start, far];
      while (Math.abs(inside - outside) > 1) {
        const middle = Math.trunc((inside + outside) / 2);
        if (fits(middle)) inside = middle;
        else outside = middle;
      }
      return { inside, outside };
    }
  }
  throw new Error(`${path} has no bound`);
}

/** Numbers of all kinds, right or not. */
function anyTiming(): fc.Arbitrary<Timing> {
  const number = fc.oneof(fc.nat(20), fc.nat(200), fc.nat(20_000));
  return soundTiming.chain((timing) => {
    const paths = pathsOf(timing);
    return fc
      .tuple(...paths.map(() => fc.option(number)))
      .map((values) =>
        values.reduce<Timing>(
          (made, value, index) => (value === null ? made : withNumber(made, paths[index] ?? "", value)),
          timing,
        ),
      );
  });
}
