import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { earn, fullBudget, type RetryBudget, spend } from "./budget.ts";

it("however work and repeats come, repeats stay below the reserve and a share of the work", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 50 }),
      fc.array(fc.boolean(), { maxLength: 300 }),
      (ratio, reserve, events) => {
        let budget: RetryBudget = fullBudget(ratio, reserve);
        let work = 0;
        let repeats = 0;
        for (const isWork of events) {
          if (isWork) {
            budget = earn(budget);
            work += 1;
          } else {
            const left = spend(budget);
            if (left === undefined) continue;
            budget = left;
            repeats += 1;
          }
          expect(budget.saved).toBeGreaterThanOrEqual(0);
          expect(budget.saved).toBeLessThanOrEqual(reserve);
        }
        expect(repeats).toBeLessThanOrEqual(reserve + work * ratio + 1e-6);
      },
    ),
  );
});

it("is refused when nothing is saved, and earned again", () => {
  let budget = fullBudget(0.5, 1);
  budget = spend(budget) ?? budget;
  expect(spend(budget)).toBeUndefined();
  expect(spend(earn(budget))).toBeUndefined();
  expect(spend(earn(earn(budget)))).toMatchObject({ saved: 0 });
});
