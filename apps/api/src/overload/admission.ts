import { contract } from "@mainstay/contract";
import { Problem } from "../problem.ts";

/** More came than can be served; the same request may be served in a moment. */
export class Overloaded extends Problem {
  constructor() {
    super(503, "Too many requests at a time. Try again.", { headers: { "Retry-After": "1" } });
  }
}

export interface AdmissionLimits {
  /** Pieces of work at a time, at most. */
  readonly atOnce: number;
  /** So many at a time even where each of them is slow. */
  readonly atLeast: number;
  /** Work is slow that takes longer than this, in milliseconds, and {@link tolerance} times as long as at its quickest of late. */
  readonly slowMs: number;
  /** More may wait, up to this many. */
  readonly waiting: number;
  /** So much goes on at a time of what shares what it takes, at most. */
  readonly sharing: number;
  /** How long one waits in a burst, in milliseconds. */
  readonly waitMs: number;
  /** How long one waits when everybody has waited for longer than that, for `crowdedAfterMs`: then it is no burst. */
  readonly crowdedWaitMs: number;
  readonly crowdedAfterMs: number;
  /** It is a crowd until nobody has had to be refused for so long. */
  readonly calmMs: number;
}

/** Lets so much work go on at a time as the database can do, and refuses early what would wait in vain. */
export interface Admission {
  /** Runs `work` when it is its turn. @throws {Overloaded} when that would take too long */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * Runs `work` that takes nothing for itself, since it shares its statement with all that come at the same time: at once.
   *
   * @throws {Overloaded} when more do than will fit in memory, should the database be silent
   */
  readonly share: <T>(work: () => Promise<T>) => Promise<T>;
  /** There has been a slow queue for a while: what costs much should not begin. */
  readonly crowded: () => boolean;
  readonly state: () => { readonly running: number; readonly waiting: number; readonly limit: number };
}

/** Work that takes so many times as long as usual waits for other work. */
const tolerance = 2.5;
/** By this the quickest time is taken to be longer each second: so a database that has become slower is known to be after a while. */
const risePerSecond = 1.02;

interface Waiting {
  readonly since: number;
  readonly start: () => void;
  readonly refuse: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A queue that serves a burst in order, and has a short deadline once it is there to stay: then the newest come first, since they
 * are still waited for, and the others are refused soon. So those who are served are served quickly, however many come (controlled
 * delay with adaptive LIFO: B. Maurer, Fail at Scale, ACM Queue 13-8).
 *
 * How much goes on at a time follows how long it takes, since nobody knows beforehand what a database, or a processor that is
 * shared, can do: a third less when it is slow, one more after each round in which it is not (additive increase, multiplicative
 * decrease, as TCP does: RFC 5681).
 *
 * @param now milliseconds that only grow
 */
export function createAdmission(
  limits: AdmissionLimits = contract.overload,
  now: () => number = () => performance.now(),
): Admission {
  const queue: Waiting[] = [];
  let running = 0;
  let sharing = 0;
  let limit = limits.atOnce;
  /** What began earlier says nothing of the limit as it is now. */
  let loweredAt = Number.NEGATIVE_INFINITY;
  const recent = average(20);
  const usual = quickest(now);
  /** Since when everybody has waited for longer than they would have to in a crowd. */
  let slowSince: number | undefined;
  let crowdedUntil = Number.NEGATIVE_INFINITY;
  const crowded = () => {
    const at = now();
    // WHY it lasts: a queue that is empty because everybody was refused says nothing of how many come.
    if (slowSince !== undefined && at - slowSince > limits.crowdedAfterMs) crowdedUntil = at + limits.calmMs;
    return at < crowdedUntil;
  };

  const learn = (began: number) => {
    const took = now() - began;
    recent.add(took);
    usual.add(took);
    const slow = recent.value() > Math.max(limits.slowMs, tolerance * usual.value());
    if (!slow) limit = Math.min(limits.atOnce, limit + 1 / limit);
    // WHY: where there is room for twice as much, it is not for too much at a time that it is slow.
    else if (running >= limit / 2 && began >= loweredAt) {
      limit = Math.max(limits.atLeast, limit * (2 / 3));
      loweredAt = now();
    }
  };

  const next = () => {
    while (running < Math.floor(limit)) {
      const waiting = crowded() ? queue.pop() : queue.shift();
      if (waiting === undefined) {
        slowSince = undefined;
        return;
      }
      clearTimeout(waiting.timer);
      const slow = now() - waiting.since > limits.crowdedWaitMs;
      // WHY: it came before it was a crowd, and has waited for longer than anybody does now.
      if (slow && crowded()) {
        waiting.refuse();
        continue;
      }
      slowSince = slow && queue.length > 0 ? (slowSince ?? now()) : undefined;
      running += 1;
      waiting.start();
    }
  };

  /** Resolves when it is one of those that run. */
  const turn = () =>
    new Promise<void>((resolve, reject) => {
      if (queue.length >= limits.waiting) throw new Overloaded();
      const refuse = () => {
        if (crowded()) crowdedUntil = now() + limits.calmMs;
        else slowSince ??= waiting.since;
        reject(new Overloaded());
      };
      const leave = () => {
        queue.splice(queue.indexOf(waiting), 1);
        refuse();
      };
      const ms = crowded() ? limits.crowdedWaitMs : limits.waitMs;
      const waiting: Waiting = { since: now(), start: resolve, refuse, timer: setTimeout(leave, ms) };
      queue.push(waiting);
    });

  return {
    async run(work) {
      if (running < Math.floor(limit)) running += 1;
      else await turn();
      const began = now();
      try {
        return await work();
      } finally {
        learn(began);
        running -= 1;
        next();
      }
    },
    async share(work) {
      if (sharing >= limits.sharing) throw new Overloaded();
      sharing += 1;
      try {
        return await work();
      } finally {
        sharing -= 1;
      }
    },
    crowded,
    state: () => ({ running, waiting: queue.length, limit: Math.floor(limit) }),
  };
}

/** A mean in which about the last `count` values weigh. */
function average(count: number) {
  let mean: number | undefined;
  return {
    value: () => mean ?? 0,
    add: (value: number) => {
      mean = mean === undefined ? value : mean + (value - mean) / count;
    },
  };
}

/** The quickest that many in a row were of late, on average: what work takes that waits for nothing. */
function quickest(now: () => number) {
  const enough = 50;
  const many = average(enough);
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let at = now();
  return {
    /** Infinite until many were seen: nothing is slow before. */
    value: () => least,
    add(value: number) {
      many.add(value);
      count += 1;
      if (count < enough) return;
      const time = now();
      least = Math.min(many.value(), least * risePerSecond ** ((time - at) / 1000));
      at = time;
    },
  };
}
