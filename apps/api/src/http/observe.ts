import { contract } from "@mainstay/contract";
import type { Level, Logger } from "pino";
import { describeError } from "../log.ts";
import type { Metrics } from "../observability/metrics.ts";
import { Overloaded } from "../overload/admission.ts";
import type { Middleware, State } from "./context.ts";

/** Writes one line for each request, and counts it: neither path nor query, which may name a person. */
export function observe(log: Logger, metrics?: Metrics): Middleware {
  return async (context, next) => {
    const start = performance.now();
    await next();
    const ms = performance.now() - start;
    const { requestId, route = "none", failure, caller } = context.state;
    const { method, status } = context;
    metrics?.count(method, route, status, ms / 1000);
    log[levelOf(status, context.state)](
      {
        requestId,
        method,
        route,
        status,
        ms: Math.round(ms * 10) / 10,
        ...(caller && { account: caller.account }),
        ...(status >= 500 && !(failure instanceof Overloaded) && { error: describeError(failure) }),
      },
      "request",
    );
  };
}

/** WHY: load balancer and container ask for health every few seconds; while all is well that is no news. */
function levelOf(status: number, { route, failure }: State): Level {
  // WHY: there are many of them when there is no time for any; the metrics count them.
  if (failure instanceof Overloaded) return "info";
  if (status >= 500) return "error";
  return route === contract.health.livePath || route === contract.health.readyPath ? "debug" : "info";
}
