import type { Queryable } from "../database.ts";
import type { Sighting } from "../http/route.ts";

/** A line of the log, before it has an id and a time. */
export interface AuditLine extends Sighting {
  readonly account: number | null;
  readonly requestId: string;
  /** When, as `2026-01-31 12:00:00.000` in UTC. @default the server's now */
  readonly at?: string;
}

export interface StoredLine {
  readonly id: number;
  readonly at: string;
  readonly account: number | null;
  readonly action: string;
  readonly subject: Sighting["subject"];
  readonly subjectId: number | null;
  readonly detail: string | null;
  readonly requestId: string;
}

export interface LineFilter {
  readonly before: number | undefined;
  readonly subject: Sighting["subject"] | undefined;
  readonly subjectId: number | undefined;
  readonly account: number | undefined;
}

/**
 * WHY as one JSON text: of many lines with six values each the driver would escape each value, which costs more than all else
 * of a reading. What is absent in the JSON is NULL in the row.
 */
export async function insertLines(database: Queryable, lines: readonly AuditLine[]): Promise<void> {
  await database.execute(
    `INSERT INTO audit_log (at, account_id, action, subject, subject_id, detail, request_id)
     SELECT COALESCE(at, UTC_TIMESTAMP(3)), account, action, subject, id, detail, request
     FROM JSON_TABLE(?, '$[*]' COLUMNS (
       at DATETIME(3) PATH '$.at',
       account INT UNSIGNED PATH '$.account',
       action VARCHAR(40) PATH '$.action',
       subject VARCHAR(20) PATH '$.subject',
       id INT UNSIGNED PATH '$.id',
       detail TEXT PATH '$.detail',
       request VARCHAR(64) PATH '$.request'
     )) AS line`,
    [JSON.stringify(lines.map(asRow))],
  );
}

function asRow({ at, account, action, subject, id, detail, requestId: request }: AuditLine) {
  const text = detail === undefined ? undefined : JSON.stringify(detail);
  return { at, account: account ?? undefined, action, subject, id, detail: text, request };
}

/** The newest lines first. */
export function findLines(database: Queryable, filter: LineFilter, limit: number): Promise<StoredLine[]> {
  const conditions = [
    { sql: "id < ?", value: filter.before },
    { sql: "subject = ?", value: filter.subject },
    { sql: "subject_id = ?", value: filter.subjectId },
    { sql: "account_id = ?", value: filter.account },
  ].flatMap(({ sql, value }) => (value === undefined ? [] : [{ sql, value }]));
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`;
  return database.query<StoredLine>(
    `SELECT id, at, account_id AS account, action, subject, subject_id AS subjectId, detail, request_id AS requestId
     FROM audit_log ${where} ORDER BY id DESC LIMIT ?`,
    [...conditions.map(({ value }) => value), limit],
  );
}
