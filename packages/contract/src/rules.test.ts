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
