import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { freePort } from "./ports.ts";

const run = promisify(execFile);
const startMs = 30_000;

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

/** A MariaDB server of its own: loopback only, its data in a temporary directory, gone with the process that started it. */
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
 * @throws when MariaDB is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(
  id = 1,
  options: readonly string[] = [],
  accounts: readonly Account[] = standardAccounts,
): Promise<Mariadb> {
  const directory = await mkdtemp(join(tmpdir(), "mainstay-mysql-"));
  const keeper = startKeeper(directory);
  try {
    await install(directory);
    await writeFile(join(directory, "init.sql"), initialSql(accounts));
    const port = await freePort();
    const command = serverOptions(directory, port, id, options);
    let server = await start(directory, port, command);
    const crash = async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.ref();
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    };
    return {
      port,
      socketPath: join(directory, "socket"),
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
        return server.exitCode === null && server.signalCode === null;
      },
      admin: (sql, values = []) => ask(port, sql, values, accounts[0]?.database),
      crash,
      restart: async (more = []) => {
        server = await start(directory, port, [...command, ...more]);
      },
      remove: async () => {
        await crash();
        await dismiss(keeper);
      },
    };
  } catch (error) {
    await dismiss(keeper);
    throw error;
  }
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
  remove(): Promise<void>;
}

export interface ReplicatedOptions {
  /** The primary acknowledges what two servers have, as in RDS Multi-AZ; needed to {@link Replicated.promote}. @default false */
  readonly synchronous?: boolean;
  /** Further options of both servers. @default none */
  readonly options?: readonly string[];
  /** @default one, of the schema `shop` */
  readonly accounts?: readonly Account[];
}

/** A primary without a replica waits for nobody. */
const waiting = [
  "--rpl-semi-sync-master-enabled=1",
  "--rpl-semi-sync-slave-enabled=1",
  "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
  "--rpl-semi-sync-master-timeout=20000",
  "--rpl-semi-sync-master-wait-no-slave=0",
];

export async function startReplicated(options: ReplicatedOptions = {}): Promise<Replicated> {
  const { synchronous = false, accounts } = options;
  const startOne = (id: number) =>
    startMariadb(id, [...(synchronous ? waiting : []), ...(options.options ?? [])], accounts);
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
      await replica.admin("STOP SLAVE");
      await replica.admin("SET GLOBAL read_only = 0");
      [primary, replica] = [replica, primary];
      await follow(replica, primary);
    },
    promote: async () => {
      await replayed(replica);
      await replica.admin("STOP SLAVE");
      await replica.admin("SET GLOBAL read_only = 0");
      [primary, replica] = [replica, primary];
    },
    rejoin: async () => {
      // WHY the role: at start it takes back what it had not finished; the new primary has it, or nobody was told of it.
      // WHY another id: of those transactions it would skip what bears its own.
      ids += 1;
      const role = ["--init-rpl-role=SLAVE", "--skip-slave-start", "--read-only=1", `--server-id=${ids}`];
      if (!replica.running) await replica.restart(role);
      await follow(replica, primary);
    },
    remove: async () => void (await Promise.all([primary.remove(), replica.remove()])),
  };
}

async function follow(replica: Mariadb, primary: Mariadb): Promise<void> {
  await replica.admin("SET GLOBAL read_only = 1");
  // WHY: what it has is what it logged; by itself it would count only what it logged under its present id.
  await replica.admin("SET GLOBAL gtid_slave_pos = @@global.gtid_binlog_pos");
  await replica.admin(
    `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.port}, MASTER_USER='${admin.user}',
     MASTER_PASSWORD='${admin.password}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1`,
  );
  await replica.admin("START SLAVE");
}

/** Waits until `replica` has done all that it has received. */
async function replayed(replica: Mariadb): Promise<void> {
  for (;;) {
    const [state] = await replica.admin<Record<string, unknown>>("SHOW SLAVE STATUS");
    if (state?.Read_Master_Log_Pos === state?.Exec_Master_Log_Pos) return;
    await sleep(10);
  }
}

