import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { contract } from "@mainstay/contract";
import type { Database } from "../database.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Begins to count, where there is a port to read it at.
 *
 * WHY the import only then: the counters cost memory.
 *
 * @throws the error of the operating system, for example EADDRINUSE
 */
export async function startMetrics(database: Database, port?: number, host?: string): Promise<Metrics | undefined> {
  if (port === undefined) return undefined;
  const { createMetrics } = await import("./metrics.ts");
  const metrics = createMetrics(database);
  await serveMetrics(metrics, port, host);
  return metrics;
}

/**
 * Serves `GET /metrics` on a port of its own, so that no load balancer leads the outside there.
 *
 * @throws the error of the operating system, for example EADDRINUSE
 */
async function serveMetrics(metrics: Metrics, port: number, host?: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== contract.metrics.path) {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "Content-Type": metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen({ port, host });
  await once(server, "listening");
  server.unref();
  return server;
}
