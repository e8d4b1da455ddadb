import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createApp, type Dependencies } from "./app.ts";
import { startEntering } from "./audit/enter.ts";
import { createAuditJournal, journalIn } from "./audit/journal.ts";
import type { Config, DatabaseConfig } from "./config.ts";
import { createDatabase, type Database } from "./database.ts";
import { createDocumentFiles } from "./documents/files.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { startMaintenance } from "./maintenance.ts";
import { migrateUntilDone } from "./migrations/until-done.ts";
import { startMetrics } from "./observability/metrics-server.ts";
import { logPoolEvents } from "./observability/pool-log.ts";
import { startTracing } from "./observability/tracing.ts";
import { type ShutdownTiming, shutDown } from "./shutdown.ts";

/** The API as a process runs it. */
export interface RunningService {
  readonly server: Server;
  readonly port: number;
  readonly database: Database;
  /** Resolves when the schema is up to date. */
  readonly migrated: Promise<void>;
  readonly stop: (timing: ShutdownTiming) => Promise<void>;
}

/** What may be replaced, beside the parts of {@link Dependencies}: the lab compares with what is usually written. */
export interface ServiceOptions extends Pick<Dependencies, "answers" | "admission" | "lag" | "files"> {
  /** @default all addresses */
  readonly host?: string;
  /** What stands between the API and its database. @default createDatabase */
  readonly openDatabase?: (config: DatabaseConfig) => Database;
}

/** Starts everything: it listens at once, and is ready when the database is there and its schema up to date. */
export async function startService(config: Config, options: ServiceOptions = {}): Promise<RunningService> {
  const { host, openDatabase = createDatabase, ...parts } = options;
  const log = createLog(config.logLevel);
  const tracing = await startTracing(config.tracesEndpoint);
  const silence = logPoolEvents(log);
  const pool = openDatabase(config.database);
  const database = tracing?.observe(pool) ?? pool;
  const lifecycle: Lifecycle = { phase: "serving", migrated: false };
  const metrics = await startMetrics(database, config.metricsPort, host);
  const journal = createAuditJournal(journalIn(config.documentsDirectory));
  const app = createApp({
    ...config,
    ...parts,
    database,
    lifecycle,
    log,
    journal,
    ...(metrics && { metrics }),
    ...(tracing && { tracing }),
  });
  const server = await listen(app.callback(), config.port, host, log);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, "listening");

  const migrated = migrateUntilDone(config.database, lifecycle, log);
  const entering = startEntering(journal, database, log);
  const maintenance = startMaintenance(database, createDocumentFiles(config.documentsDirectory), log);
  return {
    server,
    port,
    database,
    migrated,
    async stop(timing) {
      maintenance.stop();
      entering.stop();
      await shutDown({ server, database, lifecycle, log }, timing);
      silence();
      await tracing?.stop().catch(() => undefined);
    },
  };
}
