/**
 * Settles as `work` does, or rejects with `late()` when that takes longer than `ms`.
 *
 * `work` itself goes on: whoever holds something for it must let go of it.
 */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
