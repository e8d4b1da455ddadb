import type { UnavailableReason } from "./errors.ts";

interface Waiter<T> {
  readonly resolve: (item: T) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Callers in the order in which they came, each with a deadline. */
export class Waiters<T> {
  readonly #waiting = new Set<Waiter<T>>();
  readonly #refused: (reason: UnavailableReason) => Error;

  /** @param refused makes the error of a caller who gets nothing */
  constructor(refused: (reason: UnavailableReason) => Error) {
    this.#refused = refused;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(ms: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter = {
      resolve,
      reject,
      timer: setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(this.#refused("no-connection"));
      }, ms),
    };
    this.#waiting.add(waiter);
    return promise;
  }

  /** Gives `item` to whoever waits longest. @returns false when nobody waits */
  serve(item: T): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    this.#leave(first);
    first.resolve(item);
    return true;
  }

  refuseAll(reason: UnavailableReason): void {
    for (const waiter of this.#waiting) {
      this.#leave(waiter);
      waiter.reject(this.#refused(reason));
    }
  }

  #leave(waiter: Waiter<T>): void {
    this.#waiting.delete(waiter);
    clearTimeout(waiter.timer);
  }
}
