import { readConfig } from "@mainstay/api/src/config.ts";
import { createAnswers } from "@mainstay/api/src/degradation/remembered.ts";
import type { Admission } from "@mainstay/api/src/overload/admission.ts";
import { startService } from "@mainstay/api/src/service.ts";
import { createNaiveDatabase } from "./naive-database.ts";
import { createNaiveFiles } from "./naive-files.ts";

/** Nothing waits, and nothing is refused. */
const unbounded: Admission = {
  run: (work) => work(),
  share: (work) => work(),
  crowded: () => false,
  state: () => ({ running: 0, waiting: 0, limit: Number.POSITIVE_INFINITY }),
};

/** What a `node:http` server has when nobody says otherwise, in milliseconds. */
const defaults = { keepAliveTimeout: 5_000, headersTimeout: 60_000, requestTimeout: 300_000 };

/**
 * The same routes, as a process usually serves them: mysql2's pool, no memory of answers, everything begins at once, uploads under
 * their own name, Node's own timeouts. It has no handler for SIGTERM, and so ends at once.
 */
export async function runNaive(environment: NodeJS.ProcessEnv, host: string): Promise<void> {
  const config = readConfig(environment);
  const { server } = await startService(config, {
    host,
    openDatabase: createNaiveDatabase,
    answers: createAnswers({ age: 0, bytes: 0 }),
    admission: unbounded,
    lag: { ms: () => 0 },
    files: createNaiveFiles(config.documentsDirectory),
  });
  Object.assign(server, defaults);
}
