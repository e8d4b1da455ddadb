import fc from "fast-check";
import type { Timing } from "../rules.ts";

const margin = fc.integer({ min: 1, max: 4 });
const marginMs = fc.integer({ min: 1, max: 900 });

/** For tests: timings of which all rules hold, of different sizes and with margins that may be the smallest. */
export const soundTiming: fc.Arbitrary<Timing> = fc
  .record({
    timeout: fc.integer({ min: 1, max: 3 }),
    threshold: fc.integer({ min: 1, max: 3 }),
    databaseAway: fc.integer({ min: 1, max: 400 }),
    closePool: margin,
    checkInterval: margin,
    poolSize: fc.integer({ min: 1, max: 50 }),
    spare: fc.array(margin, { minLength: 12, maxLength: 12 }),
    spareMs: fc.array(marginMs, { minLength: 5, maxLength: 5 }),
  })
  .map(({ timeout, threshold, databaseAway, closePool, checkInterval, poolSize, spare, spareMs }) => {
    const [a = 1, b = 1, c = 1, d = 1, e = 1, f = 1, g = 1, h = 1, i = 1, j = 1, k = 1, l = 1] = spare;
    const [acquireTimeoutMs = 1, connectTimeoutMs = 1, queryTimeoutMs = 1, more = 1, less = 1] = spareMs;
    const acquire = acquireTimeoutMs + 1;
    const operationTimeoutMs = acquire + queryTimeoutMs + more;
    const operation = Math.ceil(operationTimeoutMs / 1000);
    const interval = timeout + a;
    const request = operation + b;
    const loadBalancerIdle = request + c;
    const keepAlive = loadBalancerIdle + d;
    const lameDuck = interval * threshold + e;
    const drain = request + checkInterval + operation + f - 1;
    const deregistration = lameDuck + drain + g - 1;
    const atOnce = poolSize + h - 1;
    return {
      health: { interval, timeout, unhealthyThreshold: threshold, databaseAway },
      containerHealth: { interval: timeout + i, timeout },
      connection: { loadBalancerIdle, keepAlive, headers: keepAlive + j, request, checkInterval },
      shutdown: {
        lameDuck,
        drain,
        closePool,
        deregistration,
        stopTimeout: Math.max(deregistration, lameDuck + drain + closePool) + k,
      },
      database: { acquireTimeoutMs: acquire, connectTimeoutMs, queryTimeoutMs, operationTimeoutMs, poolSize },
      stale: { age: databaseAway + l - 1, afterMs: Math.min(less, acquire - 1) },
      overload: { atLeast: Math.max(1, atOnce - a + 1), atOnce, crowdedWaitMs: more, waitMs: more + b },
      documents: { orphanAge: request + c },
      audit: { segment: a, orphanAge: 2 * a + d },
    };
  });
