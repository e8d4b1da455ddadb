import { contract } from "@mainstay/contract";
import * as z from "zod";
import type { Database } from "../database.ts";
import { DatabaseUnavailable } from "../database.ts";
import { within } from "../deadline.ts";
import { type Route, read } from "../http/route.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { Problem } from "../problem.ts";

const Live = z.strictObject({ status: z.literal("live") });
const Ready = z.strictObject({ status: z.literal("ready") });

/** Liveness: the process can serve at all. Readiness: the load balancer should send requests here. */
export function healthRoutes(database: Database, lifecycle: Lifecycle): Route[] {
  return [
    read({
      path: contract.health.livePath,
      summary: "Whether the process can serve",
      access: "public",
      answers: { 200: { description: "It can", body: Live } },
      // WHY: never asks the database, else one failover of it ends every task.
      handle: async () => ({ status: 200, body: { status: "live" as const } }),
    }),
    read({
      path: contract.health.readyPath,
      summary: "Whether the load balancer should send requests here",
      access: "public",
      answers: { 200: { description: "It should", body: Ready } },
      async handle() {
        if (lifecycle.phase !== "serving") throw new Problem(503, "The process is about to stop.");
        if (!lifecycle.migrated) throw new DatabaseUnavailable("the schema is not up to date yet");
        await reach(database);
        return { status: 200, body: { status: "ready" as const } };
      },
    }),
  ];
}

/** WHY: bounded, because an answer after the load balancer's own timeout is no answer. */
function reach(database: Database): Promise<void> {
  const ms = contract.database.connectTimeoutMs;
  return within(ms, database.ping(), () => new DatabaseUnavailable(`no ping within ${ms} ms`));
}
