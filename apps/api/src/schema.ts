import { readFile } from "node:fs/promises";
import { createConnection } from "mysql2/promise";
import type { DatabaseConfig } from "./config.ts";
import { connectionOptions } from "./database.ts";

/** Creates what `schema.sql` names and the database lacks. May run any number of times, also twice at once. */
export async function applySchema(config: DatabaseConfig): Promise<void> {
  const statements = await readFile(new URL("./schema.sql", import.meta.url), "utf8");
  // WHY: only here. A connection that takes many statements at once makes an injected one easier.
  const connection = await createConnection({ ...connectionOptions(config), multipleStatements: true });
  try {
    await connection.query(statements);
  } finally {
    await connection.end();
  }
}
