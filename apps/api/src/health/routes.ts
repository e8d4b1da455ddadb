import { contract } from "@mainstay/contract";
import { within } from "@mainstay/mysql-resilience";
import * as z from "zod";
import type { Database } from "../database.ts";
import { DatabaseUnavailable } from "../database.ts";
import { type Route, read } from "../http/route.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { Problem } from "../problem.ts";

const Live = z.strictObject({ status: z.literal("live") });
const Ready = z.strictObject({
  status: z.literal("ready"),
  database: z
    .enum(["there", "away"])
    .meta({ description: "away: readings are answered from memory, changes with 503" }),
});

/**
 * Liveness: the process can serve at all. Readiness: the load balancer should send requests here.
 *
 * @param now milliseconds that only grow
 */
export function healthRoutes(
  database: Database,
  lifecycle: Lifecycle,
  now: () => number = () => performance.now(),
): Route[] {
  let seenAt = Number.NEGATIVE_INFINITY;
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
        if (lifecycle.phase !== "serving") throw notNow("The process is about to stop.");
        if (!lifecycle.migrated) throw notNow("The schema is not up to date yet.");
        try {
          await reach(database);
        } catch (error) {
          // WHY: a failover of the database is the same for all tasks; to replace them would only take their memory away.
          if (now() - seenAt > contract.health.databaseAway * 1000) throw error;
          return { status: 200, body: { status: "ready" as const, database: "away" as const } };
        }
        seenAt = now();
        return { status: 200, body: { status: "ready" as const, database: "there" as const } };
      },
    }),
  ];
}

function notNow(detail: string): Problem {
  return new Problem(503, detail, { headers: { "Retry-After": String(contract.health.interval) } });
}

/** WHY: bounded, because an answer after the load balancer's own timeout is no answer. */
function reach(database: Database): Promise<void> {
  const ms = contract.database.acquireTimeoutMs;
  return within(ms, database.ping(), () => new DatabaseUnavailable("silent", contract.requests.retryAfter * 1000));
}
