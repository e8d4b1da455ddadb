/** How attempts overlap. */
export interface Hedging<T> {
  /** Starts one attempt, which ends by itself. */
  readonly attempt: () => Promise<T>;
  /** A further attempt starts when none has ended for this long, in milliseconds. */
  readonly everyMs: number;
  /** Attempts at the same time. */
  readonly limit: number;
  /** Takes what comes too late. */
  readonly discard: (late: T) => void;
}

/**
 * The first success of attempts that overlap; rejects with the last error when an attempt fails and no other is under way.
 *
 * WHY: an attempt that hangs at the address of a dead server learns nothing when its name moves on to a living one.
 */
export function hedge<T>({ attempt, everyMs, limit, discard }: Hedging<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let pending = 0;
  let won = false;
  const start = async () => {
    pending += 1;
    try {
      const result = await attempt();
      if (won) discard(result);
      won = true;
      clearInterval(timer);
      resolve(result);
    } catch (error) {
      pending -= 1;
      if (pending > 0) return;
      clearInterval(timer);
      reject(error);
    }
  };
  const timer = setInterval(() => (pending < limit ? void start() : undefined), everyMs).unref();
  void start();
  return promise;
}
