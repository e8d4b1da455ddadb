/** How a batch is formed. */
export interface BatchLimits {
  /** Keys of one batch. */
  readonly most: number;
  /** Batches under way at a time; what arrives meanwhile forms the next. */
  readonly atOnce: number;
}

/** A batch of more shows that many ask at the moment: then the next waits a millisecond for company. */
export const busy = 4;

/**
 * Calls `work` at the end of this turn of the event loop, or, where many ask, a millisecond later.
 *
 * WHY: sending a statement costs more than all else of a reading, so that half as many of twice the size are much cheaper.
 */
export function soon(many: boolean, work: () => void): void {
  if (many) setTimeout(work, 1);
  // WHY not a microtask: requests that were read from sockets in this turn of the event loop come along.
  else setImmediate(work);
}

/**
 * Makes one lookup of many that are asked for at the same time. Who is alone waits for nobody: a batch leaves at the end of the
 * turn of the event loop in which its first key was asked for, or when an earlier one has come back.
 */
export function createBatcher<Key, Found>(
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Found>>,
  { most, atOnce }: BatchLimits,
): (key: Key) => Promise<Found | undefined> {
  let waiting = new Map<Key, PromiseWithResolvers<Found | undefined>>();
  let underWay = 0;
  let scheduled = false;
  let size = 0;

  function schedule(): void {
    if (scheduled || underWay >= atOnce || waiting.size === 0) return;
    scheduled = true;
    soon(size > busy, () => {
      scheduled = false;
      void leave();
    });
  }

  async function leave(): Promise<void> {
    const batch = new Map([...waiting].slice(0, most));
    waiting = waiting.size > most ? new Map([...waiting].slice(most)) : new Map();
    underWay += 1;
    size = batch.size;
    schedule();
    try {
      const found = await load([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    } finally {
      underWay -= 1;
      schedule();
    }
  }

  return (key) => {
    const known = waiting.get(key);
    if (known !== undefined) return known.promise;
    const wanted = Promise.withResolvers<Found | undefined>();
    waiting.set(key, wanted);
    schedule();
    return wanted.promise;
  };
}
