import type { Connection, RowDataPacket } from "mysql2/promise";

/** ER_NO_SUCH_TABLE */
const missingTable = 1146;

/** What the database says was applied; nothing where it has never been migrated. */
export async function appliedNames(connection: Connection): Promise<Set<string>> {
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SELECT name FROM schema_migrations ORDER BY name");
    return new Set(rows.map(({ name }) => String(name)));
  } catch (error) {
    if ((error as { errno?: number }).errno === missingTable) return new Set();
    throw error;
  }
}
