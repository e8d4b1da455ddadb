import type { Queryable, Value } from "../database.ts";
import { asStored } from "../http/texts.ts";
import { isDuplicate } from "../sql-errors.ts";
import { type Span, slotsOf } from "./time.ts";

export interface AppointmentRow {
  readonly id: number;
  readonly patientId: number;
  readonly clinicianId: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly timeZone: string;
  readonly reason: string | null;
  readonly status: "booked" | "cancelled";
  readonly version: number;
}

/** Whom an appointment takes. */
interface Parties {
  readonly patientId: number;
  readonly clinicianId: number;
}

/** Who has another appointment at that time. */
export class Taken extends Error {
  override readonly name = "Taken";
  readonly who: "clinician" | "patient";

  constructor(who: "clinician" | "patient") {
    super(`the ${who} is taken`);
    this.who = who;
  }
}

const columns = `id, patient_id AS patientId, clinician_id AS clinicianId, starts_at AS startsAt, ends_at AS endsAt,
  time_zone AS timeZone, reason, status, version`;

/** @param lock keeps others from changing it until the transaction ends */
export async function findAppointment(
  database: Queryable,
  id: number,
  lock = false,
): Promise<AppointmentRow | undefined> {
  const sql = `SELECT ${columns} FROM appointments WHERE id = ?${lock ? " FOR UPDATE" : ""}`;
  const [row] = await database.query<AppointmentRow>(sql, [id]);
  return row;
}

/** Whether this is a clinician who works here, and stays one until the transaction ends. */
export async function holdClinician(transaction: Queryable, id: number): Promise<boolean> {
  const rows = await transaction.query(
    "SELECT id FROM accounts WHERE id = ? AND role = 'clinician' AND disabled_at IS NULL LOCK IN SHARE MODE",
    [id],
  );
  return rows.length > 0;
}

export interface AgendaFilter {
  readonly clinicianId: number | undefined;
  readonly patientId: number | undefined;
  readonly span: Span | undefined;
  readonly after: readonly [string, number] | undefined;
}

/** In the order of their beginning, after a key. */
export function findAppointments(database: Queryable, filter: AgendaFilter, limit: number): Promise<AppointmentRow[]> {
  const conditions: { sql: string; values: Value[] }[] = [];
  const add = (sql: string, ...values: Value[]) => conditions.push({ sql, values });
  if (filter.clinicianId !== undefined) add("clinician_id = ?", filter.clinicianId);
  if (filter.patientId !== undefined) add("patient_id = ?", filter.patientId);
  if (filter.span !== undefined) {
    add("starts_at >= ? AND starts_at < ?", asStored(filter.span.from), asStored(filter.span.to));
  }
  if (filter.after !== undefined) {
    const [startsAt, id] = filter.after;
    add("(starts_at > ? OR (starts_at = ? AND id > ?))", startsAt, startsAt, id);
  }
  return database.query<AppointmentRow>(
    `SELECT ${columns} FROM appointments WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}
     ORDER BY starts_at, id LIMIT ?`,
    [...conditions.flatMap(({ values }) => values), limit],
  );
}

export interface NewAppointment extends Parties {
  readonly span: Span;
  readonly timeZone: string;
  readonly reason: string | null;
}

/** @throws {Taken} when clinician or patient have another appointment at that time: the database refuses the second. */
export async function insertAppointment(transaction: Queryable, appointment: NewAppointment): Promise<number> {
  const { patientId, clinicianId, span, timeZone, reason } = appointment;
  const { insertId } = await transaction.execute(
    `INSERT INTO appointments
       (patient_id, clinician_id, starts_at, ends_at, time_zone, reason, status, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, 'booked', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [patientId, clinicianId, asStored(span.from), asStored(span.to), timeZone, reason],
  );
  await takeSlots(transaction, insertId, appointment, span);
  return insertId;
}

/** @throws {Taken} as {@link insertAppointment} */
export async function moveAppointment(
  transaction: Queryable,
  appointment: AppointmentRow,
  span: Span,
  timeZone: string,
): Promise<void> {
  await freeSlots(transaction, appointment.id);
  await transaction.execute(
    `UPDATE appointments SET starts_at = ?, ends_at = ?, time_zone = ?, version = version + 1,
       updated_at = UTC_TIMESTAMP(3) WHERE id = ?`,
    [asStored(span.from), asStored(span.to), timeZone, appointment.id],
  );
  await takeSlots(transaction, appointment.id, appointment, span);
}

export async function cancelAppointment(transaction: Queryable, id: number): Promise<void> {
  await freeSlots(transaction, id);
  await transaction.execute(
    "UPDATE appointments SET status = 'cancelled', version = version + 1, updated_at = UTC_TIMESTAMP(3) WHERE id = ?",
    [id],
  );
}

async function freeSlots(transaction: Queryable, id: number): Promise<void> {
  await transaction.execute("DELETE FROM clinician_slots WHERE appointment_id = ?", [id]);
  await transaction.execute("DELETE FROM patient_slots WHERE appointment_id = ?", [id]);
}

/** WHY always clinicians before patients, and slots in order: who takes locks in one order cannot deadlock. */
async function takeSlots(transaction: Queryable, id: number, parties: Parties, span: Span): Promise<void> {
  const slots = slotsOf(span);
  const take = async (who: Taken["who"], whom: number) => {
    const rows = slots.map(() => "(?, ?, ?)").join(", ");
    try {
      await transaction.execute(
        `INSERT INTO ${who}_slots (${who}_id, slot, appointment_id) VALUES ${rows}`,
        slots.flatMap((slot) => [whom, slot, id]),
      );
    } catch (error) {
      throw isDuplicate(error) ? new Taken(who) : error;
    }
  };
  await take("clinician", parties.clinicianId);
  await take("patient", parties.patientId);
}
