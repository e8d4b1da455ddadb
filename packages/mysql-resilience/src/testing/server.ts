import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Command, engineInUse } from "./engine.ts";
import { freePort } from "./ports.ts";

const run = promisify(execFile);
const startMs = 30_000;

export interface ServerOptions {
  /**
   * Kept when the server ends, and used again.
   *
   * @default a temporary one, removed with the server
   */
  readonly directory?: string;
  /** MiB of its redo log. WHY fixed at the first start: some servers refuse a log of another size. @default 4 */
  readonly redoLog?: number;
  /** Options of the command line. */
  readonly options: (directory: string) => readonly string[];
  /** One statement per line, as `--init-file` needs it; run at every start. */
  readonly initialSql: readonly string[];
  /** Words before the program, such as `nice`. @default none */
  readonly within?: readonly string[];
  /** Resolves when somebody could enter. */
  readonly probe: (port: number) => Promise<unknown>;
}

/** The process of a MariaDB, or of the MySQL that `MAINSTAY_MYSQLD` names: loopback only, on a free port, gone with the process that started it, however that ends. */
export interface Server {
  readonly directory: string;
  readonly port: number;
  readonly socketPath: string;
  readonly running: () => boolean;
  /**
   * Starts it (again), with its data.
   *
   * @param more further options, for this time
   * @throws when the server is not installed, naming the packages, or with the end of the server's log when it does not start.
   */
  readonly start: (more?: readonly string[]) => Promise<void>;
  /** Ends the process: SIGKILL as a power failure would. Data that was committed stays. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>;
  /** Stops all its threads, while connections stay open: the failure that no error reports. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => void;
  /** Ends it, and removes its files where they were temporary. */
  readonly remove: () => Promise<void>;
}

/** Makes a server's files, where there are none. It runs when it is started. */
export async function createServer(given: ServerOptions): Promise<Server> {
  const engine = engineInUse();
  const kept = given.directory !== undefined;
  const directory = given.directory ?? (await mkdtemp(join(tmpdir(), `mainstay-${engine.name}-`)));
  await mkdir(directory, { recursive: true });
  const keeper = startKeeper(directory, kept);
  const port = await freePort();
  const { redoLog = 4, initialSql, within = [], probe } = given;
  try {
    if (!existsSync(join(directory, "data", "mysql"))) await install(directory, engine.install(directory, redoLog));
    await writeFile(join(directory, "init.sql"), [...initialSql, ""].join("\n"));
  } catch (error) {
    await dismiss(keeper, directory);
    throw error;
  }
  const { program, options: begin } = engine.start(redoLog);
  // WHY this order: `--no-defaults` counts only where it is the first.
  const options = [...begin, ...commonOptions(directory, port), ...given.options(directory), ...userOption()];
  let server: ChildProcess | undefined;
  const running = () => server !== undefined && server.exitCode === null && server.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (server === undefined || !running()) return;
    server.ref();
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  return {
    directory,
    port,
    socketPath: join(directory, "socket"),
    running,
    start: async (more = []) => {
      const [first = program, ...words] = [...within, program, ...options, ...more];
      server = await launch(directory, { program: first, options: words }, () => probe(port));
    },
    end,
    freeze: async () => {
      server?.kill("SIGSTOP");
      await stopped(server?.pid ?? 0);
    },
    thaw: () => void server?.kill("SIGCONT"),
    remove: async () => {
      await end(kept ? "SIGTERM" : "SIGKILL");
      await dismiss(keeper, directory);
    },
  };
}

async function install(directory: string, { program, options }: Command): Promise<void> {
  try {
    await run(program, [...options, ...userOption()], { env: environment(directory) });
  } catch (error) {
    throw missing(error) ?? new Error(`${program} failed`, { cause: error });
  }
}

function commonOptions(directory: string, port: number): string[] {
  return [
    `--datadir=${join(directory, "data")}`,
    `--socket=${join(directory, "socket")}`,
    `--pid-file=${join(directory, "pid")}`,
    `--init-file=${join(directory, "init.sql")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--performance-schema=off",
  ];
}

async function launch(
  directory: string,
  { program, options }: Command,
  probe: () => Promise<unknown>,
): Promise<ChildProcess> {
  const logPath = join(directory, "log");
  const log = openSync(logPath, "w");
  const server = spawn(program, options, { stdio: ["ignore", log, log], env: environment(directory) });
  closeSync(log);
  server.unref();
  let failure: unknown;
  server.once("error", (error) => {
    failure = error;
  });
  const deadline = performance.now() + startMs;
  const answers = () =>
    probe().then(
      () => true,
      () => false,
    );
  while (!(await answers())) {
    if (failure !== undefined) throw missing(failure) ?? failure;
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill("SIGKILL");
      throw new Error(`${program} did not start:\n${(await readFile(logPath, "utf8")).slice(-2000)}`);
    }
    await sleep(20);
  }
  return server;
}

/** WHY: the signal is on its way when `kill` returns; on a busy machine threads of the server still answer for a while. */
async function stopped(pid: number): Promise<void> {
  const isStopped = async () => {
    const { stdout } = await run("ps", ["-L", "-o", "stat=", "-p", String(pid)]);
    return stdout
      .trim()
      .split("\n")
      .every((state) => state.startsWith("T"));
  };
  while (!(await isStopped())) await sleep(20);
}

/**
 * A process that waits for the end of this one, however it comes, then ends the server, and removes the directory unless it is
 * to be kept.
 *
 * WHY: no handler of ours runs when a process is killed. The pipe to the keeper closes all the same.
 */
function startKeeper(directory: string, kept: boolean): ChildProcess {
  // WHY the loop: a server on a busy machine takes a while to die, and would go on writing what is being removed.
  const script = `cat >/dev/null
    pid=$(cat "$1/pid" 2>/dev/null)
    if [ -n "$pid" ]; then kill -${kept ? "TERM" : "KILL"} "$pid" 2>/dev/null; fi
    ${kept ? "exit" : ""}
    for _ in $(seq 100); do [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && sleep 0.05 || break; done
    rm -rf "$1"`;
  const keeper = spawn("sh", ["-c", script, "database-keeper", directory], {
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

/**
 * WHY the path: Debian keeps the server where only root's PATH looks. WHY the directory: a server that starts removes the temporary
 * tables of every other one that shares it.
 */
function environment(directory: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin`, TMPDIR: directory };
}

function missing(error: unknown): Error | undefined {
  const gone = error instanceof Error && "code" in error && error.code === "ENOENT";
  return gone ? new Error(engineInUse().missing, { cause: error }) : undefined;
}
