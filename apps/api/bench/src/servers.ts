import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { DatabaseConfig } from "../../src/config.ts";
import type { Protection } from "./without.ts";

/** A server of its own process that is compared. */
export interface Contender {
  readonly name: string;
  readonly file: string;
  /** Protections of ours that are off. @default none */
  readonly without?: readonly Protection[];
}

export interface Running extends Contender {
  readonly pid: number;
  readonly port: number;
  readonly stop: () => void;
}

export const secret = "only-for-the-bench-only-for-the-bench";

export const peers: readonly Contender[] = [
  { name: "node:http, bare", file: "node-http.ts" },
  { name: "fastify with schema, bare", file: "fastify.ts" },
  { name: "express, bare", file: "express.ts" },
  { name: "koa + @koa/router, bare", file: "koa-router.ts" },
];

/** Ours, as it is delivered, but for what is taken away. */
export function ours(without: readonly Protection[] = []): Contender {
  const name = without.length === 0 ? "mainstay, everything on" : `mainstay without ${without.join(", ")}`;
  return { name, file: "mainstay.ts", without };
}

/** @param given `account`: who asks */
export async function start(
  contender: Contender,
  given: { readonly database: DatabaseConfig; readonly account: number },
): Promise<Running> {
  const child: ChildProcess = fork(new URL(`servers/${contender.file}`, import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
    env: {
      NODE_ENV: "production",
      BENCH_DATABASE: JSON.stringify(given.database),
      BENCH_ACCOUNT: String(given.account),
      BENCH_SECRET: secret,
      BENCH_WITHOUT: JSON.stringify(contender.without ?? []),
    },
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { ...contender, pid: child.pid ?? 0, port, stop: () => void child.kill("SIGKILL") };
}
