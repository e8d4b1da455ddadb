import { contract } from "@mainstay/contract";
import { Problem } from "../problem.ts";
import type { Middleware } from "./context.ts";

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** How many the limiter remembers; of more it forgets those that have been quiet for longest. */
const remembered = 50_000;

/**
 * Lets each account, or each address that is not signed in, make `perMinute` requests in a minute, also all at once. Per process.
 *
 * @param now milliseconds that only grow
 */
export function rateLimit(perMinute: number, now: () => number = () => performance.now()): Middleware {
  const take = limiter(perMinute, now);
  const policy = `"minute";q=${perMinute};w=60`;
  return async (context, next) => {
    const { caller, address, route } = context.state;
    // WHY: a load balancer that is refused would take the process out of service.
    if (route === contract.health.livePath || route === contract.health.readyPath) {
      await next();
      return;
    }
    const left = take(caller === undefined ? address : caller.account);
    context.res.setHeader("RateLimit-Policy", policy);
    context.res.setHeader("RateLimit", `"minute";r=${Math.max(0, Math.floor(left))};t=60`);
    if (left < 0) {
      const seconds = Math.max(1, Math.ceil((-left * 60) / perMinute));
      throw new Problem(429, `More than ${perMinute} requests in a minute.`, {
        headers: { "Retry-After": String(seconds) },
      });
    }
    await next();
  };
}

/** A bucket per key that holds `perMinute` and fills at that rate. Returns what is left, negative where none was. */
export function limiter(perMinute: number, now: () => number): (key: string | number) => number {
  const buckets = new Map<string | number, Bucket>();
  const perMs = perMinute / 60_000;
  return (key) => {
    const at = now();
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: perMinute, filledAt: at };
      forgetOldest(buckets);
    } else {
      bucket.tokens = Math.min(perMinute, bucket.tokens + (at - bucket.filledAt) * perMs);
      bucket.filledAt = at;
      // WHY: a Map keeps the order of insertion, so the first is always the one that was quiet for longest.
      buckets.delete(key);
    }
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return bucket.tokens - 1;
    bucket.tokens -= 1;
    return bucket.tokens;
  };
}

function forgetOldest(buckets: Map<string | number, Bucket>): void {
  if (buckets.size < remembered) return;
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
