import type { Queryable } from "../database.ts";
import type { StoredFile } from "./files.ts";

export interface DocumentRow {
  readonly id: number;
  readonly patientId: number;
  readonly file: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly createdBy: number;
  readonly createdAt: string;
}

export interface NewDocument extends StoredFile {
  readonly patientId: number;
  readonly name: string;
  readonly mediaType: string;
  readonly createdBy: number;
}

const columns = `id, patient_id AS patientId, file, name, media_type AS mediaType, bytes, sha256,
  created_by AS createdBy, created_at AS createdAt`;

export async function findDocument(database: Queryable, id: number): Promise<DocumentRow | undefined> {
  const [row] = await database.query<DocumentRow>(
    `SELECT ${columns} FROM documents WHERE id = ? AND deleted_at IS NULL`,
    [id],
  );
  return row;
}

/** The newest first, before an id. */
export function findDocuments(
  database: Queryable,
  patientId: number,
  before: number | undefined,
  limit: number,
): Promise<DocumentRow[]> {
  return database.query<DocumentRow>(
    `SELECT ${columns} FROM documents WHERE patient_id = ? AND deleted_at IS NULL
     ${before === undefined ? "" : "AND id < ?"} ORDER BY id DESC LIMIT ?`,
    [patientId, ...(before === undefined ? [] : [before]), limit],
  );
}

export async function insertDocument(transaction: Queryable, document: NewDocument): Promise<number> {
  const { patientId, file, name, mediaType, bytes, sha256, createdBy } = document;
  const { insertId } = await transaction.execute(
    `INSERT INTO documents (patient_id, file, name, media_type, bytes, sha256, created_by, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))`,
    [patientId, file, name, mediaType, bytes, sha256, createdBy],
  );
  return insertId;
}

/** Hides the document; its content stays on disk. Returns whether it was there. */
export async function deleteDocument(transaction: Queryable, id: number): Promise<boolean> {
  const { affectedRows } = await transaction.execute(
    "UPDATE documents SET deleted_at = UTC_TIMESTAMP(3) WHERE id = ? AND deleted_at IS NULL",
    [id],
  );
  return affectedRows > 0;
}

/** Those of `files` that a document has, removed or not. */
export async function knownFiles(database: Queryable, files: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ file: string }>(
    `SELECT file FROM documents WHERE file IN (${files.map(() => "?").join(", ")})`,
    files,
  );
  return new Set(rows.map(({ file }) => file));
}
