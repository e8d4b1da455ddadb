import { contract } from "@mainstay/contract";
import type { Middleware } from "../http/context.ts";
import type { Route } from "../http/route.ts";
import { Overloaded } from "./admission.ts";

/** What a request costs at most, the cheapest first: health checks, readings, changes, and what computes or receives before it. */
export const costs = ["health", "reading", "change", "heavy"] as const;
export type Cost = (typeof costs)[number];

export function costOf(route: Route): Cost {
  if (route.path === contract.health.livePath || route.path === contract.health.readyPath) return "health";
  if (route.method === "GET") return "reading";
  return route.prepare === undefined ? "change" : "heavy";
}

/** Whether a request is refused at once, when the event loop is that many milliseconds late. The cheapest live longest. */
export function isRefused(cost: Cost, lagMs: number, limit: number = contract.overload.lagMs): boolean {
  const shares: Readonly<Record<Cost, number>> = {
    heavy: 1,
    change: 1.5,
    reading: 2,
    health: Number.POSITIVE_INFINITY,
  };
  return lagMs > limit * shares[cost];
}

/** How late the event loop is. */
export interface Lag {
  /** Milliseconds by which it was late each of the last times. */
  readonly ms: () => number;
  readonly stop: () => void;
}

const everyMs = 20;
/** WHY several: one pause is a collection of garbage, or another process's turn; overload is one after the other. */
const times = 4;

/**
 * Looks at how late a timer comes, and says what it was late by at least, of the last times.
 *
 * @param now milliseconds that only grow
 */
export function watchLag(now: () => number = () => performance.now()): Lag {
  const last = Array.from({ length: times }, () => 0);
  let due = now() + everyMs;
  const timer = setInterval(() => {
    const at = now();
    last.shift();
    last.push(Math.max(0, at - due));
    due = at + everyMs;
  }, everyMs).unref();
  return { ms: () => Math.min(...last), stop: () => clearInterval(timer) };
}

/**
 * Refuses what the process has no time for, before it has cost anything: so a queue in memory cannot grow. A reading that may be
 * answered from memory goes on, and asks nobody else.
 */
export function shed(lag: Pick<Lag, "ms">): Middleware {
  return async (context, next) => {
    const { route } = context.state.match;
    if (isRefused(costOf(route), lag.ms())) {
      if (!("mayBeStale" in route && route.mayBeStale)) throw new Overloaded();
      context.state.hurried = true;
    }
    await next();
  };
}
