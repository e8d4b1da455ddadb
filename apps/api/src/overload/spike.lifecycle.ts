import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
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

/** What does the work, and how much of it a millisecond. */
interface Machine {
  readonly work: () => Promise<void>;
  /** Another millisecond has passed. */
  readonly tick: () => void;
  readonly perMs: number;
}

/** A database with as many connections as the API's pool has, each as quick as if it were alone; a transaction takes `ms` on average. */
function connections(ms: number, random: () => number): Machine {
  const waiting: (() => void)[] = [];
  let free: number = contract.database.poolSize;
  return {
    perMs: contract.database.poolSize / ms,
    tick: () => undefined,
    async work() {
      if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      else free -= 1;
      await sleep(Math.round(-ms * Math.log(random())));
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}

/** One processor for all that goes on: with ten at a time each takes ten times as long. A transaction takes `ms` of it on average. */
function processor(ms: number, random: () => number): Machine {
  let jobs: { left: number; readonly done: () => void }[] = [];
  return {
    perMs: 1 / ms,
    tick() {
      // WHY again: what ends within the millisecond leaves the rest of it to the others.
      for (let share = 1; share > 1e-9 && jobs.length > 0; ) {
        const step = Math.min(share / jobs.length, ...jobs.map(({ left }) => left));
        share -= step * jobs.length;
        for (const job of jobs) job.left -= step;
        for (const { left, done } of jobs) if (left <= 1e-9) done();
        jobs = jobs.filter(({ left }) => left > 1e-9);
      }
    },
    work: () => new Promise((done) => jobs.push({ left: -ms * Math.log(random()), done })),
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

/** How long the slowest hundredth of what was served took, and which share of what could be served was: of each phase, one after the other. */
async function load(build: typeof processor, workMs: number, shares: readonly number[]) {
  const random = chance();
  const admission = createAdmission();
  const machine = build(workMs, random);
  const pass = async (milliseconds: number, perMs: number, request: () => Promise<unknown>) => {
    for (let at = 0; at < milliseconds; at += 1) {
      for (let count = poisson(perMs, random); count > 0; count -= 1) void request();
      await jest.advanceTimersByTimeAsync(1);
      machine.tick();
    }
  };
  const lasts = 20_000;
  const phases: { p99: number; used: number }[] = [];
  for (const share of shares) {
    const waits: number[] = [];
    await pass(lasts, share * machine.perMs, async () => {
      const since = performance.now();
      await admission.run(machine.work).then(
        () => waits.push(performance.now() - since),
        () => undefined,
      );
    });
    const used = waits.length / (lasts * machine.perMs);
    // What is under way ends.
    await pass(5_000, 0, async () => undefined);
    phases.push({ p99: waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN, used });
  }
  return phases;
}

describe.each([
  ["a database with connections of its own", connections, [8, 20, 50]],
  ["one processor for everything", processor, [3, 8, 20]],
] as const)("a spike of five times the load, to %s", (_, build, works) => {
  it.each(works)(
    "leaves the slowest hundredth below three times as long or 0.15 s, and nothing idle: %d ms of work",
    async (ms) => {
      const [before, during] = await load(build, ms, [1 / 3, 5 / 3]);
      // Nobody minds what is quick in any case.
      expect(during?.p99).toBeLessThan(Math.max(3 * (before?.p99 ?? 0), 150));
      expect(during?.used).toBeGreaterThan(0.85);
    },
  );
});
