import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { longestChain } from "./chain.ts";

/** Parts 0 to n-1, each of which waits for some with a lower number. */
const work = fc
  .array(fc.record({ seconds: fc.integer({ min: 0, max: 100 }), waits: fc.array(fc.nat()) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) =>
    parts.map(({ seconds, waits }, index) => ({
      seconds,
      waits: index === 0 ? [] : waits.map((wait) => wait % index),
    })),
  );

describe("longestChain", () => {
  it("adds up what waits for each other, and not what goes on beside it", () => {
    const seconds = new Map(Object.entries({ vpc: 12, subnet: 1, key: 14, database: 80, zone: 16 }));
    const before: Record<string, string[]> = { subnet: ["vpc"], database: ["subnet", "key"] };
    expect(longestChain(seconds, (id) => before[id] ?? [])).toEqual({
      seconds: 94,
      parts: [
        { id: "key", seconds: 14 },
        { id: "database", seconds: 80 },
      ],
    });
  });

  it("goes through what takes no time itself, such as an output", () => {
    const before: Record<string, string[]> = { service: ["output"], output: ["database"] };
    const seconds = new Map(Object.entries({ database: 80, service: 5 }));
    expect(longestChain(seconds, (id) => before[id] ?? []).seconds).toBe(85);
  });

  it("is at least any single part and at most all together, and each part waits for the one before it", () => {
    fc.assert(
      fc.property(work, (parts) => {
        const seconds = new Map(parts.map((part, index) => [String(index), part.seconds]));
        const chain = longestChain(seconds, (id) => (parts[Number(id)]?.waits ?? []).map(String));
        const all = parts.map((part) => part.seconds);
        expect(chain.seconds).toBeGreaterThanOrEqual(Math.max(...all));
        expect(chain.seconds).toBeLessThanOrEqual(all.reduce((sum, one) => sum + one, 0));
        for (const [index, { id }] of chain.parts.slice(1).entries()) {
          expect(parts[Number(id)]?.waits).toContain(Number(chain.parts[index]?.id));
        }
      }),
    );
  });

  it("never gets longer by one wait less", () => {
    fc.assert(
      fc.property(work, fc.nat(), (parts, choice) => {
        const seconds = new Map(parts.map((part, index) => [String(index), part.seconds]));
        const of = (without: number) =>
          longestChain(seconds, (id) => (Number(id) === without ? [] : (parts[Number(id)]?.waits ?? []).map(String)));
        expect(of(choice % parts.length).seconds).toBeLessThanOrEqual(of(-1).seconds);
      }),
    );
  });
});
