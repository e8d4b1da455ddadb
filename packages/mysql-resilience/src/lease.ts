import type { Endpoint } from "./endpoint.ts";
import { DatabaseUnavailable } from "./errors.ts";
import type { Link } from "./link.ts";
import type { Limits } from "./options.ts";
import { LeasedSession } from "./session.ts";
import { remaining } from "./timing.ts";

type Use<T> = (session: LeasedSession, link: Link) => Promise<T>;

/** Lends connections of one endpoint to functions. */
export class Lender {
  readonly #endpoint: Endpoint;
  readonly #limits: Limits;

  constructor(endpoint: Endpoint, limits: Limits) {
    this.#endpoint = endpoint;
    this.#limits = limits;
  }

  /**
   * Runs `use` with a connection and takes that back, whatever happens. It is lent again only when nothing speaks against it: no
   * fatal error, timeout or read-only server, even if `use` caught it; nothing left running; no transaction left open.
   *
   * @param deadline by the monotonic clock
   */
  async lend<T>(deadline: number, use: Use<T>): Promise<T> {
    const now = performance.now();
    const { acquireMs, statementMs, leaseMs, healMaxMs } = this.#limits;
    const ms = remaining(acquireMs, deadline, now);
    if (ms === 0) throw new DatabaseUnavailable("deadline", healMaxMs);
    const lent = this.#endpoint.acquire(ms);
    const link = lent instanceof Promise ? await lent : lent;
    return new Promise<T>((resolve, reject) => {
      const limits = { statementMs, deadline, until: performance.now() + leaseMs };
      const session = new LeasedSession(link, this.#endpoint, limits, (expired) => {
        this.#takeBack(session, link);
        reject(expired);
      });
      void this.#use(session, link, use).then(resolve, reject);
    });
  }

  async #use<T>(session: LeasedSession, link: Link, use: Use<T>): Promise<T> {
    try {
      return await use(session, link);
    } catch (error) {
      session.note(error);
      await session.undo();
      throw error;
    } finally {
      // WHY: a function that held it for too long has lost it by now.
      if (!session.ended) this.#takeBack(session, link);
    }
  }

  #takeBack(session: LeasedSession, link: Link): void {
    session.end();
    this.#endpoint.giveBack(link, session.doubt);
  }
}
