import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
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
  new Gauge({
    name: "database_pool_connections",
    help: "Connections of the pool: open, idle, and requests that wait for one",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      for (const [state, value] of Object.entries(database.usage())) this.set({ state }, value);
    },
  });
  return {
    count: (method, route, status, seconds) => duration.observe({ method, route, status }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
