import { createPool } from "mysql2/promise";
import type { Credentials } from "../credentials.ts";
import type { ResilientPoolOptions } from "../options.ts";
import type { ResilientPool } from "../pool.ts";
import type { Session } from "../session.ts";

/** What the scenarios need of a layer over the database. */
export type Layer = Pick<ResilientPool, "read" | "write" | "transaction" | "ready" | "close">;

/**
 * What is usually written: mysql2's pool with its defaults, `getConnection`, `release` in `finally`, BEGIN and COMMIT.
 *
 * Of the options it can honour where the database is, the first credentials, and the number of connections.
 */
export async function createNaivePool({ connection, credentials, limits }: ResilientPoolOptions): Promise<Layer> {
  const first: Credentials = typeof credentials === "function" ? await credentials({ fresh: false }) : credentials;
  const pool = createPool({ ...connection, ...first, connectionLimit: limits?.connections ?? 10 });
  const use = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const taken = await pool.getConnection();
    try {
      return await work({
        query: (sql, values) => taken.query(sql as string, values as unknown[]),
        execute: (sql, values) => taken.execute(sql as string, values as string[]),
        connection: taken,
      });
    } finally {
      taken.release();
    }
  };
  return {
    read: (work) => use(work),
    write: (work) => use(work),
    transaction: (work) =>
      use(async (session) => {
        await session.connection.beginTransaction();
        try {
          const result = await work(session);
          await session.connection.commit();
          return result;
        } catch (error) {
          await session.connection.rollback();
          throw error;
        }
      }),
    ready: async () => void (await pool.query("SELECT 1")),
    close: async () => {
      // WHY a race: the pool waits for connections that will never answer.
      await Promise.race([pool.end().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 100))]);
      return 0;
    },
  };
}
