import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import { forgetAttempts, forgetSessions } from "./accounts/queries.ts";
import type { Database } from "./database.ts";
import type { DocumentFiles } from "./documents/files.ts";
import { knownFiles } from "./documents/queries.ts";
import { forgetKeys } from "./idempotency/queries.ts";
import { describeError } from "./log.ts";

/** Rows of one statement: few enough to keep nobody waiting. */
const atOnce = 1000;

/** Cleans up now and then, each task for itself. What fails is tried again the next time. */
export function startMaintenance(database: Database, files: DocumentFiles, log: Logger): { stop(): void } {
  const { sweepInterval } = contract.documents;
  // WHY the share of chance: tasks that were started together shall not all clean at the same time.
  const delay = () => sweepInterval * 1000 * (0.5 + Math.random());
  let timer: NodeJS.Timeout;
  const schedule = () => {
    timer = setTimeout(() => void clean(database, files, log).finally(schedule), delay()).unref();
  };
  schedule();
  return { stop: () => clearTimeout(timer) };
}

/** What a crash has left of files, and rows that nobody needs any more. */
export async function clean(database: Database, files: DocumentFiles, log: Logger): Promise<void> {
  try {
    const orphans = await files.sweep(contract.documents.orphanAge, (found) => knownFiles(database, found));
    const keys = await untilFew(() => forgetKeys(database, contract.requests.idempotencyKept, atOnce));
    const sessions = await untilFew(() => forgetSessions(database, atOnce));
    const attempts = await untilFew(() => forgetAttempts(database, contract.accounts.attemptWindow, atOnce));
    log.info({ orphans, keys, sessions, attempts }, "cleaned");
  } catch (error) {
    log.warn({ error: describeError(error) }, "not cleaned");
  }
}

async function untilFew(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await step();
    total += removed;
    if (removed < atOnce) return total;
  }
}
