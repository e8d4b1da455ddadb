import { contract } from "@mainstay/contract";
import { Problem } from "../problem.ts";

/** More came than can be served; the same request may be served in a moment. */
export class Overloaded extends Problem {
  constructor() {
    super(503, "Too many requests at a time. Try again.", { headers: { "Retry-After": "1" } });
  }
}

export interface AdmissionLimits {
  /** Pieces of work at a time. */
  readonly atOnce: number;
  /** More may wait, up to this many. */
  readonly waiting: number;
  /** How long one waits in a burst, in milliseconds. */
  readonly waitMs: number;
  /** How long one waits when everybody has waited for longer than that, for `crowdedAfterMs`: then it is no burst. */
  readonly crowdedWaitMs: number;
  readonly crowdedAfterMs: number;
}

/** Lets so much work go on at a time as the database can do, and refuses early what would wait in vain. */
export interface Admission {
  /** Runs `work` when it is its turn. @throws {Overloaded} when that would take too long */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** There has been a slow queue for a while: what costs much should not begin. */
  readonly crowded: () => boolean;
  readonly state: () => { readonly running: number; readonly waiting: number };
}

interface Waiting {
  readonly since: number;
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A queue that serves a burst in order, and has a short deadline once it is there to stay: then the newest come first, since they
 * are still waited for, and the others are refused soon. So those who are served are served quickly, however many come (controlled
 * delay with adaptive LIFO: B. Maurer, Fail at Scale, ACM Queue 13-8).
 *
 * @param now milliseconds that only grow
 */
export function createAdmission(
  limits: AdmissionLimits = contract.overload,
  now: () => number = () => performance.now(),
): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  /** Since when everybody has waited for longer than they would have to in a crowd. */
  let slowSince: number | undefined;
  const crowded = () => slowSince !== undefined && now() - slowSince > limits.crowdedAfterMs;

  const next = () => {
    running -= 1;
    const standing = crowded();
    const waiting = standing ? queue.pop() : queue.shift();
    if (waiting !== undefined && !standing) {
      const slow = now() - waiting.since > limits.crowdedWaitMs;
      slowSince = slow ? (slowSince ?? now()) : undefined;
    }
    if (queue.length === 0) slowSince = undefined;
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.start();
  };

  const turn = () =>
    new Promise<void>((resolve, reject) => {
      if (queue.length >= limits.waiting) throw new Overloaded();
      const leave = () => {
        queue.splice(queue.indexOf(waiting), 1);
        slowSince = queue.length === 0 ? undefined : (slowSince ?? waiting.since);
        reject(new Overloaded());
      };
      const ms = crowded() ? limits.crowdedWaitMs : limits.waitMs;
      const waiting: Waiting = { since: now(), start: resolve, timer: setTimeout(leave, ms) };
      queue.push(waiting);
    });

  return {
    async run(work) {
      if (running >= limits.atOnce) await turn();
      running += 1;
      try {
        return await work();
      } finally {
        next();
      }
    },
    crowded,
    state: () => ({ running, waiting: queue.length }),
  };
}
