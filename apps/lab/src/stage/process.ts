import { createAnswers } from "@mainstay/api/src/degradation/remembered.ts";
import { run } from "@mainstay/api/src/run.ts";
import { stepClock } from "./clock.ts";
import { createNaiveDatabase } from "./naive.ts";

/** One process of the API on the stage: as it is in production, or over a naive pool, without a memory. */

process.on("message", ({ stepMs }: { readonly stepMs: number }) => stepClock(stepMs));
// WHY: a lab that is killed leaves nothing behind.
process.on("disconnect", () => process.exit(1));
const naive = { openDatabase: createNaiveDatabase, answers: createAnswers({ age: 0, bytes: 0 }) };
await run(process.env, { host: "127.0.0.1", ...(process.argv[2] === "naive" && naive) });
