import { contract } from "@mainstay/contract";
import { createPool, type Pool, type PoolConnection, type RowDataPacket } from "mysql2/promise";
import type { DatabaseConfig } from "./config.ts";
import { within } from "./deadline.ts";

export type Value = string | number | boolean | null;

/** All that the application knows of its database: a pool with other habits can take the place of this one. */
export interface Database {
  /**
   * Runs one statement; `values` take the places of its `?`. DATE and DATETIME columns come as strings, as stored.
   *
   * @throws {DatabaseUnavailable} when there is no connection, or it was lost or silent.
   */
  query<Row extends object>(sql: string, values?: readonly Value[]): Promise<Row[]>;

  /** @throws {DatabaseUnavailable} when the server does not answer. */
  ping(): Promise<void>;

  /** Closes idle connections at once, others after their statement. */
  close(): Promise<void>;
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
  return {
    query: <Row extends object>(sql: string, values: readonly Value[] = []) =>
      lease(pool, limits, async (connection) => {
        const [rows] = await connection.query<(Row & RowDataPacket)[]>(sql, [...values]);
        return rows;
      }),
    ping: () =>
      lease(pool, limits, async (connection) => {
        await connection.ping();
      }),
    close: () => pool.end(),
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
 * Lends a connection to `use` and takes it back only if all went well.
 *
 * WHY: after an error or a timeout nobody knows in which state a connection is: in use by a late answer, half closed, or
 * joined to a server that was demoted. Connecting again costs milliseconds.
 */
async function lease<T>(pool: Pool, limits: PoolLimits, use: (connection: PoolConnection) => Promise<T>): Promise<T> {
  const connection = await acquire(pool, limits.acquireTimeoutMs);
  try {
    const silent = () => new DatabaseUnavailable(`no answer within ${limits.queryTimeoutMs} ms`);
    const result = await within(limits.queryTimeoutMs, use(connection), silent);
    connection.release();
    return result;
  } catch (error) {
    connection.destroy();
    throw isFatal(error) ? new DatabaseUnavailable("connection lost", { cause: error }) : error;
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

/** The driver marks so what ends a connection, in contrast to a statement that the server refused. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && "fatal" in error && error.fatal === true;
}
