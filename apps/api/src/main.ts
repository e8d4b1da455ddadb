import { contract } from "@mainstay/contract";
import { readConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { startService } from "./service.ts";
import type { ShutdownTiming } from "./shutdown.ts";

try {
  const service = await startService(readConfig(process.env));
  let stopping = false;
  const stop = async (timing: ShutdownTiming) => {
    if (stopping) return;
    stopping = true;
    await service.stop(timing);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop(contract.shutdown));
  // WHY: Ctrl-C comes from a developer: no load balancer has to notice.
  process.on("SIGINT", () => void stop({ ...contract.shutdown, lameDuck: 0 }));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
