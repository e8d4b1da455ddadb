import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../../src/app.ts";
import { createDatabase, type Database } from "../../../src/database.ts";
import { listen } from "../../../src/listen.ts";
import { createLog } from "../../../src/log.ts";
import { createMetrics } from "../../../src/observability/metrics.ts";
import { announce } from "./database.ts";

// Ours, as it is delivered; `BENCH_WITHOUT` takes one protection away, to see what it costs.
const without = process.env.BENCH_WITHOUT ?? "";
const pool = createDatabase(JSON.parse(process.env.BENCH_DATABASE ?? "{}"));
const database = without === "audit" ? forgetful(pool) : pool;
const app = createApp({
  database,
  lifecycle: { phase: "serving", migrated: true },
  log: createLog(without === "log" ? "silent" : "info"),
  secrets: [process.env.BENCH_SECRET ?? ""],
  documentsDirectory: mkdtempSync(join(tmpdir(), "mainstay-bench-")),
  requestsPerMinute: 100_000_000,
  ...(without !== "metrics" && { metrics: createMetrics(database) }),
});
const server = await listen(app.callback(), 0, "127.0.0.1");
announce((server.address() as AddressInfo).port);

/** Writes no line of the audit log. */
function forgetful(it: Database): Database {
  const nothing = { affectedRows: 0, insertId: 0 };
  return {
    ...it,
    execute: async (sql, values) => (sql.startsWith("INSERT INTO audit_log") ? nothing : it.execute(sql, values)),
  };
}
