import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { contract, rules, type Timing, variables } from "./index.ts";

describe("the contract", () => {
  it.each(rules(contract))("holds: $rule", ({ holds }) => {
    expect(holds).toBe(true);
  });

  it("pain 19: refuses a keep-alive that is shorter than the load balancer's idle timeout", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: contract.connection.loadBalancerIdle }), (keepAlive) => {
        expect(broken({ connection: { ...contract.connection, keepAlive } })).toContain(
          "connection.keepAlive > connection.loadBalancerIdle",
        );
      }),
    );
  });

  it("refuses a container that is killed before it is drained", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: contract.shutdown.deregistration }), (stopTimeout) => {
        expect(broken({ shutdown: { ...contract.shutdown, stopTimeout } })).toContain(
          "shutdown.stopTimeout > shutdown.deregistration",
        );
      }),
    );
  });

  it.each<[string, Partial<Timing>]>([
    ["health.timeout < health.interval", { health: { ...contract.health, timeout: 5 } }],
    [
      "containerHealth.timeout < containerHealth.interval",
      { containerHealth: { ...contract.containerHealth, timeout: 10 } },
    ],
    ["connection.headers > connection.keepAlive", { connection: { ...contract.connection, headers: 65 } }],
    ["connection.request < connection.loadBalancerIdle", { connection: { ...contract.connection, request: 60 } }],
    [
      "shutdown.lameDuck > health.interval * health.unhealthyThreshold",
      { shutdown: { ...contract.shutdown, lameDuck: 10 } },
    ],
    [
      "shutdown.deregistration >= shutdown.lameDuck + shutdown.drain",
      { shutdown: { ...contract.shutdown, deregistration: 24 } },
    ],
    [
      "shutdown.stopTimeout > shutdown.lameDuck + shutdown.drain + shutdown.closePool",
      { shutdown: { ...contract.shutdown, closePool: 20 } },
    ],
    [
      "database.acquireTimeoutMs + database.queryTimeoutMs < database.operationTimeoutMs",
      { database: { ...contract.database, queryTimeoutMs: 10_000 } },
    ],
    [
      "database.operationTimeoutMs < connection.request * 1000",
      { connection: { ...contract.connection, request: 12 } },
    ],
    ["database.operationTimeoutMs < shutdown.drain * 1000", { shutdown: { ...contract.shutdown, drain: 12 } }],
    [
      "database.acquireTimeoutMs < health.timeout * 1000",
      { database: { ...contract.database, acquireTimeoutMs: 3_000 } },
    ],
    [
      "database.connectTimeoutMs < health.timeout * 1000",
      { database: { ...contract.database, connectTimeoutMs: 3_000 } },
    ],
    ["stale.age >= health.databaseAway", { stale: { ...contract.stale, age: 179 } }],
    ["stale.afterMs < database.acquireTimeoutMs", { stale: { ...contract.stale, afterMs: 2_000 } }],
    [
      "database.poolSize <= overload.atOnce",
      { overload: { ...contract.overload, atOnce: contract.database.poolSize - 1 } },
    ],
    [
      "overload.atLeast <= overload.atOnce",
      { overload: { ...contract.overload, atLeast: contract.overload.atOnce + 1 } },
    ],
    [
      "overload.crowdedWaitMs < overload.waitMs",
      { overload: { ...contract.overload, crowdedWaitMs: contract.overload.waitMs } },
    ],
    ["documents.orphanAge > connection.request", { documents: { ...contract.documents, orphanAge: 30 } }],
  ])("notices when it does not hold that %s", (rule, change) => {
    expect(broken(change)).toEqual([rule]);
  });

  it("lets no request fail when a task is stopped, whenever it arrives and however long it takes, where the rules hold", () => {
    const seconds = fc.integer({ min: 1, max: 20 });
    const any = fc.record({
      interval: fc.integer({ min: 5, max: 30 }),
      threshold: fc.integer({ min: 2, max: 5 }),
      operation: seconds,
      closePool: seconds,
      margins: fc.tuple(seconds, seconds, seconds, seconds),
    });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(any, share, share, ({ interval, threshold, operation, closePool, margins }, when, long) => {
        const [a, b, c, d] = margins;
        const lameDuck = interval * threshold + a;
        const drain = operation + b;
        const deregistration = lameDuck + drain + c - 1;
        const stopTimeout = Math.max(deregistration, lameDuck + drain + closePool) + d;
        const timing: Timing = {
          ...contract,
          health: { ...contract.health, interval, unhealthyThreshold: threshold },
          shutdown: { lameDuck, drain, closePool, deregistration, stopTimeout },
          database: { ...contract.database, operationTimeoutMs: operation * 1000 },
        };
        const about = rules(timing).filter(({ rule }) => rule.includes("shutdown"));
        expect(about.every(({ holds }) => holds)).toBe(true);
        // The load balancer sends requests until it has seen as many 503 as it needs.
        const arrives = when * interval * threshold;
        const ends = arrives + long * operation;
        expect(arrives).toBeLessThan(lameDuck);
        expect(ends).toBeLessThan(lameDuck + drain);
        expect(ends).toBeLessThanOrEqual(deregistration);
        expect(ends + closePool).toBeLessThan(stopTimeout);
      }),
    );
  });

  it("names each variable once", () => {
    const names = Object.values(variables);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.map((name) => name.toUpperCase()));
  });
});

function broken(change: Partial<Timing>): string[] {
  return rules({ ...contract, ...change })
    .filter(({ holds }) => !holds)
    .map(({ rule }) => rule);
}
