import { setTimeout as sleep } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { replicationInUse } from "./replication.ts";
import { createServer } from "./server.ts";

export const database = "shop";
/** As the pool connects: owns the schema and nothing else. */
export const user = { user: "app", password: "only-for-tests" };
/** A user of a server, who owns a schema and nothing else. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const standardAccounts: readonly Account[] = [{ ...user, database }];

/** Who demotes, kills and rotates. */
const admin = { user: "admin", password: "only-for-tests-too" };

/** A MariaDB of its own, or the MySQL that `MAINSTAY_MYSQLD` names, with somebody who may do everything. */
export interface Mariadb {
  readonly port: number;
  readonly socketPath: string;
  /** Runs one statement as administrator, past any proxy. */
  admin<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Keeps others from tables for so many milliseconds: `a WRITE, b READ`. */
  adminLocked(tables: string, ms: number): Promise<void>;
  readonly running: boolean;
  /** Ends the server as a power failure would. Data that was committed stays. */
  crash(): Promise<void>;
  /** Starts it again, at the same port, with its data, and with further options. */
  restart(options?: readonly string[]): Promise<void>;
  /** Ends the server and removes its files. */
  remove(): Promise<void>;
}

/**
 * Starts a server with GTID in about a second.
 *
 * @param id `server_id`; a replica needs another one than its primary
 * @param within words before the program, such as `nice`
 * @throws when the server is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(
  id = 1,
  options: readonly string[] = [],
  accounts: readonly Account[] = standardAccounts,
  within: readonly string[] = [],
): Promise<Mariadb> {
  const server = await createServer({
    options: () => [`--server-id=${id}`, ...replicationInUse().options, "--innodb-buffer-pool-size=16M", ...options],
    initialSql: initialSql(accounts),
    within,
    probe: (port) => ask(port, "SELECT 1", []),
  });
  const { port, socketPath } = server;
  try {
    await server.start();
  } catch (error) {
    await server.remove();
    throw error;
  }
  return {
    port,
    socketPath,
    admin: (sql, values = []) => ask(port, sql, values, accounts[0]?.database),
    adminLocked: async (tables, ms) => {
      const connection = await createConnection({ host: "127.0.0.1", port, ...admin });
      try {
        await connection.query(`LOCK TABLES ${tables}`);
        await sleep(ms);
      } finally {
        await connection.end();
      }
    },
    get running() {
      return server.running();
    },
    crash: () => server.end("SIGKILL"),
    restart: (more = []) => server.start(more),
    remove: () => server.remove(),
  };
}

/** A primary and a replica that follows it by GTID. */
export interface Replicated {
  readonly primary: Mariadb;
  readonly replica: Mariadb;
  /** Exchanges the two, as a planned failover does: forbids writes, waits for the replica, allows them there. Nothing is lost. */
  switchOver(): Promise<void>;
  /**
   * Promotes the replica of a primary that is gone, when it has done all that it has heard of. What the primary acknowledged is
   * there: it had waited for the replica. There is no replica until {@link rejoin}.
   */
  promote(): Promise<void>;
  /** Starts the server that was the primary, when it is not running, and lets it follow the one that took its place. */
  rejoin(): Promise<void>;
  /** Lets the replica fall behind, until {@link resume}. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
}

export interface ReplicatedOptions {
  /** The primary acknowledges what two servers have, as in RDS Multi-AZ; needed to {@link Replicated.promote}. MariaDB only. @default false */
  readonly synchronous?: boolean;
  /** Further options of both servers. @default none */
  readonly options?: readonly string[];
  /** @default one, of the schema `shop` */
  readonly accounts?: readonly Account[];
  /** Words before both servers, such as `nice`. @default none */
  readonly within?: readonly string[];
}

export async function startReplicated(options: ReplicatedOptions = {}): Promise<Replicated> {
  const { synchronous = false, accounts, within } = options;
  const replication = replicationInUse();
  if (synchronous && replication.synchronous === undefined) {
    throw new Error("MAINSTAY_MYSQLD is set; a primary that waits for its replica is a MariaDB. Unset it.");
  }
  const further = [...((synchronous && replication.synchronous) || []), ...(options.options ?? [])];
  const startOne = (id: number) => startMariadb(id, further, accounts, within);
  let [primary, replica] = await Promise.all([startOne(1), startOne(2)]);
  await follow(replica, primary);
  let ids = 2;
  return {
    get primary() {
      return primary;
    },
    get replica() {
      return replica;
    },
    switchOver: async () => {
      await primary.admin("SET GLOBAL read_only = 1");
      await caughtUp(primary, replica);
      await replica.admin(replication.stop);
      await replica.admin("SET GLOBAL read_only = 0");
      [primary, replica] = [replica, primary];
      await follow(replica, primary);
    },
    promote: async () => {
      await replayed(replica);
      await replica.admin(replication.stop);
      await replica.admin("SET GLOBAL read_only = 0");
      [primary, replica] = [replica, primary];
    },
    rejoin: async () => {
      // WHY another id: of what it logged itself, and the new primary may have, it would skip what bears its own.
      ids += 1;
      const role = [...replication.rejoin, `--server-id=${ids}`];
      if (!replica.running) await replica.restart(role);
      await follow(replica, primary);
    },
    pause: async () => void (await replica.admin(replication.stop)),
    resume: async () => void (await replica.admin(replication.start)),
    remove: async () => void (await Promise.all([primary.remove(), replica.remove()])),
  };
}

async function follow(replica: Mariadb, primary: Mariadb): Promise<void> {
  await replica.admin("SET GLOBAL read_only = 1");
  for (const statement of replicationInUse().follow(primary.port, admin)) await replica.admin(statement);
}

/** Waits until `replica` has done all that it has received. */
async function replayed(replica: Mariadb): Promise<void> {
  const { status, columns } = replicationInUse();
  for (;;) {
    const [state] = await replica.admin<Record<string, unknown>>(status);
    if (state?.[columns.received] === state?.[columns.replayed]) return;
    await sleep(10);
  }
}

/** Waits until `replica` has everything that `primary` has. */
export async function caughtUp(primary: Mariadb, replica: Mariadb): Promise<void> {
  const { position, wait } = replicationInUse();
  const [now] = await primary.admin<{ gtid: string }>(position);
  await replica.admin(wait, [now?.gtid]);
}

async function ask<Row extends object>(
  port: number,
  sql: string,
  values: readonly unknown[],
  schema?: string,
): Promise<Row[]> {
  const connection = await createConnection({ host: "127.0.0.1", port, ...admin, ...(schema && { database: schema }) });
  try {
    const [rows] = await connection.query<(Row & RowDataPacket)[]>(sql, [...values]);
    return rows;
  } finally {
    await connection.end();
  }
}

/** Not replicated: each server has its own. */
function initialSql(accounts: readonly Account[]): string[] {
  return [
    "SET SESSION sql_log_bin = 0;",
    ...accounts.flatMap((account) => [
      `CREATE DATABASE IF NOT EXISTS ${account.database};`,
      `CREATE USER IF NOT EXISTS '${account.user}'@'%' IDENTIFIED BY '${account.password}';`,
      `GRANT ALL ON ${account.database}.* TO '${account.user}'@'%';`,
    ]),
    `CREATE USER IF NOT EXISTS '${admin.user}'@'%' IDENTIFIED BY '${admin.password}';`,
    `GRANT ALL ON *.* TO '${admin.user}'@'%' WITH GRANT OPTION;`,
  ];
}
