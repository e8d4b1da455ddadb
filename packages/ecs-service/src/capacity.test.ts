import { describe, expect, it } from "@jest/globals";
import { percent } from "@mainstay/core";
import fc from "fast-check";
import { autoscaled, capacityProblems, fixed, leastTasks, mostTasks, tracking } from "./capacity.ts";

const count = fc.integer({ min: 1, max: 500 });

describe("capacity", () => {
  it("refuses exactly the bounds between which nothing can be scaled", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 20 }), fc.integer({ min: -2, max: 20 }), (min, max) => {
        const refused = capacityProblems(autoscaled({ min, max }), false).length > 0;
        expect(refused).toBe(!(min >= 1 && min < max));
      }),
    );
  });

  it("refuses parts of tasks", () => {
    expect(capacityProblems(fixed(1.5), false)).toHaveLength(1);
    expect(capacityProblems(fixed(0), false)).toHaveLength(1);
    expect(capacityProblems(fixed(1), false)).toEqual([]);
    expect(capacityProblems(autoscaled({ min: 1, max: 2.5 }), false)).toHaveLength(1);
  });

  it("takes 10 to 90 % of CPU", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (cpu) => {
        const found = capacityProblems(autoscaled({ min: 1, max: 2, cpu: percent(cpu) }), false);
        expect(found.length === 0).toBe(cpu >= 10 && cpu <= 90);
      }),
    );
  });

  it("counts requests only where a load balancer does", () => {
    const capacity = autoscaled({ min: 1, max: 2, requestsPerTarget: 100 });
    expect(capacityProblems(capacity, true)).toEqual([]);
    expect(capacityProblems(capacity, false)).toMatchObject([{ property: "capacity.requestsPerTarget" }]);
    expect(capacityProblems(autoscaled({ min: 1, max: 2, requestsPerTarget: 0 }), true)).toHaveLength(1);
  });

  it("always has something to scale on", () => {
    fc.assert(
      fc.property(fc.option(count, { nil: undefined }), fc.option(count, { nil: undefined }), (cpu, requests) => {
        const policies = tracking({
          min: 1,
          max: 2,
          ...(cpu !== undefined && { cpu: percent(cpu) }),
          ...(requests !== undefined && { requestsPerTarget: requests }),
        });
        expect(Object.keys(policies).length).toBeGreaterThan(0);
        expect(policies.cpu?.target).toBe(cpu ?? (requests === undefined ? 50 : undefined));
        expect(policies.requests?.target).toBe(requests);
      }),
    );
  });

  it("is kept at half of the CPU by default: two zones' load fits into one", () => {
    expect(tracking({ min: 2, max: 4 })).toEqual({ cpu: { metric: "ECSServiceAverageCPUUtilization", target: 50 } });
  });

  it("says how few and how many tasks there can be", () => {
    fc.assert(
      fc.property(count, count, (min, max) => {
        expect([leastTasks(fixed(min)), mostTasks(fixed(min))]).toEqual([min, min]);
        expect([leastTasks(autoscaled({ min, max })), mostTasks(autoscaled({ min, max }))]).toEqual([min, max]);
      }),
    );
  });
});
