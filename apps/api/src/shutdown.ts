import { once } from "node:events";
import type { Server } from "node:http";
import { within } from "@mainstay/mysql-resilience";
import type { Logger } from "pino";
import type { Database } from "./database.ts";
import type { Lifecycle, Phase } from "./lifecycle.ts";
import { closeSilentConnections } from "./listen.ts";

/** Seconds that the stages of a shutdown take at most. */
export interface ShutdownTiming {
  readonly lameDuck: number;
  readonly drain: number;
  readonly closePool: number;
}

export interface Service {
  readonly server: Server;
  readonly database: Database;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

/**
 * Ends a service without failing a request, in the order that ECS and the load balancer need. Never rejects: what does not
 * end in its time is cut.
 *
 * WHY: ECS sends SIGTERM while the load balancer still sends requests. So first only readiness says no, until that is
 * noticed, and only then the port closes.
 */
export async function shutDown(service: Service, timing: ShutdownTiming): Promise<void> {
  enter("lameDuck", service);
  await new Promise((resolve) => setTimeout(resolve, timing.lameDuck * 1000));
  enter("draining", service);
  await drain(service, timing.drain);
  await closePool(service, timing.closePool);
  service.log.info("stopped");
}

function enter(phase: Phase, { lifecycle, log }: Service): void {
  lifecycle.phase = phase;
  log.info({ phase }, "stopping");
}

async function drain({ server, log }: Service, seconds: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  closeSilentConnections(server);
  try {
    await within(seconds * 1000, closed, () => new Error("requests in flight"));
  } catch {
    log.warn({ seconds }, "cut the connections that did not end in time");
    server.closeAllConnections();
  }
}

async function closePool({ database, log }: Service, seconds: number): Promise<void> {
  try {
    await within(seconds * 1000, database.close(), () => new Error("silent database"));
  } catch {
    log.warn({ seconds }, "left connections of the database open");
  }
}
