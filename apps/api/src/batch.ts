/** How a batch is formed. */
export interface BatchLimits {
  /** What is asked for in one batch. */
  readonly most: number;
  /** Batches under way at a time; what arrives meanwhile forms the next. */
  readonly atOnce: number;
}

/** A batch of more shows that many ask at the moment: then the next waits a millisecond for company. */
const busy = 4;

/**
 * Does together what is asked for at the same time. Who is alone waits for nobody: a batch leaves at the end of the turn of the event
 * loop in which the first of it was asked for, or when an earlier one has come back.
 *
 * @param work answers what becomes of each
 */
export function batched<Item, Answer>(
  work: (items: readonly Item[]) => Promise<(item: Item) => Answer>,
  { most, atOnce }: BatchLimits,
): (item: Item) => Promise<Answer> {
  let waiting: { readonly item: Item; readonly answer: PromiseWithResolvers<Answer> }[] = [];
  let underWay = 0;
  let scheduled = false;
  let size = 0;

  function schedule(): void {
    if (scheduled || underWay >= atOnce || waiting.length === 0) return;
    scheduled = true;
    const go = () => {
      scheduled = false;
      void leave();
    };
    // WHY: sending a statement costs more than all else of a reading, so that half as many of twice the size are much cheaper.
    if (size > busy) setTimeout(go, 1);
    // WHY not a microtask: requests that were read from sockets in this turn of the event loop come along.
    else setImmediate(go);
  }

  async function leave(): Promise<void> {
    const batch = waiting.slice(0, most);
    waiting = waiting.slice(most);
    underWay += 1;
    size = batch.length;
    schedule();
    try {
      const answerTo = await work(batch.map(({ item }) => item));
      for (const { item, answer } of batch) answer.resolve(answerTo(item));
    } catch (error) {
      for (const { answer } of batch) answer.reject(error);
    } finally {
      underWay -= 1;
      schedule();
    }
  }

  return (item) => {
    const answer = Promise.withResolvers<Answer>();
    waiting.push({ item, answer });
    schedule();
    return answer.promise;
  };
}

/** Makes one lookup of many that are asked for at the same time; what several ask for is looked up once. */
export function batchedLookup<Key, Found>(
  load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Found>>,
  limits: BatchLimits,
): (key: Key) => Promise<Found | undefined> {
  return batched(async (keys: readonly Key[]) => {
    const found = await load([...new Set(keys)]);
    return (key) => found.get(key);
  }, limits);
}
