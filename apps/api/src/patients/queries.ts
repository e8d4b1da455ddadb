import type * as z from "zod";
import type { Queryable, Value } from "../database.ts";
import type { PatientInput, SortKey } from "./schema.ts";

export type Particulars = z.output<typeof PatientInput>;

export interface PatientRow extends Particulars {
  readonly id: number;
  readonly version: number;
}

export type Change = "created" | "updated" | "deleted";

export interface VersionRow extends Particulars {
  readonly version: number;
  readonly kind: Change;
  readonly at: string;
  readonly account: number;
}

const particulars = "family_name AS familyName, given_name AS givenName, birth_date AS birthDate, email, phone";
const columns = `id, version, ${particulars}`;

/** Those of `ids` that there are. */
export async function findPatients(database: Queryable, ids: readonly number[]): Promise<Map<number, PatientRow>> {
  const rows = await database.query<PatientRow>(
    `SELECT ${columns} FROM patients WHERE id IN (${ids.map(() => "?").join(", ")}) AND deleted_at IS NULL`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The patient, whom nobody else changes until the transaction ends. */
export async function lockPatient(transaction: Queryable, id: number): Promise<PatientRow | undefined> {
  const [row] = await transaction.query<PatientRow>(
    `SELECT ${columns} FROM patients WHERE id = ? AND deleted_at IS NULL FOR UPDATE`,
    [id],
  );
  return row;
}

/** Whether there is such a patient, and none is deleted until the transaction ends. */
export async function holdPatient(transaction: Queryable, id: number): Promise<boolean> {
  const rows = await transaction.query(
    "SELECT id FROM patients WHERE id = ? AND deleted_at IS NULL LOCK IN SHARE MODE",
    [id],
  );
  return rows.length > 0;
}

export interface Search {
  readonly familyName?: string | undefined;
  readonly givenName?: string | undefined;
  readonly birthDate?: string | undefined;
  readonly after?: z.output<typeof SortKey> | undefined;
}

/**
 * Patients in the order of family name, given name, id, after a key.
 *
 * WHY the comparison in steps: the optimiser turns it into ranges of the index, which it does not for (a, b, c) > (?, ?, ?).
 */
export function searchPatients(database: Queryable, search: Search, limit: number): Promise<PatientRow[]> {
  const conditions: { sql: string; values: Value[] }[] = [{ sql: "deleted_at IS NULL", values: [] }];
  const add = (sql: string, ...values: Value[]) => conditions.push({ sql, values });
  if (search.birthDate !== undefined) add("birth_date = ?", search.birthDate);
  if (search.familyName !== undefined) add("family_name LIKE ?", prefix(search.familyName));
  if (search.givenName !== undefined) add("given_name LIKE ?", prefix(search.givenName));
  if (search.after !== undefined) {
    const [family, given, id] = search.after;
    add(
      "(family_name > ? OR (family_name = ? AND given_name > ?) OR (family_name = ? AND given_name = ? AND id > ?))",
      family,
      family,
      given,
      family,
      given,
      id,
    );
  }
  return database.query<PatientRow>(
    `SELECT ${columns} FROM patients WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}
     ORDER BY family_name, given_name, id LIMIT ?`,
    [...conditions.flatMap(({ values }) => values), limit],
  );
}

/** WHY: `%` and `_` stand for anything in a pattern, and people have neither in mind. */
function prefix(text: string): string {
  return `${text.replace(/[\\%_]/g, "\\$&")}%`;
}

export async function insertPatient(transaction: Queryable, patient: Particulars, account: number): Promise<number> {
  const { insertId } = await transaction.execute(
    `INSERT INTO patients (family_name, given_name, birth_date, email, phone, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    valuesOf(patient),
  );
  await remember(transaction, insertId, "created", account);
  return insertId;
}

export async function updatePatient(
  transaction: Queryable,
  id: number,
  patient: Particulars,
  account: number,
): Promise<void> {
  await transaction.execute(
    `UPDATE patients SET family_name = ?, given_name = ?, birth_date = ?, email = ?, phone = ?,
       version = version + 1, updated_at = UTC_TIMESTAMP(3) WHERE id = ?`,
    [...valuesOf(patient), id],
  );
  await remember(transaction, id, "updated", account);
}

/** Hides the patient. Everything about them stays, as the law wants it. */
export async function deletePatient(transaction: Queryable, id: number, account: number): Promise<void> {
  await transaction.execute(
    `UPDATE patients SET version = version + 1, updated_at = UTC_TIMESTAMP(3), deleted_at = UTC_TIMESTAMP(3)
     WHERE id = ?`,
    [id],
  );
  await remember(transaction, id, "deleted", account);
}

export async function hasAppointmentsAhead(transaction: Queryable, id: number): Promise<boolean> {
  const rows = await transaction.query(
    `SELECT id FROM appointments WHERE patient_id = ? AND starts_at > UTC_TIMESTAMP(3) AND status = 'booked' LIMIT 1`,
    [id],
  );
  return rows.length > 0;
}

/** The newest versions first, before a version. */
export function findVersions(
  database: Queryable,
  id: number,
  before: number | undefined,
  limit: number,
): Promise<VersionRow[]> {
  return database.query<VersionRow>(
    `SELECT version, kind, changed_at AS at, account_id AS account, ${particulars}
     FROM patient_versions WHERE patient_id = ? ${before === undefined ? "" : "AND version < ?"}
     ORDER BY version DESC LIMIT ?`,
    [id, ...(before === undefined ? [] : [before]), limit],
  );
}

async function remember(transaction: Queryable, id: number, kind: Change, account: number): Promise<void> {
  await transaction.execute(
    `INSERT INTO patient_versions
       (patient_id, version, changed_at, account_id, kind, family_name, given_name, birth_date, email, phone)
     SELECT id, version, updated_at, ?, ?, family_name, given_name, birth_date, email, phone
     FROM patients WHERE id = ?`,
    [account, kind, id],
  );
}

function valuesOf({ familyName, givenName, birthDate, email, phone }: Particulars): Value[] {
  return [familyName, givenName, birthDate, email, phone];
}
