import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goWithout, type Protection } from "../without.ts";
import { announce } from "./database.ts";

// Ours, as it is delivered; `BENCH_WITHOUT` takes protections away, to see what they cost.
const off = JSON.parse(process.env.BENCH_WITHOUT ?? "[]") as Protection[];
goWithout(off);
// WHY only now: what stands in for a module must be known before that is loaded.
const { createApp } = await import("../../../src/app.ts");
const { createDatabase } = await import("../../../src/database.ts");
const { listen } = await import("../../../src/listen.ts");
const { createLog } = await import("../../../src/log.ts");
const { createMetrics } = await import("../../../src/observability/metrics.ts");

const database = createDatabase(JSON.parse(process.env.BENCH_DATABASE ?? "{}"));
const app = createApp({
  database,
  lifecycle: { phase: "serving", migrated: true },
  log: createLog(off.includes("log") ? "silent" : "info"),
  secrets: [process.env.BENCH_SECRET ?? ""],
  documentsDirectory: mkdtempSync(join(tmpdir(), "mainstay-bench-")),
  requestsPerMinute: 100_000_000,
  ...(!off.includes("metrics") && { metrics: createMetrics(database) }),
});
const server = await listen(app.callback(), 0, "127.0.0.1");
announce((server.address() as AddressInfo).port);
