import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { DatabaseConfig } from "../../src/config.ts";

/** A server of its own process that is compared. */
export interface Contender {
  readonly name: string;
  readonly file: string;
  /** One protection of ours that is off. */
  readonly without?: string;
}

export interface Running extends Contender {
  readonly port: number;
  readonly stop: () => void;
}

export const secret = "only-for-the-bench-only-for-the-bench";

export const peers: readonly Contender[] = [
  { name: "node:http, bare", file: "node-http.ts" },
  { name: "fastify with schema, bare", file: "fastify.ts" },
  { name: "express, bare", file: "express.ts" },
  { name: "koa + @koa/router, bare", file: "koa-router.ts" },
  { name: "mainstay, everything on", file: "mainstay.ts" },
];

export const variants: readonly Contender[] = ["audit", "log", "metrics"].map((without) => ({
  name: `mainstay without ${without}`,
  file: "mainstay.ts",
  without,
}));

export async function start(contender: Contender, database: DatabaseConfig): Promise<Running> {
  const child: ChildProcess = fork(new URL(`servers/${contender.file}`, import.meta.url), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
    env: {
      NODE_ENV: "production",
      BENCH_DATABASE: JSON.stringify(database),
      BENCH_SECRET: secret,
      BENCH_WITHOUT: contender.without ?? "",
    },
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { ...contender, port, stop: () => void child.kill("SIGKILL") };
}
