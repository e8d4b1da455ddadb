/**
 * How many repeats are allowed: each piece of work earns a part of one, each repeat costs one.
 *
 * WHY: when everything fails, repeats would multiply the load just when the server comes back. So they stay below a share of
 * the work itself, plus what was saved up in good times.
 */
export interface RetryBudget {
  /** Parts of a repeat that one piece of work earns, 0 to 1. */
  readonly ratio: number;
  /** The most that can be saved, and what there is at first. */
  readonly reserve: number;
  readonly saved: number;
}

export const fullBudget = (ratio: number, reserve: number): RetryBudget => ({ ratio, reserve, saved: reserve });

export function earn(budget: RetryBudget): RetryBudget {
  // WHY: the same object while full, which it nearly always is: nothing to allocate.
  if (budget.saved >= budget.reserve) return budget;
  return { ...budget, saved: Math.min(budget.reserve, budget.saved + budget.ratio) };
}

/** The budget after one repeat, or `undefined` when there is none left. */
export function spend(budget: RetryBudget): RetryBudget | undefined {
  return budget.saved >= 1 ? { ...budget, saved: budget.saved - 1 } : undefined;
}
