import { batched } from "../batch.ts";
import { type Database, DatabaseUnavailable, OutcomeUnknown, type Queryable } from "../database.ts";
import { asStored } from "../http/texts.ts";
import type { AuditJournal } from "./journal.ts";
import { type AuditLine, insertLines } from "./queries.ts";

/** Writes the audit log. It can add lines, and nothing else. */
export interface AuditWriter {
  /** Adds lines inside the transaction of the change that they tell of. */
  readonly write: (transaction: Queryable, lines: readonly AuditLine[]) => Promise<void>;
  /**
   * Adds lines that tell of a reading; they are kept when this resolves: in the log, or, while the database is away, in the
   * journal. When the database goes away in the middle, a line may come to be in both: twice rather than not at all.
   */
  readonly record: (lines: readonly AuditLine[]) => Promise<void>;
  /** Adds lines to the journal at once: nobody waits for a database that is away or busy. */
  readonly keepAside: (lines: readonly AuditLine[]) => Promise<void>;
}

/** Readings of one statement: more would make the statement long, not faster. */
const most = 200;
/** Statements on their way: while the server flushes its log for one, the next is prepared. */
const atOnce = 2;

/**
 * WHY in batches: requests that arrive while statements are on their way share the next one, and so one flush of the server's
 * log. A request that is alone waits for nobody.
 */
export function createAuditWriter(database: Database, journal: AuditJournal, now: () => number): AuditWriter {
  const record = batched(
    async (readings: readonly (readonly AuditLine[])[]) => {
      await keep(readings.flat());
      return () => undefined;
    },
    { most, atOnce },
  );

  async function keep(lines: readonly AuditLine[]): Promise<void> {
    try {
      await insertLines(database, lines);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable || error instanceof OutcomeUnknown)) throw error;
      await keepAside(lines);
    }
  }

  async function keepAside(lines: readonly AuditLine[]): Promise<void> {
    const at = asStored(now());
    try {
      await journal.append(lines.map((line) => ({ ...line, at })));
    } catch (cause) {
      throw new DatabaseUnavailable("unreachable", 1_000, { cause });
    }
  }

  return {
    keepAside,
    write: async (transaction, lines) => {
      if (lines.length > 0) await insertLines(transaction, lines);
    },
    record,
  };
}
