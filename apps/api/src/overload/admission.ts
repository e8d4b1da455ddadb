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
  /** How long one waits when somebody has been waiting all the time for `crowdedAfterMs`: then it is no burst. */
  readonly crowdedWaitMs: number;
  readonly crowdedAfterMs: number;
}

/** Lets so much work go on at a time as the database can do, and refuses early what would wait in vain. */
export interface Admission {
  /** Runs `work` when it is its turn. @throws {Overloaded} when that would take too long */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** There has been a queue for a while: what costs much should not begin. */
  readonly crowded: () => boolean;
  readonly state: () => { readonly running: number; readonly waiting: number };
}

interface Waiting {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A queue with a short deadline once it has become a standing one, and the newest first: who came last is still there, and the
 * others are refused soon. So those who are served are served quickly, however many come (controlled delay, adaptive LIFO: B.
 * Maurer, Fail at Scale, ACM Queue 13-8).
 *
 * @param now milliseconds that only grow
 */
export function createAdmission(
  limits: AdmissionLimits = contract.overload,
  now: () => number = () => performance.now(),
): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  let emptyAt = now();
  const crowded = () => queue.length > 0 && now() - emptyAt > limits.crowdedAfterMs;

  const next = () => {
    running -= 1;
    const waiting = queue.pop();
    if (queue.length === 0) emptyAt = now();
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.start();
  };

  const turn = () =>
    new Promise<void>((resolve, reject) => {
      if (queue.length >= limits.waiting) throw new Overloaded();
      if (queue.length === 0) emptyAt = now();
      const leave = () => {
        queue.splice(queue.indexOf(waiting), 1);
        if (queue.length === 0) emptyAt = now();
        reject(new Overloaded());
      };
      const ms = crowded() ? limits.crowdedWaitMs : limits.waitMs;
      const waiting: Waiting = { start: resolve, timer: setTimeout(leave, ms) };
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
