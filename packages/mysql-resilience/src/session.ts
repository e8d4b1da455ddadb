import type { Connection, FieldPacket, QueryOptions, QueryResult } from "mysql2/promise";
import { isDeadlock, verdictOf } from "./classify.ts";
import type { Endpoint } from "./endpoint.ts";
import { LeaseExpired, NeverSent, SessionEnded, StatementTimeout } from "./errors.ts";
import type { Driver, Lease, Link } from "./link.ts";
import type { CloseReason } from "./telemetry.ts";

/** Values for the `?` of a statement, as mysql2 takes them. */
export type Values = readonly unknown[] | Readonly<Record<string, unknown>>;

/** A connection while it is lent. It is gone when the function that got it has ended. */
export interface Session {
  /** mysql2's `query`, with a time limit that holds even when the server is silent. */
  query<Result extends QueryResult>(sql: string | QueryOptions, values?: Values): Promise<[Result, FieldPacket[]]>;

  /** mysql2's `execute` (a prepared statement), with the same limit. */
  execute<Result extends QueryResult>(sql: string | QueryOptions, values?: Values): Promise<[Result, FieldPacket[]]>;

  /**
   * The driver's own connection, for what the two above do not do. No time limit holds there, and an error that your function
   * catches there is not seen.
   */
  readonly connection: Connection;
}

/** Statements after which the connection is not as it was. Such a connection is closed instead of being lent again. */
const leavesState =
  /^\s*(?:begin|start\s|set\s|lock\s|xa\s|use\s|prepare\s|handler\s|flush\s+tables|create\s+(?:or\s+replace\s+)?temporary|(?:select|do)\s+get_lock\s*\()/i;

type Callback = (error: unknown, result?: unknown, fields?: unknown) => void;

/** The limits of one lease; times are of the monotonic clock. */
export interface LeaseLimits {
  readonly statementMs: number;
  /** The lease ends then. */
  readonly until: number;
  /** Every statement ends then. */
  readonly deadline: number;
}

/** Watches over every statement of one lease. */
export class LeasedSession implements Session, Lease {
  /** Statements that were answered without an error. */
  completed = 0;
  /** The deadlock by which the server undid the whole transaction, even if nobody minded. */
  undone: unknown;
  /** Why the connection must not be used again. */
  doubt: CloseReason | undefined;
  readonly #link: Link;
  readonly #endpoint: Endpoint;
  readonly #limits: LeaseLimits;
  readonly #expired: (error: Error) => void;
  /** Statements under way; they end with the connection. */
  #pending = 0;
  #timesOutAt = Number.POSITIVE_INFINITY;
  #timedOut = false;
  #touched = false;
  #ended = false;

  constructor(link: Link, endpoint: Endpoint, limits: LeaseLimits, expired: (error: Error) => void) {
    this.#link = link;
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#expired = expired;
    link.lease = this;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get connection(): Connection {
    this.#touched = true;
    return this.#link.connection;
  }

  query<Result extends QueryResult>(sql: string | QueryOptions, values?: Values): Promise<[Result, FieldPacket[]]> {
    this.#suspect(sql);
    return this.#send((driver, done) => driver.query(sql as string, values as never, done));
  }

  execute<Result extends QueryResult>(sql: string | QueryOptions, values?: Values): Promise<[Result, FieldPacket[]]> {
    this.#suspect(sql);
    return this.#send((driver, done) => driver.execute(sql as string, values as never, done));
  }

  /** Sends BEGIN, COMMIT or ROLLBACK. */
  control(statement: "START TRANSACTION" | "COMMIT" | "ROLLBACK"): Promise<unknown> {
    return this.#send((driver, done) => driver.query(statement, done));
  }

  /** Remembers what an error says about the connection, and tells the endpoint. */
  note<E>(error: E): E {
    const { kind, doubtful } = verdictOf(error);
    if (isDeadlock(error)) this.undone = error;
    if (!doubtful || this.doubt !== undefined) return error;
    this.doubt = kind;
    this.#endpoint.report(this.#link, error);
    return error;
  }

  /** Ends a transaction that may be open after a failure, so that the connection can be lent again. */
  async undo(): Promise<void> {
    if (this.#ended || this.doubt !== undefined || !this.#touched || this.#pending > 0) return;
    try {
      await this.control("ROLLBACK");
    } catch {
      this.doubt ??= "unclean";
    }
  }

  /** Nothing may be sent any more. */
  end(): void {
    this.#ended = true;
    this.#link.lease = undefined;
    if (this.#pending > 0) this.doubt ??= "unclean";
  }

  /**
   * Called now and then, in place of a timer per statement.
   *
   * WHY the socket ends too: the driver would keep the connection for an answer that never comes.
   */
  look(now: number): void {
    if (now >= this.#timesOutAt) {
      this.#timedOut = true;
      this.#endpoint.timedOut();
      this.#link.socket.destroy();
    } else if (now >= this.#limits.until) {
      this.doubt = "lease-timeout";
      this.#expired(new LeaseExpired("the connection was held for too long"));
      this.#link.socket.destroy();
    }
  }

  #send<T>(start: (driver: Driver, done: Callback) => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) throw new SessionEnded("the session has ended with its function");
      if (this.#link.socket.destroyed) throw this.note(new NeverSent("the connection was lost before"));
      if (this.#pending === 0) this.#begin();
      this.#pending += 1;
      start(this.#link.driver, (error, result, fields) => {
        this.#pending -= 1;
        if (this.#pending === 0) this.#rest();
        if (error === null || error === undefined) {
          this.completed += 1;
          resolve([result, fields] as T);
        } else {
          reject(this.note(this.#timedOut ? new StatementTimeout("no answer in time", { cause: error }) : error));
        }
      });
    });
  }

  #begin(): void {
    const now = performance.now();
    this.#touched = true;
    this.#link.pendingSince = now;
    this.#timesOutAt = Math.min(now + this.#limits.statementMs, Math.max(this.#limits.deadline, now + 1));
  }

  #rest(): void {
    this.#link.pendingSince = 0;
    this.#timesOutAt = Number.POSITIVE_INFINITY;
  }

  #suspect(sql: string | QueryOptions): void {
    if (leavesState.test(typeof sql === "string" ? sql : sql.sql)) this.doubt ??= "unclean";
  }
}
