import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { createAdmission } from "./admission.ts";

// WHY in time that is made up: on a machine with other work, speed says more of that.
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The same numbers in every run. */
function chance(): () => number {
  let state = 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return (state + 1) / 2 ** 32;
  };
}

/** A database with as many connections as the API's pool has; a transaction takes `ms` on average. */
function createWork(ms: number, random: () => number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let free: number = contract.database.poolSize;
  return async () => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    await sleep(Math.round(-ms * Math.log(random())));
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
}

/** How many come when `mean` come on average. */
function poisson(mean: number, random: () => number): number {
  let count = -1;
  let left = 1;
  while (left > Math.exp(-mean)) {
    left *= random();
    count += 1;
  }
  return count;
}

/** How long the slowest hundredth waited for its answer, served or refused, and how many were served per second. */
async function load(times: number, workMs: number) {
  const random = chance();
  const admission = createAdmission();
  const work = createWork(workMs, random);
  const perMs = (times * contract.database.poolSize) / workMs / 3;
  const waits: number[] = [];
  let served = 0;
  const request = async () => {
    const since = performance.now();
    await admission.run(work).then(
      () => (served += 1),
      () => undefined,
    );
    waits.push(performance.now() - since);
  };
  const lasts = 20_000;
  for (let at = 0; at < lasts; at += 1) {
    for (let count = poisson(perMs, random); count > 0; count -= 1) void request();
    await jest.advanceTimersByTimeAsync(1);
  }
  const perSecond = (served * 1000) / lasts;
  await jest.advanceTimersByTimeAsync(10_000);
  return { p99: waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN, perSecond };
}

it.each([8, 20, 50])(
  "a spike of five times the load leaves the slowest hundredth below three times as long, and nothing idle: %i ms of work",
  async (workMs) => {
    const before = await load(1, workMs);
    const during = await load(5, workMs);
    expect(during.p99 / before.p99).toBeLessThan(3);
    expect(during.perSecond).toBeGreaterThan((0.9 * contract.database.poolSize * 1000) / workMs);
  },
);
