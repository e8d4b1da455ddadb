import { setTimeout as sleep } from "node:timers/promises";

/** Tries `work` again until it succeeds; its last error comes when `patienceMs` are over. */
export async function eventually<T>(work: () => Promise<T> | T, patienceMs = 20_000): Promise<T> {
  const end = performance.now() + patienceMs;
  let last: unknown = new Error("no answer");
  while (performance.now() < end) {
    try {
      return await before(end, work, last);
    } catch (error) {
      last = error;
      await sleep(20);
    }
  }
  throw last;
}

/** WHY: some of what is tested here never answers. */
async function before<T>(end: number, work: () => Promise<T> | T, late: unknown): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late), Math.max(1, end - performance.now()));
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets the first `size` callers go on together, and later ones at once. */
export function barrier(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived >= size) resolve();
    return promise;
  };
}
