import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { contract } from "@mainstay/contract";
import { createConnection } from "mysql2/promise";
import type { DatabaseConfig } from "../config.ts";
import { type KeyPair, selfSigned } from "./certificate.ts";
import { freePort } from "./ports.ts";

const run = promisify(execFile);
const startMs = 20_000;

/** A MariaDB server of its own: loopback only, its data in a temporary directory, gone with the process that started it. */
export interface Mariadb {
  /** As the API connects; its user owns the schema and nothing else. */
  readonly config: DatabaseConfig;
  /** PEM of the certificate that the server shows to those who ask for TLS. */
  readonly certificate: string;
  /** Ends the server as a power failure would. Data that was committed stays. */
  crash(): Promise<void>;
  /**
   * Starts it again, at the same port, with its data and a new certificate.
   *
   * @param name @default localhost; what the certificate says the server is called
   */
  restart(name?: string): Promise<void>;
  /** Stops all its threads, while connections stay open: the failure that no error reports. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends the server and removes its files. */
  remove(): Promise<void>;
}

/**
 * Starts a server in about a second.
 *
 * @throws when MariaDB is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(): Promise<Mariadb> {
  const directory = await mkdtemp(join(tmpdir(), "mainstay-mariadb-"));
  const keeper = startKeeper(directory);
  try {
    return await startIn(directory, keeper);
  } catch (error) {
    await dismiss(keeper);
    throw error;
  }
}

async function startIn(directory: string, keeper: ChildProcess): Promise<Mariadb> {
  let [keys] = await Promise.all([selfSigned(directory, "localhost"), install(directory)]);
  const config: DatabaseConfig = {
    host: "127.0.0.1",
    port: await freePort(),
    name: contract.database.name,
    user: "api",
    password: "only-for-tests",
  };
  await writeFile(join(directory, "init.sql"), initialSql(config));

  let server = await start(directory, config, keys);
  const crash = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.ref();
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  return {
    config,
    get certificate() {
      return keys.certificate;
    },
    crash,
    restart: async (name = "localhost") => {
      keys = await selfSigned(directory, name);
      server = await start(directory, config, keys);
    },
    freeze: async () => {
      server.kill("SIGSTOP");
      await stopped(server.pid ?? 0);
    },
    thaw: () => void server.kill("SIGCONT"),
    remove: async () => {
      await crash();
      await dismiss(keeper);
    },
  };
}

/** WHY: the signal is on its way when `kill` returns; on a busy machine threads of the server still answer for a while. */
async function stopped(pid: number): Promise<void> {
  const isStopped = async () => {
    const { stdout } = await promisify(execFile)("ps", ["-L", "-o", "stat=", "-p", String(pid)]);
    return stdout
      .trim()
      .split("\n")
      .every((state) => state.startsWith("T"));
  };
  while (!(await isStopped())) await sleep(20);
}

/** One statement per line, as `--init-file` needs it; run at every start. */
function initialSql({ name, user, password }: DatabaseConfig): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${name};`,
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON ${name}.* TO '${user}'@'%';`,
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
    await run("mariadb-install-db", options, { env: withSbin() });
  } catch (error) {
    throw missing(error) ?? new Error("mariadb-install-db failed", { cause: error });
  }
}

async function start(directory: string, config: DatabaseConfig, keys: KeyPair): Promise<ChildProcess> {
  const logPath = join(directory, "log");
  const log = openSync(logPath, "w");
  const server = spawn(
    "mariadbd",
    [
      "--no-defaults",
      `--datadir=${join(directory, "data")}`,
      `--socket=${join(directory, "socket")}`,
      `--pid-file=${join(directory, "pid")}`,
      `--init-file=${join(directory, "init.sql")}`,
      `--port=${config.port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--innodb-log-file-size=4M",
      "--innodb-buffer-pool-size=16M",
      "--performance-schema=off",
      `--ssl-cert=${keys.certificatePath}`,
      `--ssl-key=${keys.keyPath}`,
      ...userOption(),
    ],
    { stdio: ["ignore", log, log], env: withSbin() },
  );
  closeSync(log);
  server.unref();
  let failure: unknown;
  server.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + startMs;
  while (!(await answers(config))) {
    if (failure !== undefined) throw missing(failure) ?? failure;
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill("SIGKILL");
      throw new Error(`mariadbd did not start:\n${(await readFile(logPath, "utf8")).slice(-2000)}`);
    }
    await sleep(20);
  }
  return server;
}

async function answers({ host, port, user, password, name }: DatabaseConfig): Promise<boolean> {
  try {
    const connection = await createConnection({ host, port, user, password, database: name, connectTimeout: 1000 });
    await connection.ping();
    await connection.end();
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
  const script = 'cat >/dev/null; [ -s "$1/pid" ] && kill -9 "$(cat "$1/pid")" 2>/dev/null; sleep 0.1; rm -rf "$1"';
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

/** WHY: Debian keeps the server where only root's PATH looks. */
function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin` };
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
