import { setTimeout as sleep } from "node:timers/promises";
import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import type { DatabaseConfig } from "../config.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { describeError } from "../log.ts";
import { migrate } from "./migrate.ts";

/** Brings the schema up to date, however long the database is away; readiness waits for it. Ends when the process stops. */
export async function migrateUntilDone(config: DatabaseConfig, lifecycle: Lifecycle, log: Logger): Promise<void> {
  while (lifecycle.phase === "serving") {
    try {
      const { applied, warnings } = await migrate(config);
      for (const warning of warnings) log.warn({ warning }, "migrated in part");
      if (applied.length > 0) log.info({ applied }, "migrated");
      lifecycle.migrated = true;
      return;
    } catch (error) {
      log.warn({ error: describeError(error) }, "not migrated yet");
      await sleep(contract.health.interval * 1000, undefined, { ref: false });
    }
  }
}
