import { describe, expect, it } from "@jest/globals";
import { seconds } from "@mainstay/core";
import fc from "fast-check";
import { failureThreshold, patienceOf, patienceProblems } from "./patience.ts";

const interval = fc.constantFrom(10 as const, 30 as const);

describe("patience", () => {
  it("is three minutes by default, which a Multi-AZ failover does not use up", () => {
    expect(patienceOf({})).toEqual({ patience: 180, interval: 30, outlasts: 120 });
    expect(failureThreshold(patienceOf({}))).toBe(6);
    expect(patienceProblems({})).toEqual([]);
  });

  it("becomes as many answers as fill it, within what Route 53 takes", () => {
    fc.assert(
      fc.property(interval, fc.integer({ min: 1, max: 10 }), (every, answers) => {
        const props = { interval: every, patience: seconds(every * answers), outlasts: seconds(0) };
        expect(patienceProblems(props)).toEqual([]);
        expect(failureThreshold(patienceOf(props))).toBe(answers);
      }),
    );
  });

  it("is refused where no number of answers makes it", () => {
    fc.assert(
      fc.property(interval, fc.integer({ min: -400, max: 1000 }), (every, patience) => {
        const fits = patience % every === 0 && patience >= every && patience <= 10 * every;
        const found = patienceProblems({ interval: every, patience: seconds(patience), outlasts: seconds(-1000) });
        expect(found).toHaveLength(fits ? 0 : 1);
      }),
    );
    expect(patienceProblems({ patience: seconds(135) })).toEqual([
      expect.objectContaining({ property: "patience", got: 135, allowed: "a multiple of 30 s, 30 to 300 s" }),
    ]);
  });

  it("is longer than a failover within the region, whatever that takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 400 }), (answers, outlasts) => {
        const found = patienceProblems({ patience: seconds(30 * answers), outlasts: seconds(outlasts) });
        expect(found).toHaveLength(30 * answers > outlasts ? 0 : 1);
      }),
    );
    expect(patienceProblems({ patience: seconds(120) })).toEqual([
      expect.objectContaining({ got: 120, allowed: "more than 120 s, which a failover within the region takes" }),
    ]);
    expect(patienceProblems({ patience: seconds(90), interval: 10, outlasts: seconds(60) })).toEqual([]);
  });
});
