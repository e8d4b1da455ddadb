import { DelegateBackoff, handleType, type IRetryBackoffContext, type RetryPolicy, retry } from "cockatiel";
import { earn, fullBudget, type RetryBudget, spend } from "./budget.ts";
import { type ErrorKind, verdictOf } from "./classify.ts";
import { DatabaseUnavailable, LeaseExpired, OutcomeUnknown } from "./errors.ts";
import type { RetryOptions } from "./options.ts";
import type { Operation, Telemetry } from "./telemetry.ts";
import { pauseBefore } from "./timing.ts";

/** How far a piece of work had come when it failed. */
export interface Progress {
  /** To do it twice is as good as once. */
  readonly idempotent: boolean;
  /** All of it is undone when its connection is lost: a transaction before COMMIT. */
  readonly atomic: boolean;
  /** Statements that had been answered. */
  readonly completed: number;
}

/** What may follow a failure. */
export type Decision =
  /** Nothing was done, or doing it again does no harm. */
  | "repeat"
  /** It would fail again, or it was the caller's mistake. */
  | "give-up"
  /** It may have been done, and must not be done twice. */
  | "unknown";

/** The one place that says what is repeated. */
export function decide(error: unknown, { idempotent, atomic, completed }: Progress): Decision {
  const { passing, undone } = verdictOf(error);
  if (idempotent || atomic) return passing && !(error instanceof LeaseExpired) ? "repeat" : "give-up";
  if (!undone) return "unknown";
  // WHY: an earlier statement of the same function took effect on its own.
  return passing && completed === 0 ? "repeat" : "give-up";
}

/** Asks for a repeat; nobody but {@link Repeater} ever sees it. */
class Again extends Error {
  override readonly name = "Again";
}

/** Repeats work after a pause, as often as the options and a budget over all work allow. */
export class Repeater {
  readonly #options: RetryOptions;
  readonly #telemetry: Telemetry;
  readonly #policy: RetryPolicy;
  readonly #retryAfterMs: number;
  #budget: RetryBudget;

  constructor(options: RetryOptions, retryAfterMs: number, telemetry: Telemetry) {
    this.#options = options;
    this.#telemetry = telemetry;
    this.#retryAfterMs = retryAfterMs;
    this.#budget = fullBudget(options.ratio, options.reserve);
    const pause = ({ attempt }: IRetryBackoffContext<unknown>) => pauseBefore(attempt - 1, options, Math.random);
    this.#policy = retry(handleType(Again), { maxAttempts: options.repeats, backoff: new DelegateBackoff(pause) });
  }

  /** Repeats that are left. */
  get saved(): number {
    return this.#budget.saved;
  }

  /**
   * Runs `work` until it succeeds, or `decision` says otherwise, or the deadline has come.
   *
   * @throws {DatabaseUnavailable} when the last failure would have passed with time; else that failure itself.
   */
  async run<T>(
    operation: Operation,
    deadline: number,
    work: (attempt: number) => Promise<T>,
    decision: (error: unknown) => Decision,
  ): Promise<T> {
    this.#budget = earn(this.#budget);
    let first: unknown;
    try {
      return await work(0);
    } catch (error) {
      first = error;
    }
    const guarded = async ({ attempt }: { readonly attempt: number }) => {
      try {
        // WHY: the first attempt was made already: the policy costs more than the statement's own part of this process.
        if (attempt === 0) throw first;
        return await work(attempt);
      } catch (error) {
        throw this.#judged(operation, error, decision(error), attempt, deadline);
      }
    };
    try {
      return await this.#policy.execute(guarded);
    } catch (error) {
      throw this.#translated(error instanceof Again ? error.cause : error);
    }
  }

  #judged(operation: Operation, error: unknown, next: Decision, attempt: number, deadline: number): unknown {
    if (next === "unknown" && !(error instanceof OutcomeUnknown))
      return new OutcomeUnknown(undefined, { cause: error });
    const again = next === "repeat" && this.#mayRepeat(operation, error, attempt, deadline);
    return again ? new Again("", { cause: error }) : error;
  }

  #mayRepeat(operation: Operation, error: unknown, attempt: number, deadline: number): boolean {
    if (attempt >= this.#options.repeats || performance.now() >= deadline) return false;
    const { kind: reason } = verdictOf(error instanceof OutcomeUnknown ? error.cause : error);
    const left = spend(this.#budget);
    if (left === undefined) {
      this.#telemetry.emit("retry-refused", { operation, reason });
      return false;
    }
    this.#budget = left;
    this.#telemetry.emit("retry", { operation, reason, attempt: attempt + 1 });
    return true;
  }

  #translated(error: unknown): unknown {
    const { kind, passing } = verdictOf(error);
    return passing ? unavailable(kind, this.#retryAfterMs, error) : error;
  }
}

function unavailable(kind: ErrorKind, retryAfterMs: number, cause: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable(kind, retryAfterMs, { cause });
}
