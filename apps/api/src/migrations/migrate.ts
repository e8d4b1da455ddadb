import { createHash } from "node:crypto";
import { contract } from "@mainstay/contract";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import type { DatabaseConfig } from "../config.ts";
import { currentCredentials } from "../credentials.ts";
import { serverOptions } from "../database.ts";
import { appliedNames } from "./applied.ts";
import type { Migrated } from "./apply.ts";
import { migrations as all } from "./index.ts";
import type { Migration } from "./migration.ts";

/**
 * Brings the schema up to date: each migration once, whoever else does the same at the same time. Names that it does not know
 * are those of a later release, which runs beside this one: they are left alone.
 *
 * @throws the error of the server, or one that says that another task still migrates
 */
export async function migrate(config: DatabaseConfig, migrations: readonly Migration[] = all): Promise<Migrated> {
  const connection = await connect(config);
  try {
    if (pendingOf(migrations, await appliedNames(connection)).length === 0) return { applied: [], warnings: [] };
    // WHY only here: mostly nothing is pending, and then the start is quicker and smaller without it.
    const { apply } = await import("./apply.ts");
    return await underLock(connection, config.name, () => apply(connection, migrations));
  } finally {
    connection.destroy();
  }
}

/** WHY outside of the pool: a migration may take longer than any statement of the API, and holds a lock of its connection. */
async function connect(config: DatabaseConfig): Promise<Connection> {
  const credentials = await currentCredentials(config);
  const { connectTimeoutMs: connectTimeout, keepAliveDelayMs: keepAliveInitialDelay } = contract.database;
  return createConnection({ ...serverOptions(config), ...credentials, connectTimeout, keepAliveInitialDelay });
}

/** What this release needs and the database lacks. */
function pendingOf(migrations: readonly Migration[], applied: ReadonlySet<string>): Migration[] {
  return migrations.filter(({ name }) => !applied.has(name));
}

/** WHY a lock of the server: it ends with the connection, so that a task that dies while it migrates blocks nobody. */
async function underLock<T>(connection: Connection, schema: string, work: () => Promise<T>): Promise<T> {
  const { lockTimeout } = contract.migrations;
  const [[row]] = await connection.query<RowDataPacket[]>("SELECT GET_LOCK(?, ?) AS got", [
    lockOf(schema),
    lockTimeout,
  ]);
  if (row?.got !== 1) throw new Error(`another task has been migrating for more than ${lockTimeout} s`);
  return work();
}

/** MySQL takes no longer name for a lock; a schema alone may be as long. */
const longest = 64;

/** A name for each schema: locks are the server's. */
function lockOf(schema: string): string {
  const name = `${schema}.migrations`;
  return name.length <= longest ? name : createHash("sha256").update(name).digest("hex");
}
