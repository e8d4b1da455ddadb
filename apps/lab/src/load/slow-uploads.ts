import type { Pace } from "./client.ts";

/** Below the drain of a shutdown, above the time between two of them. In milliseconds. */
const tookMs = 8_000;
const everyMs = 2_000;
/** WHY several: the load balancer gives them to one process after the other, so that either has one under way at any time. */
const atOnce = 4;

/** Uploads as over a poor network, beside all else: a shutdown has to wait for those that are under way. */
export interface SlowUploads {
  /** Resolves when each of the first is half there, or has ended. */
  readonly underWay: Promise<void>;
  /** Sends no more. Resolves when those under way have ended. */
  readonly stop: () => Promise<void>;
}

/** @param upload sends one; does not reject */
export function startSlowUploads(upload: (pace: Pace) => Promise<void>): SlowUploads {
  const all = new Set<Promise<void>>();
  const begin = () =>
    Array.from({ length: atOnce }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const work = upload({ ms: tookMs, half: resolve }).finally(() => {
        all.delete(work);
        resolve();
      });
      all.add(work);
      return promise;
    });
  const underWay = Promise.all(begin()).then(() => undefined);
  const timer = setInterval(begin, everyMs);
  return {
    underWay,
    async stop() {
      clearInterval(timer);
      await Promise.all(all);
    },
  };
}