/** Waits until `replica` has everything that `primary` has. */
export async function caughtUp(primary: Mariadb, replica: Mariadb): Promise<void> {
  const [position] = await primary.admin<{ gtid: string }>("SELECT @@global.gtid_binlog_pos AS gtid");
  await replica.admin("SELECT MASTER_GTID_WAIT(?, 20)", [position?.gtid]);
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

/** One statement per line, as `--init-file` needs it; run at every start, and not replicated. */
function initialSql(accounts: readonly Account[]): string {
  return [
    "SET SESSION sql_log_bin = 0;",
    ...accounts.flatMap((account) => [
      `CREATE DATABASE IF NOT EXISTS ${account.database};`,
      `CREATE USER IF NOT EXISTS '${account.user}'@'%' IDENTIFIED BY '${account.password}';`,
      `GRANT ALL ON ${account.database}.* TO '${account.user}'@'%';`,
    ]),
    `CREATE USER IF NOT EXISTS '${admin.user}'@'%' IDENTIFIED BY '${admin.password}';`,
    `GRANT ALL ON *.* TO '${admin.user}'@'%' WITH GRANT OPTION;`,
    "",
  ].join("\n");
}

async function install(directory: string): Promise<void> {
  const options = [
    "--no-defaults",
    `--datadir=${join(directory, "data")}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
    "--innodb-log-file-size=4M",
    ...userOption(),
  ];
  try {
    await run("mariadb-install-db", options, { env: environment(directory) });
  } catch (error) {
    throw missing(error) ?? new Error("mariadb-install-db failed", { cause: error });
  }
}

function serverOptions(directory: string, port: number, id: number, options: readonly string[]): string[] {
  return [
    "--no-defaults",
    `--datadir=${join(directory, "data")}`,
    `--socket=${join(directory, "socket")}`,
    `--pid-file=${join(directory, "pid")}`,
    `--init-file=${join(directory, "init.sql")}`,
    `--port=${port}`,
    `--server-id=${id}`,
    "--log-bin=binlog",
    "--log-slave-updates",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-log-file-size=4M",
    "--innodb-buffer-pool-size=16M",
    "--performance-schema=off",
    ...options,
    ...userOption(),
  ];
}

async function start(directory: string, port: number, options: readonly string[]): Promise<ChildProcess> {
  const logPath = join(directory, "log");
  const log = openSync(logPath, "w");
  const server = spawn("mariadbd", options, { stdio: ["ignore", log, log], env: environment(directory) });
  closeSync(log);
  server.unref();
  let failure: unknown;
  server.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + startMs;
  while (!(await answers(port))) {
    if (failure !== undefined) throw missing(failure) ?? failure;
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill("SIGKILL");
      throw new Error(`mariadbd did not start:\n${(await readFile(logPath, "utf8")).slice(-2000)}`);
    }
    await sleep(20);
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  try {
    await ask(port, "SELECT 1", []);
    return true;
  } catch {
    return false;
  }
}

/**
 * A process that waits for the end of this one, however it comes, then ends the server and removes the directory.
 *
 * WHY: no handler of ours runs when a test process is killed. The pipe to the keeper closes all the same.
 */
function startKeeper(directory: string): ChildProcess {
  // WHY the loop: a server on a busy machine takes a while to die, and would go on writing what is being removed.
  const script = `cat >/dev/null
    pid=$(cat "$1/pid" 2>/dev/null)
    if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null; fi
    for _ in $(seq 100); do [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && sleep 0.05 || break; done
    rm -rf "$1"`;
  const keeper = spawn("sh", ["-c", script, "mariadb-keeper", directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  keeper.unref();
  return keeper;
}

/** WHY: without the pid file the keeper kills nobody: the number may belong to another process by now. */
async function dismiss(keeper: ChildProcess): Promise<void> {
  const directory = keeper.spawnargs.at(-1);
  if (directory !== undefined) await rm(join(directory, "pid"), { force: true });
  keeper.ref();
  const ended = once(keeper, "exit");
  keeper.stdin?.end();
  await ended;
}

/** WHY: the server refuses to run as root unless told so. Others run it as themselves. */
function userOption(): string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}

/**
 * WHY the path: Debian keeps the server where only root's PATH looks. WHY the directory: a server that starts removes the temporary
 * tables of every other one that shares it.
 */
function environment(directory: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin`, TMPDIR: directory };
}

function missing(error: unknown): Error | undefined {
  const gone = error instanceof Error && "code" in error && error.code === "ENOENT";
  return gone
    ? new Error(
        "MariaDB is not installed, and these tests need it. On Debian: apt-get install mariadb-server-core mariadb-client-core",
        { cause: error },
      )
    : undefined;
}
