import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pythonEnvironment, pythonPath } from "./python.ts";
import { pythonSources } from "./root.ts";

/** What the Python side writes once it answers. */
export interface Announcement {
  readonly pid: number;
  /** Identifies this run: two runs never have the same. */
  readonly instance: string;
  readonly endpoint: string;
  /** Services that another emulator answers, by their name in `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly routes: Readonly<Record<string, string>>;
  /** UTC, ISO 8601. */
  readonly started: string;
}

export interface ServerOptions {
  readonly instance: string;
  /** Where the announcement and the log go. */
  readonly directory: string;
  /** Base name of both files. */
  readonly name: string;
  /** Minutes without a request before it ends. Undefined: it ends with this process. */
  readonly idleMinutes: number | undefined;
  readonly ministack: readonly string[];
  /** Milliseconds. */
  readonly startTimeout: number;
}

export interface Server {
  readonly announcement: Announcement;
  /** Ends it and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

const stopGrace = 5_000;

/** Starts the Python side and waits until it announces itself. Throws with the end of its log. */
export async function startServer(options: ServerOptions): Promise<Server> {
  mkdirSync(options.directory, { recursive: true });
  const file = announcementFile(options);
  const logFile = join(options.directory, `${options.name}.log`);
  rmSync(file, { force: true });
  const child = launch(options, file, logFile);
  try {
    const announcement = await announced(child, file, options.startTimeout);
    return { announcement, stop: () => endChild(child) };
  } catch (error) {
    await endChild(child);
    throw new Error(`The local AWS did not start: ${String(error)}\n${tail(logFile)}`, { cause: error });
  }
}

export function announcementFile({ directory, name }: Pick<ServerOptions, "directory" | "name">): string {
  return join(directory, `${name}.json`);
}

export function readAnnouncement(file: string): Announcement | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Announcement) : undefined;
}

/** Ends a process that is not our child: asks, waits, insists. */
export async function endProcess(pid: number): Promise<void> {
  signal(pid, "SIGTERM");
  for (let waited = 0; lives(pid); waited += 50) {
    if (waited === stopGrace) signal(pid, "SIGKILL");
    if (waited > 2 * stopGrace) throw new Error(`process ${pid} of the local AWS does not end, even by SIGKILL`);
    await sleep(50);
  }
}

/** Whether a process exists. */
export function lives(pid: number): boolean {
  return signal(pid, 0);
}

function launch(options: ServerOptions, file: string, logFile: string): ChildProcess {
  const detached = options.idleMinutes !== undefined;
  const log = openSync(logFile, "w");
  const child = spawn(
    pythonPath(),
    [
      "-m",
      "overlay",
      "serve",
      `--instance=${options.instance}`,
      `--announce=${file}`,
      `--ministack=${options.ministack.join(",")}`,
      ...(detached ? [`--idle-minutes=${options.idleMinutes}`] : []),
    ],
    {
      // WHY a pipe as standard input: the kernel closes it however this process dies, and the Python side then ends.
      stdio: [detached ? "ignore" : "pipe", log, log],
      detached,
      cwd: pythonSources,
      env: pythonEnvironment(),
    },
  );
  closeSync(log);
  // WHY: a caller who forgets to stop it must still be able to exit.
  child.unref();
  return child;
}

async function announced(child: ChildProcess, file: string, timeout: number): Promise<Announcement> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const announcement = readAnnouncement(file);
    if (announcement !== undefined) return announcement;
    if (hasEnded(child)) throw new Error(`Python ended with code ${child.exitCode ?? child.signalCode}`);
    if (Date.now() > deadline) throw new Error(`no answer within ${timeout / 1000} s`);
    await sleep(20);
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.ref();
  child.stdin?.end();
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), stopGrace);
  await gone;
  clearTimeout(insist);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function tail(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-20).join("\n");
}
