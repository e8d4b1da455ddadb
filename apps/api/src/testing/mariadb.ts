import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { contract } from "@mainstay/contract";
import { createConnection } from "mysql2/promise";
import type { DatabasePlace, StaticLogin } from "../config.ts";
import { type KeyPair, selfSigned } from "./certificate.ts";
import { freePort } from "./ports.ts";

const run = promisify(execFile);
const startMs = 20_000;

type StaticConfig = DatabasePlace & StaticLogin;

/** Where a server keeps its data, and how much it may have. */
export interface MariadbOptions {
  /**
   * Kept when the server ends, and used again.
   *
   * @default a temporary one, removed with the server
   */
  readonly directory?: string;
  /** Of the user that the API connects as. */
  readonly password?: string;
  /** MiB for the pages of tables. @default 16 */
  readonly memory?: number;
}

/** A MariaDB server of its own: loopback only, on a free port, gone with the process that started it, however that ends. */
export interface Mariadb {
  /** As the API connects; its user owns the schema and nothing else. */
  readonly config: StaticConfig;
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
  /** Ends the server, and removes its files where they were temporary. */
  remove(): Promise<void>;
}

/**
 * Starts a server in about a second.
 *
 * @throws when MariaDB is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "mainstay-mariadb-")));
  const kept = options.directory !== undefined;
  await mkdir(directory, { recursive: true });
  const keeper = startKeeper(directory, kept);
  try {
    return await startIn(directory, keeper, options);
  } catch (error) {
    await dismiss(keeper, directory);
    throw error;
  }
}

async function startIn(directory: string, keeper: ChildProcess, options: MariadbOptions): Promise<Mariadb> {
  const { password = "only-for-tests", memory = 16 } = options;
  const there = existsSync(join(directory, "data", "mysql"));
  let [keys] = await Promise.all([selfSigned(directory, "localhost"), there ? undefined : install(directory)]);
  const config: StaticConfig = {
    host: "127.0.0.1",
    port: await freePort(),
    name: contract.database.name,
    user: "api",
    password,
  };
  await writeFile(join(directory, "init.sql"), initialSql(config));

  let server = await start(directory, config, keys, memory);
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.ref();
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  return {
    config,
    get certificate() {
      return keys.certificate;
    },
    crash: () => end("SIGKILL"),
    restart: async (name = "localhost") => {
      keys = await selfSigned(directory, name);
      server = await start(directory, config, keys, memory);
    },
    freeze: async () => {
      server.kill("SIGSTOP");
      await stopped(server.pid ?? 0);
    },
    thaw: () => void server.kill("SIGCONT"),
    remove: async () => {
      await end(options.directory === undefined ? "SIGKILL" : "SIGTERM");
      await dismiss(keeper, directory);
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
function initialSql({ name, user, password }: StaticConfig): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${name};`,
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
    `ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';`,
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
    "--innodb-log-file-size=16M",
    ...userOption(),
  ];
  try {
    await run("mariadb-install-db", options, { env: withSbin() });
  } catch (error) {
    throw missing(error) ?? new Error("mariadb-install-db failed", { cause: error });
  }
}

async function start(directory: string, config: StaticConfig, keys: KeyPair, memory: number): Promise<ChildProcess> {
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
      // WHY fixed at the first start: the server refuses a log of another size.
      "--innodb-log-file-size=16M",
      `--innodb-buffer-pool-size=${memory}M`,
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

async function answers({ host, port, user, password, name }: StaticConfig): Promise<boolean> {
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
 * A process that waits for the end of this one, however it comes, then ends the server, and removes the directory unless it is
 * to be kept.
 *
 * WHY: no handler of ours runs when a process is killed. The pipe to the keeper closes all the same.
 */
function startKeeper(directory: string, kept: boolean): ChildProcess {
  const end = (signal: string) => `[ -s "$1/pid" ] && kill -${signal} "$(cat "$1/pid")" 2>/dev/null`;
  const script = kept ? `cat >/dev/null; ${end("TERM")}` : `cat >/dev/null; ${end("KILL")}; sleep 0.1; rm -rf "$1"`;
  const keeper = spawn("sh", ["-c", script, "mariadb-keeper", directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  keeper.unref();
  return keeper;
}

/** WHY: without the pid file the keeper kills nobody: the number may belong to another process by now. */
async function dismiss(keeper: ChildProcess, directory: string): Promise<void> {
  await rm(join(directory, "pid"), { force: true });
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
