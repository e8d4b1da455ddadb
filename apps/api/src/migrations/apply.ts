import { contract } from "@mainstay/contract";
import type { Connection } from "mysql2/promise";
import { Umzug } from "umzug";
import { appliedNames } from "./applied.ts";
import type { Migration, Statement } from "./migration.ts";

/** What a migration did. */
export interface Migrated {
  readonly applied: readonly string[];
  /** What the server did not allow, and what that gives up. */
  readonly warnings: readonly string[];
}

/** Applies what is pending, in order, each remembered when it is done. Whoever calls holds the lock. */
export async function apply(connection: Connection, migrations: readonly Migration[]): Promise<Migrated> {
  await connection.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(100) NOT NULL PRIMARY KEY, applied_at DATETIME NOT NULL) ENGINE = InnoDB",
  );
  const warnings: string[] = [];
  const umzug = new Umzug({
    migrations: migrations.map(({ name, statements }) => ({
      name,
      up: async () => void warnings.push(...(await run(connection, statements))),
    })),
    logger: undefined,
    storage: {
      executed: async () => [...(await appliedNames(connection))],
      logMigration: async ({ name }) => {
        await connection.query("INSERT INTO schema_migrations (name, applied_at) VALUES (?, UTC_TIMESTAMP())", [name]);
      },
      unlogMigration: () => Promise.reject(new Error("migrations only go forward: write one that undoes it")),
    },
  });
  const applied = await umzug.up();
  return { applied: applied.map(({ name }) => name), warnings };
}

/** ER_TABLE_EXISTS_ERROR, ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_CANT_DROP_FIELD_OR_KEY, ER_BAD_TABLE_ERROR, ER_TRG_ALREADY_EXISTS */
const alreadyDone = new Set([1050, 1060, 1061, 1091, 1051, 1359]);

/** Returns what was not allowed. */
async function run(connection: Connection, statements: readonly Statement[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const statement of statements) {
    const { sql, unless, otherwise } =
      typeof statement === "string" ? { sql: statement, unless: [], otherwise: "" } : statement;
    try {
      await connection.query({ sql, timeout: contract.migrations.statementTimeout * 1000 });
    } catch (error) {
      const { errno = 0 } = error as { errno?: number };
      if (unless.includes(errno)) warnings.push(otherwise);
      else if (!alreadyDone.has(errno)) throw error;
    }
  }
  return warnings;
}
