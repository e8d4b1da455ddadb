import { contract } from "@mainstay/contract";
import type { Database } from "../database.ts";
import { DatabaseUnavailable } from "../database.ts";
import { within } from "../deadline.ts";
import type { Route } from "../http/router.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { Problem } from "../problem.ts";

/** Liveness: the process can serve at all. Readiness: the load balancer should send requests here. */
export function healthRoutes(database: Database, lifecycle: Lifecycle): Route[] {
  return [
    {
      method: "GET",
      path: contract.health.livePath,
      // WHY: never asks the database, else one failover of it ends every task.
      handle: (context) => {
        context.body = { status: "live" };
      },
    },
    {
      method: "GET",
      path: contract.health.readyPath,
      handle: async (context) => {
        if (lifecycle.phase !== "serving") throw new Problem(503, "The process is about to stop.");
        await reach(database);
        context.body = { status: "ready" };
      },
    },
  ];
}

/** WHY: bounded, because an answer after the load balancer's own timeout is no answer. */
function reach(database: Database): Promise<void> {
  const ms = contract.database.connectTimeoutMs;
  return within(ms, database.ping(), () => new DatabaseUnavailable(`no ping within ${ms} ms`));
}
