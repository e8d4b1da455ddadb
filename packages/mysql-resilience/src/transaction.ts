import { setTimeout as sleep } from "node:timers/promises";
import { isDuplicate, verdictOf } from "./classify.ts";
import { DatabaseUnavailable, OutcomeUnknown } from "./errors.ts";
import type { Lender } from "./lease.ts";
import type { Link } from "./link.ts";
import { type Decision, decide, type Repeater } from "./repeat.ts";
import type { LeasedSession, Session } from "./session.ts";
import type { Telemetry } from "./telemetry.ts";
import { pauseBefore } from "./timing.ts";

/** How a transaction is recognised when nobody heard whether it was committed. */
export interface Idempotency<T> {
  /** Given by whoever wants the work done once, for example in an `Idempotency-Key` header. */
  readonly idempotencyKey: string;
  /**
   * Looks the key up, in a table with a UNIQUE index on it, into which the transaction itself inserts it.
   *
   * Returns what the transaction returned (never `undefined`) when the key is there, and `undefined` when it is not. May run more
   * than once. `LOCK IN SHARE MODE` makes it wait for a COMMIT that is still under way (MariaDB has no `FOR
   * SHARE`). An error of the statement itself leaves the outcome unknown.
   */
  readonly resolve: (session: Session, idempotencyKey: string) => Promise<T | undefined>;
}

export interface TransactionParts<T> {
  readonly writer: Lender;
  readonly repeater: Repeater;
  readonly telemetry: Telemetry;
  /** Milliseconds; the pauses between two attempts to resolve. */
  readonly pauses: { readonly firstMs: number; readonly maxMs: number };
  /** By the monotonic clock. */
  readonly deadline: number;
  readonly work: (session: Session) => Promise<T>;
  readonly idempotency: Idempotency<T> | undefined;
  /** Called on the connection that has committed. Its failure is nobody's. */
  readonly committed: (session: LeasedSession, link: Link) => Promise<void>;
}

/** Does `work` in a transaction: once, or not at all, or {@link OutcomeUnknown}. */
export function runTransaction<T>(parts: TransactionParts<T>): Promise<T> {
  const { repeater, deadline } = parts;
  return repeater.run("transaction", deadline, () => attempt(parts), whatFollows);
}

function whatFollows(error: unknown): Decision {
  if (error instanceof NotFound) return "repeat";
  return error instanceof OutcomeUnknown ? "unknown" : decide(error, { idempotent: false, atomic: true, completed: 0 });
}

/**
 * The outcome was looked up, and the key was not there: the work may be done again.
 *
 * Still unknown when it is not: a COMMIT that a slow server has yet to read may follow. Done again, its key collides with it.
 */
class NotFound extends OutcomeUnknown {}

async function attempt<T>(parts: TransactionParts<T>): Promise<T> {
  const { idempotency, telemetry } = parts;
  try {
    return await commitOnce(parts);
  } catch (error) {
    if (error instanceof OutcomeUnknown) {
      const idempotencyKey = idempotency?.idempotencyKey;
      telemetry.emit("outcome-unknown", { idempotencyKey });
      if (idempotency === undefined) throw error;
      const found = await lookUp(parts, idempotency);
      if (found === undefined) throw new NotFound(idempotencyKey, { cause: error.cause });
      return found;
    }
    // WHY: this work was done before: by an earlier request with the same key, or by a COMMIT that nobody heard of.
    const found = isDuplicate(error) && idempotency !== undefined ? await lookUp(parts, idempotency) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

async function commitOnce<T>({ writer, deadline, work, idempotency, committed }: TransactionParts<T>): Promise<T> {
  let state: "open" | "committing" | { readonly result: T } = "open";
  try {
    return await writer.lend(deadline, async (session, link) => {
      await session.control("START TRANSACTION");
      const result = await work(session);
      if (session.undone !== undefined) throw session.undone;
      if (idempotency !== undefined && result === undefined)
        throw new TypeError("undefined is what `resolve` returns for a missing key");
      state = "committing";
      await session.control("COMMIT");
      state = { result };
      await committed(session, link).catch(() => undefined);
      return result;
    });
  } catch (error) {
    const reached = state as "open" | "committing" | { readonly result: T };
    if (typeof reached === "object") return reached.result;
    if (reached === "open" || verdictOf(error).undone) throw error;
    throw new OutcomeUnknown(undefined, { cause: error });
  }
}

/** Asks the caller's function until it has answered; there is nothing better to do with the time that is left. */
async function lookUp<T>(
  parts: TransactionParts<T>,
  { idempotencyKey, resolve }: Idempotency<T>,
): Promise<T | undefined> {
  const { writer, deadline, telemetry, pauses } = parts;
  for (let asked = 0; ; asked += 1) {
    try {
      const found = await writer.lend(deadline, (session) => resolve(session, idempotencyKey));
      telemetry.emit("outcome-resolved", { idempotencyKey, committed: found !== undefined });
      return found;
    } catch (error) {
      const pause = pauseBefore(asked, pauses, Math.random);
      if (!mayPass(error) || performance.now() + pause >= deadline)
        throw new OutcomeUnknown(idempotencyKey, { cause: error });
      await sleep(pause);
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof DatabaseUnavailable ? error.reason !== "closed" : verdictOf(error).passing;
}
