import type { ErrorKind } from "./classify.ts";

/** Why there was no answer. */
export type UnavailableReason =
  | ErrorKind
  /** No connection became free before the deadline. */
  | "no-connection"
  /** More were waiting than may. */
  | "queue-full"
  /** The breaker is open: the last attempts to connect have failed, and the next one is under way. */
  | "breaker-open"
  /** The time for the whole operation is over. */
  | "deadline"
  /** {@link ResilientPool.close} was called. */
  | "closed";

/**
 * The database did not do it, for certain, and may do it in a moment: an API answers 503 with `Retry-After`. (An idempotent
 * write may have been done; to do it again does no harm.)
 *
 * `cause` is the error of the driver, where there was one.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  /** What stood in the way last, for metrics and logs. */
  readonly reason: UnavailableReason;
  /** Milliseconds until it is worth trying again: `limits.healMaxMs`. The header `Retry-After` has seconds: round up. */
  readonly retryAfterMs: number;

  constructor(reason: UnavailableReason, retryAfterMs: number, options?: ErrorOptions) {
    super(`the database is unavailable: ${reason}`, options);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The connection was lost while a write was on its way: it has been done once, or not at all, and nobody could tell which.
 *
 * Pass `idempotencyKey` and `resolve` to {@link ResilientPool.transaction} to have this resolved.
 */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
  /** The key that could not be looked up in time; `undefined` where none was given. */
  readonly idempotencyKey: string | undefined;

  constructor(idempotencyKey: string | undefined, options: ErrorOptions) {
    super("the connection was lost during a write: it was done, or it was not", options);
    this.idempotencyKey = idempotencyKey;
  }
}

/** A statement was not answered in time; its connection has been destroyed. */
export class StatementTimeout extends Error {
  override readonly name = "StatementTimeout";
  readonly kind = "silent" satisfies ErrorKind;
}

/** A function held its connection for too long; the connection has been destroyed, and with it what was not committed. */
export class LeaseExpired extends Error {
  override readonly name = "LeaseExpired";
  /** As a statement that was not answered. */
  readonly kind = "silent" satisfies ErrorKind;
}

/** The server that answers at the writer's address takes no writes. */
export class DemotedWriter extends Error {
  override readonly name = "DemotedWriter";
  readonly kind = "read-only" satisfies ErrorKind;
}

/** The server did not answer in time, to an attempt to connect or to a question. */
export class ServerSilent extends Error {
  override readonly name = "ServerSilent";
  readonly kind: "unreachable" | "silent";

  constructor(message: string, kind: "unreachable" | "silent") {
    super(message);
    this.kind = kind;
  }
}

/** The function that gives the credentials failed; `cause` is its error. */
export class CredentialsUnavailable extends Error {
  override readonly name = "CredentialsUnavailable";
  readonly kind = "unreachable" satisfies ErrorKind;
}

/** A session was used after its function had ended, or its lease was over; nothing was sent. */
export class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/** The connection was gone before the statement was sent: it had no effect. */
export class NeverSent extends Error {
  override readonly name = "NeverSent";
  readonly kind = "unreachable" satisfies ErrorKind;
}

/** Options that cannot work, all of them at once. */
export class InvalidOptions extends Error {
  override readonly name = "InvalidOptions";

  /** One per rule that is broken, for people: `limits.queue is -1; allowed: a whole number from 0`. Never empty. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`these options cannot work:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}
