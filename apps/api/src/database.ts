import { contract } from "@mainstay/contract";
import { createResilientPool, type Metrics, type ResilientPool, type Session } from "@mainstay/mysql-resilience";
import type { Connection, ResultSetHeader, RowDataPacket } from "mysql2/promise";
import type { DatabaseConfig, DatabasePlace } from "./config.ts";
import { credentialsOf } from "./credentials.ts";

export { DatabaseUnavailable, OutcomeUnknown } from "@mainstay/mysql-resilience";

export type Value = string | number | boolean | null | Buffer;

/** What a statement changed. */
export interface Change {
  readonly affectedRows: number;
  /** The first AUTO_INCREMENT value that the statement made; 0 if none. */
  readonly insertId: number;
}

/** Runs statements; `values` take the places of their `?`. DATE and DATETIME columns come as strings, as stored, in UTC. */
export interface Queryable {
  /**
   * For statements that only read: it is sent again, elsewhere, after whatever may pass.
   *
   * @throws {DatabaseUnavailable} when that did not help
   */
  query<Row extends object>(sql: string, values?: readonly Value[]): Promise<Row[]>;

  /**
   * Sent again only when it was certainly not done.
   *
   * @throws {DatabaseUnavailable} when it was not done, {@link OutcomeUnknown} when nobody knows
   */
  execute(sql: string, values?: readonly Value[]): Promise<Change>;
}

/** How a transaction is recognised when its COMMIT was lost. */
export interface Outcome<T> {
  /** What the transaction itself wrote down, under a UNIQUE index. */
  readonly key: string;
  /** What the transaction returned, when the key is there; else `undefined`. May run more than once. */
  readonly resolve: (database: Queryable) => Promise<T | undefined>;
}

/** All that the application knows of its database: a pool with other habits can take the place of this one. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction: all of it is kept, or, when it throws, nothing. It runs again when it was certainly undone
   * (a deadlock, a connection that was lost before COMMIT): it must have no effect but through its `Queryable`. A lost COMMIT is
   * looked up by `outcome`.
   *
   * @throws {DatabaseUnavailable} when nothing was kept, {@link OutcomeUnknown} when nobody knows
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>, outcome?: Outcome<T>): Promise<T>;

  /** @throws {DatabaseUnavailable} when the server does not answer, or takes no writes. */
  ping(): Promise<void>;

  /** Refuses new work, and waits for what is under way for `ms` at most. @default contract.shutdown.closePool */
  close(ms?: number): Promise<void>;

  /** What the pool has done, and is doing: for the metrics, and to know when to refuse work. */
  metrics(): Metrics;
}

/** How long a database may keep the API waiting, in milliseconds, and how many may wait. */
export interface PoolLimits {
  /** @default contract.database.poolSize */
  readonly poolSize: number;
  /** @default contract.database.queueLimit */
  readonly queue: number;
  /** @default contract.database.acquireTimeoutMs */
  readonly acquireTimeoutMs: number;
  /** @default contract.database.queryTimeoutMs */
  readonly queryTimeoutMs: number;
  /** @default contract.database.operationTimeoutMs */
  readonly operationTimeoutMs: number;
}

const { poolSize, queueLimit, queryTimeoutMs, connectTimeoutMs, acquireTimeoutMs, operationTimeoutMs } =
  contract.database;

const standardLimits: PoolLimits = {
  poolSize,
  queue: queueLimit,
  acquireTimeoutMs,
  queryTimeoutMs,
  operationTimeoutMs,
};

/** Connections to MySQL that heal by themselves. Connects when first asked, so that the API starts while its database is away. */
export function createDatabase(config: DatabaseConfig, change: Partial<PoolLimits> = {}): Database {
  const limits = { ...standardLimits, ...change };
  const pool = createResilientPool({
    connection: serverOptions(config),
    credentials: credentialsOf(config),
    prepare: prepareSession,
    limits: {
      connections: limits.poolSize,
      queue: limits.queue,
      acquireMs: limits.acquireTimeoutMs,
      statementMs: limits.queryTimeoutMs,
      // WHY: a transaction has several statements, of which only one may be slow.
      leaseMs: Math.min(limits.operationTimeoutMs, 2 * limits.queryTimeoutMs),
      operationMs: limits.operationTimeoutMs,
      connectMs: connectTimeoutMs,
      keepAliveMs: contract.database.keepAliveDelayMs,
    },
  });
  return {
    query: <Row extends object>(sql: string, values?: readonly Value[]) =>
      pool.read((session) => rowsOf<Row>(session, sql, values)),
    execute: (sql, values) => pool.write((session) => changeOf(session, sql, values)),
    transaction: (work, outcome) => transaction(pool, work, outcome),
    ping: () => pool.ready(),
    close: async (ms = contract.shutdown.closePool * 1000) => void (await pool.close(ms)),
    metrics: () => pool.metrics(),
  };
}

/** Where the server is, and how the driver talks to it. */
export function serverOptions({ host, port, name, ca }: DatabasePlace) {
  return {
    host,
    port,
    database: name,
    // WHY: a birthday is no moment; as a Date it would move with the time zone of the process.
    dateStrings: true,
    // WHY: without `verifyIdentity` the driver accepts any server with a certificate of that authority.
    ...(ca === undefined ? {} : { ssl: { ca: [ca].flat(), minVersion: "TLSv1.2", verifyIdentity: true } }),
  };
}

/**
 * What every session relies on, whatever the server's defaults are: UTC, strict types, and locks on rows only.
 *
 * WHY READ COMMITTED: the default locks the gaps between rows too, so that bookings of different times wait for each other.
 */
const sessionSettings = [
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${Math.ceil(queryTimeoutMs / 1000) - 1},
   sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY'`,
];

async function prepareSession(connection: Connection): Promise<void> {
  for (const statement of sessionSettings) await connection.query(statement);
}

function transaction<T>(
  pool: ResilientPool,
  work: (transaction: Queryable) => Promise<T>,
  outcome: Outcome<T> | undefined,
): Promise<T> {
  return pool.transaction(
    (session) => work(queryable(session)),
    outcome && {
      idempotencyKey: outcome.key,
      resolve: (session) => outcome.resolve(queryable(session)),
    },
  );
}

function queryable(session: Session): Queryable {
  return {
    query: <Row extends object>(sql: string, values?: readonly Value[]) => rowsOf<Row>(session, sql, values),
    execute: (sql, values) => changeOf(session, sql, values),
  };
}

async function rowsOf<Row extends object>(session: Session, sql: string, values: readonly Value[] = []) {
  const [rows] = await session.query<(Row & RowDataPacket)[]>(sql, values);
  return rows as Row[];
}

async function changeOf(session: Session, sql: string, values: readonly Value[] = []): Promise<Change> {
  const [{ affectedRows, insertId }] = await session.query<ResultSetHeader>(sql, values);
  return { affectedRows, insertId };
}
