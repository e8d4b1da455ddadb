import { contract } from "@mainstay/contract";
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import type { DatabaseConfig } from "./config.ts";
import { within } from "./deadline.ts";
import { isFatal, isWriteRefusal, mayRunAgain } from "./sql-errors.ts";

export type Value = string | number | boolean | null | Buffer;

/** What a statement changed. */
export interface Change {
  readonly affectedRows: number;
  /** The first AUTO_INCREMENT value that the statement made; 0 if none. */
  readonly insertId: number;
}

/** Runs statements; `values` take the places of their `?`. DATE and DATETIME columns come as strings, as stored, in UTC. */
export interface Queryable {
  /** @throws {DatabaseUnavailable} when there is no connection, or it was lost or silent. */
  query<Row extends object>(sql: string, values?: readonly Value[]): Promise<Row[]>;

  /** @throws {DatabaseUnavailable} when there is no connection, or it was lost or silent. */
  execute(sql: string, values?: readonly Value[]): Promise<Change>;
}

/** All that the application knows of its database: a pool with other habits can take the place of this one. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction: all of it is kept, or, when it throws, nothing. It runs again, up to three times in all,
   * when the server has chosen it to resolve a deadlock: it must have no effect but through its `Queryable`.
   *
   * @throws {DatabaseUnavailable} also when the connection is lost during COMMIT, where nobody knows whether it was kept
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;

  /** @throws {DatabaseUnavailable} when the server does not answer. */
  ping(): Promise<void>;

  /** Closes idle connections at once, others after their statement. */
  close(): Promise<void>;

  /** Connections, for the metrics. */
  usage(): PoolUsage;
}

export interface PoolUsage {
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** The database did not answer; the same request may succeed in a moment. `cause` says why. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
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
}

const { poolSize, queueLimit, queryTimeoutMs, connectTimeoutMs, acquireTimeoutMs, keepAliveDelayMs } =
  contract.database;

const standardLimits: PoolLimits = {
  poolSize,
  queue: queueLimit,
  acquireTimeoutMs,
  queryTimeoutMs,
};

const attempts = 3;

/** A pool of connections to MySQL. Connects when first asked, so that the API starts while its database is away. */
export function createDatabase(config: DatabaseConfig, change: Partial<PoolLimits> = {}): Database {
  const limits = { ...standardLimits, ...change };
  const pool = createPool({
    ...connectionOptions(config),
    connectionLimit: limits.poolSize,
    // WHY: the driver closes idle connections only while this is below the limit.
    maxIdle: Math.max(1, Math.floor(limits.poolSize / 2)),
    queueLimit: limits.queue,
  });
  prepareSessions(pool);
  const alone = <T>(use: (connection: Queryable) => Promise<T>) =>
    lease(pool, limits, async (connection) => use(queryable(connection, limits)));
  return {
    query: <Row extends object>(sql: string, values?: readonly Value[]) => alone((it) => it.query<Row>(sql, values)),
    execute: (sql, values) => alone((it) => it.execute(sql, values)),
    transaction: (work) => transaction(pool, limits, work),
    ping: () =>
      lease(pool, limits, async (connection) => {
        await answered(limits, connection.ping());
      }),
    close: () => pool.end(),
    usage: () => usage(pool),
  };
}

/** How one connection is made. */
export function connectionOptions({ host, port, name, user, password, ca }: DatabaseConfig) {
  return {
    host,
    port,
    user,
    password,
    database: name,
    connectTimeout: connectTimeoutMs,
    enableKeepAlive: true,
    keepAliveInitialDelay: keepAliveDelayMs,
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

/** WHY: the driver sends these before it lends the new connection, in order, so that no statement comes first. */
function prepareSessions(pool: Pool): void {
  pool.pool.on("connection", (connection) => {
    for (const statement of sessionSettings) {
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
    }
  });
}

function queryable(connection: PoolConnection, limits: PoolLimits): Queryable {
  return {
    async query<Row extends object>(sql: string, values: readonly Value[] = []) {
      const [rows] = await answered(limits, connection.query<(Row & RowDataPacket)[]>(sql, [...values]));
      return rows;
    },
    async execute(sql, values = []) {
      const [{ affectedRows, insertId }] = await answered(limits, connection.query<ResultSetHeader>(sql, [...values]));
      return { affectedRows, insertId };
    },
  };
}

function answered<T>({ queryTimeoutMs: ms }: PoolLimits, answer: Promise<T>): Promise<T> {
  return within(ms, answer, () => new DatabaseUnavailable(`no answer within ${ms} ms`));
}

async function transaction<T>(
  pool: Pool,
  limits: PoolLimits,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lease(pool, limits, (connection) => once(connection, limits, work));
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      if (attempt === attempts || !mayRunAgain(error.cause)) throw error.cause;
    }
  }
}

async function once<T>(
  connection: PoolConnection,
  limits: PoolLimits,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  await answered(limits, connection.beginTransaction());
  let result: T;
  try {
    result = await work(queryable(connection, limits));
  } catch (cause) {
    if (isFatal(cause) || isWriteRefusal(cause) || cause instanceof DatabaseUnavailable) throw cause;
    await answered(limits, connection.rollback());
    throw new RolledBack("rolled back", { cause });
  }
  await answered(limits, connection.commit());
  return result;
}

/** The transaction failed and was undone in good order: the connection is as it was. `cause` says why. */
class RolledBack extends Error {}

/**
 * Lends a connection to `use` and takes it back only if all went well.
 *
 * WHY: after an error or a timeout nobody knows in which state a connection is: in use by a late answer, half closed, or
 * joined to a server that was demoted. Connecting again costs milliseconds.
 */
async function lease<T>(pool: Pool, limits: PoolLimits, use: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await acquire(pool, limits.acquireTimeoutMs);
  try {
    const result = await use(connection);
    connection.release();
    return result;
  } catch (error) {
    if (error instanceof RolledBack) connection.release();
    else connection.destroy();
    throw isFatal(error) || isWriteRefusal(error)
      ? new DatabaseUnavailable("connection lost", { cause: error })
      : error;
  }
}

async function acquire(pool: Pool, ms: number): Promise<PoolConnection> {
  const pending = pool.getConnection();
  try {
    return await within(ms, pending, () => new Error(`no free connection within ${ms} ms`));
  } catch (cause) {
    // WHY: the driver knows no deadline here: a connection that comes late has no other owner.
    pending.then((late) => late.release()).catch(() => undefined);
    throw new DatabaseUnavailable("no connection", { cause });
  }
}

/** WHY: the driver counts, but its typings do not say so. */
interface Counted {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

function usage({ pool }: Pool): PoolUsage {
  const { _allConnections, _freeConnections, _connectionQueue } = pool as unknown as Counted;
  return { open: _allConnections.length, idle: _freeConnections.length, waiting: _connectionQueue.length };
}
