import type { DatabaseConfig } from "@mainstay/api/src/config.ts";
import { type Change, type Database, type Queryable, serverOptions, type Value } from "@mainstay/api/src/database.ts";
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";

const idle = { generation: 1, breaker: "closed", idle: 0, busy: 0, connecting: 0, waiting: 0 } as const;

/**
 * What is usually written: mysql2's pool with its defaults, `getConnection`, `release` in `finally`, BEGIN and COMMIT. It can only
 * be given user and password.
 */
export function createNaiveDatabase(config: DatabaseConfig): Database {
  if (!("user" in config)) throw new TypeError("the naive pool takes user and password");
  const { user, password } = config;
  const pool = createPool({ ...serverOptions(config), user, password, connectionLimit: 10 });
  return {
    ...queryable(pool),
    async transaction(work) {
      const connection = await pool.getConnection();
      try {
        await connection.beginTransaction();
        const result = await work(queryable(connection));
        await connection.commit();
        return result;
      } catch (error) {
        await connection.rollback();
        throw error;
      } finally {
        connection.release();
      }
    },
    ping: async () => void (await pool.query("SELECT 1")),
    close: () => pool.end(),
    metrics: () => ({ counters: {}, writer: idle, reader: undefined, retryBudget: 0 }),
  };
}

function queryable(it: Pool | PoolConnection): Queryable {
  return {
    async query<Row extends object>(sql: string, values: readonly Value[] = []) {
      const [rows] = await it.query<(Row & RowDataPacket)[]>(sql, [...values]);
      return rows as Row[];
    },
    async execute(sql, values = []): Promise<Change> {
      const [{ affectedRows, insertId }] = await it.query<ResultSetHeader>(sql, [...values]);
      return { affectedRows, insertId };
    },
  };
}
