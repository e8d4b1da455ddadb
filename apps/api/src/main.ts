import { contract } from "@mainstay/contract";
import { createApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { createDatabase } from "./database.ts";
import { explain } from "./explain.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { type ShutdownTiming, shutDown } from "./shutdown.ts";

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const database = createDatabase(config.database);
  const lifecycle: Lifecycle = { phase: "serving" };
  const server = await listen(createApp({ database, lifecycle, log }).callback(), config.port);
  log.info({ port: config.port }, "listening");

  const stop = async (timing: ShutdownTiming) => {
    if (lifecycle.phase !== "serving") return;
    await shutDown({ server, database, lifecycle, log }, timing);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop(contract.shutdown));
  // WHY: Ctrl-C comes from a developer: no load balancer has to notice.
  process.on("SIGINT", () => void stop({ ...contract.shutdown, lameDuck: 0 }));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
