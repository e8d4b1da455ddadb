import { contract } from "@mainstay/contract";
import { readConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { type ServiceOptions, startService } from "./service.ts";
import type { ShutdownTiming } from "./shutdown.ts";

/** The life of a process that serves the API: starts as `environment` says, ends on SIGTERM in the order of ECS, or at once with 1. */
export async function run(environment: NodeJS.ProcessEnv, options: ServiceOptions = {}): Promise<void> {
  try {
    const service = await startService(readConfig(environment), options);
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
}
