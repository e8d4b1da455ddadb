import { Endpoint, type EndpointState } from "./endpoint.ts";
import { Lender } from "./lease.ts";
import { type Dial, dial } from "./link.ts";
import { type ResilientPoolOptions, type ServerOptions, type Settings, settle } from "./options.ts";
import type { After, Position } from "./position.ts";
import { Reads } from "./reads.ts";
import { decide, Repeater } from "./repeat.ts";
import type { LeasedSession, Session } from "./session.ts";
import { Telemetry } from "./telemetry.ts";
import { type Idempotency, runTransaction } from "./transaction.ts";

/** How one {@link ResilientPool.read} is done. Without a reader there is nothing to choose: the writer has everything. */
export interface ReadOptions {
  /**
   * What the read has to see: everything that this pool has written, everything up to a position (from {@link ResilientPool.position},
   * perhaps of another process), or anything that a replica has.
   *
   * @default own-writes
   */
  readonly after?: After;
}

/** How one {@link ResilientPool.write} is done. */
export interface WriteOptions {
  /** To do it twice is as good as once, so that it is repeated when its connection is lost. @default false */
  readonly idempotent?: boolean;
}

/** What a pool has done, and is doing. */
export interface Metrics {
  /** By event, endpoint and reason: `connection-closed.writer.lifetime`. Since the pool was made. */
  readonly counters: Readonly<Record<string, number>>;
  /** The connections to the writer. */
  readonly writer: EndpointState;
  /** The connections to the reader; `undefined` where none was given. */
  readonly reader: EndpointState | undefined;
  /** Repeats that the budget has left, 0 to `retry.reserve`; below 1 nothing is repeated. */
  readonly retryBudget: number;
}

/** Connections to a MySQL or MariaDB that may fail over at any moment. */
export interface ResilientPool {
  /**
   * Runs `use`, which only reads, on a replica where that is fresh enough, else on the writer. Repeated after whatever may pass.
   *
   * @throws {DatabaseUnavailable} or what the server says about the statement
   */
  read<T>(use: (session: Session) => Promise<T>, options?: ReadOptions): Promise<T>;

  /**
   * Runs `use` on the writer, each statement on its own. Repeated when it is idempotent, or its first statement was certainly not done.
   *
   * @throws {OutcomeUnknown} when it is not idempotent and the connection was lost, besides what `read` throws
   */
  write<T>(use: (session: Session) => Promise<T>, options?: WriteOptions): Promise<T>;

  /**
   * Runs `use` between START TRANSACTION and COMMIT; an error of `use` rolls back. It may run more than once, and only what it
   * does in the session is undone then. A lost COMMIT is resolved by `idempotency`.
   *
   * @throws {OutcomeUnknown} when COMMIT was lost and nothing resolves it, besides what `read` throws
   */
  transaction<T>(use: (session: Session) => Promise<T>, idempotency?: Idempotency<T>): Promise<T>;

  /**
   * Resolves when the writer answers and takes writes; at once when it just did.
   *
   * @throws {DatabaseUnavailable} after `acquireMs` at the latest
   */
  ready(): Promise<void>;

  /** The last write of this pool, for a read elsewhere. `undefined` without a reader, or before the first write. */
  position(): Position | undefined;

  /** A copy, made now: for a scrape, at any rate. Asks no server. */
  metrics(): Metrics;

  /** Everything that happens, as it happens. Also on the diagnostics channel {@link channelName}. */
  readonly events: Telemetry["events"];

  /**
   * Refuses new work, closes connections at rest, and waits for the others.
   *
   * @param ms after this long the others are cut off
   * @returns how many were cut off
   */
  close(ms: number): Promise<number>;
}

/**
 * A pool that heals by itself. Connects when first asked, so that a process starts while its database is away.
 *
 * @throws {InvalidOptions} naming everything that cannot work
 */
export function createResilientPool(options: ResilientPoolOptions): ResilientPool {
  return createPool(settle(options), dial);
}

/** {@link createResilientPool} with settled options and a way to connect. */
export function createPool(settings: Settings, dialServer: Dial): ResilientPool {
  const { limits, retry } = settings;
  const telemetry = new Telemetry();
  const endpoint = (name: "writer" | "reader", server: ServerOptions) =>
    new Endpoint({
      name,
      limits,
      telemetry,
      dial: dialServer,
      dialling: {
        server,
        credentials: settings.credentials,
        limits,
        writer: name === "writer",
        prepare: settings.prepare,
      },
      // WHY: behind a reader's address there are as many servers as there are replicas.
      oneServer: name === "writer" && settings.topology === "single-writer",
    });
  const writer = endpoint("writer", settings.writer);
  const reader = settings.reader && endpoint("reader", settings.reader.connection);
  const writing = new Lender(writer, limits);
  const repeater = new Repeater(retry, limits.healMaxMs, telemetry);
  const reads = new Reads({
    writer: writing,
    reader: reader && new Lender(reader, limits),
    waitMs: settings.reader?.waitMs ?? 0,
    stickyMs: settings.reader?.stickyMs ?? 0,
    telemetry,
  });
  const deadline = () => performance.now() + limits.operationMs;

  return {
    read(use, { after = "own-writes" } = {}) {
      const end = deadline();
      const whatFollows = (error: unknown) => decide(error, { idempotent: true, atomic: false, completed: 0 });
      return repeater.run("read", end, (attempt) => reads.read(end, attempt, use, after), whatFollows);
    },
    write(use, { idempotent = false } = {}) {
      const end = deadline();
      let session: LeasedSession | undefined;
      const work = () =>
        writing.lend(end, async (lent, link) => {
          session = lent;
          const result = await use(lent);
          await reads.note(lent, link);
          return result;
        });
      const whatFollows = (error: unknown) =>
        decide(error, { idempotent, atomic: false, completed: session?.completed ?? 0 });
      return repeater.run("write", end, work, whatFollows);
    },
    transaction<T>(use: (session: Session) => Promise<T>, idempotency?: Idempotency<T>) {
      return runTransaction({
        writer: writing,
        repeater,
        telemetry,
        pauses: { firstMs: limits.healFirstMs, maxMs: limits.healMaxMs },
        deadline: deadline(),
        work: use,
        idempotency,
        committed: (session, link) => reads.note(session, link),
      });
    },
    async ready() {
      if (!writer.answeredWithin(limits.roleCheckMs)) await writer.check(limits.acquireMs);
    },
    position: () => reads.written,
    metrics: () => ({
      counters: telemetry.counters(),
      writer: writer.state,
      reader: reader?.state,
      retryBudget: repeater.saved,
    }),
    events: telemetry.events,
    async close(ms) {
      const cut = await Promise.all([writer.close(ms), reader?.close(ms) ?? 0]);
      return cut.reduce((sum, count) => sum + count, 0);
    },
  };
}
