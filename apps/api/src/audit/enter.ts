import { createHash } from "node:crypto";
import { contract } from "@mainstay/contract";
import type { Logger } from "pino";
import type { Database } from "../database.ts";
import { insertKey } from "../idempotency/queries.ts";
import { describeError } from "../log.ts";
import { isDuplicate } from "../sql-errors.ts";
import type { AuditJournal, Segment } from "./journal.ts";
import { insertLines } from "./queries.ts";

const everyMs = contract.audit.enterInterval * 1000;
/** How often it looks for what others have left. */
const othersMs = contract.audit.orphanAge * 1000;
/** Lines of one statement. An inner matter: far below what one packet of MySQL may hold. */
const atOnce = 200;

/** Enters the journal in the log as soon as the database is back. */
export function startEntering(journal: AuditJournal, database: Database, log: Logger): { stop(): void } {
  let busy = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    const others = performance.now() - lookedAt > othersMs;
    if (busy || !(journal.pending() || others)) return;
    busy = true;
    try {
      await database.ping();
      lookedAt = performance.now();
      const entered = await enterAll(journal, database);
      if (entered > 0) log.info({ lines: entered }, "entered the journal in the audit log");
    } catch (error) {
      lookedAt = Number.NEGATIVE_INFINITY;
      log.debug({ error: describeError(error) }, "journal not entered yet");
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

/** Enters every segment that is closed. @returns the number of lines */
export async function enterAll(journal: AuditJournal, database: Database): Promise<number> {
  let entered = 0;
  for (const segment of await journal.segments()) {
    if (await enter(segment, database)) entered += segment.lines.length;
    await segment.remove();
  }
  return entered;
}

/**
 * Enters a segment once, however often and by however many it is tried: its id is a row of the same transaction.
 *
 * @returns false when somebody had entered it
 */
async function enter({ id, lines }: Segment, database: Database): Promise<boolean> {
  const mark = createHash("sha256").update(id).digest();
  try {
    return await database.transaction(async (transaction) => {
      await insertKey(transaction, { scope: "journal", key: id, keyId: "journal", mark });
      for (let from = 0; from < lines.length; from += atOnce) {
        await insertLines(transaction, lines.slice(from, from + atOnce));
      }
      return true;
    });
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
