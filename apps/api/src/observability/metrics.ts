import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Database } from "../database.ts";

export interface Metrics {
  /** Counts one request: rate, errors and duration, per route and never per path. */
  readonly count: (method: string, route: string, status: number, seconds: number) => void;
  /** Everything, as Prometheus reads it. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

/** From what a cache answers to what a caller has given up on. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counters of this process: requests, connections of the database, the event loop and memory. */
export function createMetrics(database: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Requests by method, route and status: rate, errors and duration",
    labelNames: ["method", "route", "status"],
    buckets,
    registers: [registry],
  });
  poolMetrics(database, registry);
  return {
    count: (method, route, status, seconds) => duration.observe({ method, route, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** What the layer over the database says of itself, at the time when it is asked. */
function poolMetrics(database: Database, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "database_pool_connections",
    help: "Connections of the pool by state, and requests that wait for one",
    labelNames: ["state"],
    registers,
    collect() {
      const { idle, busy, connecting, waiting } = database.metrics().writer;
      for (const [state, value] of Object.entries({ idle, busy, connecting, waiting })) this.set({ state }, value);
    },
  });
  new Gauge({
    name: "database_breaker_open",
    help: "1 while the database cannot be reached, and requests are refused at once",
    registers,
    collect() {
      this.set(database.metrics().writer.breaker === "open" ? 1 : 0);
    },
  });
  new Gauge({
    name: "database_generation",
    help: "Grows with each sign of failover: older connections are retired",
    registers,
    collect() {
      this.set(database.metrics().writer.generation);
    },
  });
  new Gauge({
    name: "database_retry_budget",
    help: "Repeats that are left",
    registers,
    collect() {
      this.set(database.metrics().retryBudget);
    },
  });
  new Counter({
    name: "database_events_total",
    help: "What happened to connections and statements, by event and reason: closed, failed, retried, resolved ...",
    labelNames: ["event"],
    registers,
    collect() {
      // WHY from the start each time: the layer counts for itself.
      this.reset();
      for (const [event, count] of Object.entries(database.metrics().counters)) this.inc({ event }, count);
    },
  });
}
