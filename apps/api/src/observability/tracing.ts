import type { Database } from "../database.ts";
import type { Middleware } from "../http/context.ts";

/** Traces of requests and of what they ask the database. */
export interface Tracing {
  readonly middleware: Middleware;
  /** The same database; each statement is a span of the request that sent it. */
  readonly observe: (database: Database) => Database;
  /** Sends what is left. */
  readonly stop: () => Promise<void>;
}

/**
 * Begins to trace, where there is somebody to tell.
 *
 * WHY the import only then: OpenTelemetry costs start-up time and memory.
 */
export async function startTracing(endpoint: string | undefined): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { createTracing } = await import("./otlp.ts");
  return createTracing(endpoint);
}
