import { contract } from "@mainstay/contract";
import type { Level, Logger } from "pino";
import { describeError } from "../log.ts";
import type { Middleware, State } from "./context.ts";

/** Writes one line for each request: neither path nor query, which may name a person. */
export function requestLog(log: Logger): Middleware {
  return async (context, next) => {
    const start = performance.now();
    await next();
    const { requestId, route = "none", failure } = context.state;
    log[levelOf(context.status, context.state)](
      {
        requestId,
        method: context.method,
        route,
        status: context.status,
        ms: Math.round(performance.now() - start),
        ...(context.status >= 500 && failure !== undefined ? { error: describeError(failure) } : {}),
      },
      "request",
    );
  };
}

/** WHY: load balancer and container ask for health every few seconds; while all is well that is no news. */
function levelOf(status: number, { route }: State): Level {
  if (status >= 500) return "error";
  return route === contract.health.livePath || route === contract.health.readyPath ? "debug" : "info";
}
