import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { contract } from "@mainstay/contract";
import type { SideName } from "../sides.ts";

const startMs = 30_000;

export interface ProcessOptions {
  readonly side: SideName;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** Words before the program, to run it in another namespace. */
  readonly within: readonly string[];
}

/** One process of the API, which can be ended and started again at its port. */
export interface ApiProcess {
  readonly port: number;
  readonly running: () => boolean;
  /** Resolves when it is ready. */
  readonly start: () => Promise<void>;
  /** Resolves when it has ended. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>;
  /** MiB that it has in memory. */
  readonly memory: () => number;
  readonly stepClock: (milliseconds: number) => void;
}

export function createApiProcess({ side, port, environment, logPath, within }: ProcessOptions): ApiProcess {
  let child: ChildProcess | undefined;
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    port,
    running,
    async start() {
      const log = openSync(logPath, "a");
      const program = [process.execPath, "--no-warnings", new URL("process.ts", import.meta.url).pathname, side];
      const [command = "", ...words] = [...within, ...program];
      child = spawn(command, words, {
        stdio: ["ignore", log, log, "ipc"],
        env: { PATH: process.env.PATH, NODE_ENV: "production", ...environment },
      });
      closeSync(log);
      await untilReady(port, running, logPath);
    },
    async end(signal) {
      if (child === undefined || !running()) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
    memory: () => (running() ? residentMiB(child?.pid ?? 0) : 0),
    stepClock: (stepMs) => void child?.send({ stepMs }),
  };
}

async function untilReady(port: number, running: () => boolean, logPath: string): Promise<void> {
  const deadline = performance.now() + startMs;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${contract.health.readyPath}`).catch(() => undefined);
    await answer?.text();
    if (answer?.status === 200) return;
    if (!running() || performance.now() > deadline) {
      throw new Error(`the API did not become ready:\n${readFileSync(logPath, "utf8").slice(-2000)}`);
    }
    await sleep(50);
  }
}

function residentMiB(pid: number): number {
  try {
    const [, kib = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kib) / 1024;
  } catch {
    return 0;
  }
}
