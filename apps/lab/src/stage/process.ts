import { run } from "@mainstay/api/src/run.ts";
import { stepClock } from "./clock.ts";
import { runNaive } from "./naive-service.ts";

/** One process of the API on the stage: as it is in production, or as it is usually written. */

process.on("message", ({ stepMs }: { readonly stepMs: number }) => stepClock(stepMs));
// WHY: a lab that is killed leaves nothing behind.
process.on("disconnect", () => process.exit(1));
if (process.argv[2] === "naive") await runNaive(process.env, "127.0.0.1");
else await run(process.env, { host: "127.0.0.1" });
