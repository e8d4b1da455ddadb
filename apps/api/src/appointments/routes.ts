import type * as z from "zod";
import { page } from "../http/cursor.ts";
import { changedMeanwhile, etag } from "../http/etag.ts";
import { type Route, read, write } from "../http/route.ts";
import { asMoment, idParams } from "../http/texts.ts";
import { holdPatient } from "../patients/queries.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import {
  type AppointmentRow,
  cancelAppointment,
  findAppointment,
  findAppointments,
  holdClinician,
  insertAppointment,
  moveAppointment,
  Taken,
} from "./queries.ts";
import { Agenda, AgendaQuery, Appointment, Booking, Move } from "./schema.ts";
import { asWallClock, ClockProblem, type Span, spanOf, spanOfDay } from "./time.ts";

const absent = "There is no appointment with this id.";
const notFound = () => new Problem(404, absent);
const tagged = { ETag: "The version, for If-Match" };
const staff = ["clinician", "receptionist"] as const;
const conflict = { 409: "Clinician or patient have another appointment at that time, or it is cancelled." };
const pageSize = 50;
/** Bookings further ahead are mistakes in the year. */
const furthestMs = 2 * 366 * 86_400_000;

/** Who sees whom, and when. */
export function appointments(services: Services): Route[] {
  return [agenda(), book(services), one(), move(services), cancel()];
}

function shown(row: AppointmentRow): z.input<typeof Appointment> {
  const { id, patientId, clinicianId, timeZone, reason, status } = row;
  const from = Date.parse(asMoment(row.startsAt));
  const to = Date.parse(asMoment(row.endsAt));
  const when = { startsAt: asWallClock(from, timeZone), endsAt: asWallClock(to, timeZone) };
  return { id, patientId, clinicianId, ...when, timeZone, minutes: (to - from) / 60_000, reason, status };
}

function agenda(): Route {
  return read({
    path: "/appointments",
    mayBeStale: true,
    summary: "Appointments of a clinician or a patient",
    description: "In the order of their beginning, cancelled ones too.",
    access: staff,
    query: AgendaQuery,
    answers: { 200: { description: "A page", body: Agenda } },
    async handle(
      { query: { clinicianId, patientId, day, timeZone, limit = pageSize, cursor: after }, note },
      database,
    ) {
      const span = day === undefined || timeZone === undefined ? undefined : spanOfDay(day, timeZone);
      const rows = await findAppointments(database, { clinicianId, patientId, span, after }, limit + 1);
      const { items, next } = page(rows, limit, ({ startsAt, id }) => [startsAt, id]);
      // WHY whose: a booking makes what is remembered of these agendas out of date.
      const whose = { ...(clinicianId && { clinicianId }), ...(patientId && { patientId }) };
      const ids = items.map(({ id }) => id);
      note({ action: "appointment.listed", subject: "appointment", detail: { ids, ...whose } });
      return { status: 200, body: { items: items.map(shown), next } };
    },
  });
}

function book({ now }: Services): Route {
  return write({
    method: "POST",
    path: "/appointments",
    summary: "Book an appointment",
    description:
      "Neither clinician nor patient are ever booked twice: the database refuses the second, however many ask at once.",
    access: staff,
    body: Booking,
    answers: { 201: { description: "Booked", body: Appointment, headers: { Location: "Where it is", ...tagged } } },
    problems: conflict,
    async handle({ body, note }, transaction) {
      const { patientId, clinicianId, timeZone } = body;
      const span = allowedSpan(body, now());
      await holdParties(transaction, patientId, clinicianId);
      const id = await orTaken(insertAppointment(transaction, { ...body, span }));
      note({ action: "appointment.booked", subject: "appointment", id, detail: { patientId, clinicianId } });
      const booked = { startsAt: asWallClock(span.from, timeZone), endsAt: asWallClock(span.to, timeZone) };
      return {
        status: 201,
        headers: { Location: `/appointments/${id}`, ETag: etag(1) },
        body: { id, ...body, ...booked, status: "booked" as const },
      };
    },
  });
}

function one(): Route {
  return read({
    path: "/appointments/:id",
    mayBeStale: true,
    summary: "One appointment",
    access: staff,
    params: idParams,
    answers: { 200: { description: "The appointment", body: Appointment, headers: tagged } },
    problems: { 404: absent },
    async handle({ params: { id }, note }, database) {
      const row = await findAppointment(database, id);
      if (row === undefined) throw notFound();
      note({ action: "appointment.read", subject: "appointment", id });
      return { status: 200, headers: { ETag: etag(row.version) }, body: shown(row) };
    },
  });
}

function move({ now }: Services): Route {
  return write({
    method: "PUT",
    path: "/appointments/:id",
    summary: "Move an appointment",
    access: staff,
    params: idParams,
    body: Move,
    versioned: true,
    answers: { 200: { description: "Moved", body: Appointment, headers: tagged } },
    problems: { 404: absent, ...conflict },
    async handle({ params: { id }, body, version, note }, transaction) {
      const span = allowedSpan(body, now());
      const row = await lockBooked(transaction, id, version);
      await holdParties(transaction, row.patientId, row.clinicianId);
      await orTaken(moveAppointment(transaction, row, span, body.timeZone));
      const { patientId, clinicianId } = row;
      const detail = { version: version + 1, patientId, clinicianId };
      note({ action: "appointment.moved", subject: "appointment", id, detail });
      const moved = await findAppointment(transaction, id);
      if (moved === undefined) throw notFound();
      return { status: 200, headers: { ETag: etag(moved.version) }, body: shown(moved) };
    },
  });
}

function cancel(): Route {
  return write({
    method: "DELETE",
    path: "/appointments/:id",
    summary: "Cancel an appointment",
    description: "It stays to be read; its time is free again.",
    access: staff,
    params: idParams,
    versioned: true,
    answers: { 204: { description: "Cancelled" } },
    problems: { 404: absent, ...conflict },
    async handle({ params: { id }, version, note }, transaction) {
      await lockBooked(transaction, id, version);
      await cancelAppointment(transaction, id);
      note({ action: "appointment.cancelled", subject: "appointment", id });
      return { status: 204, body: null };
    },
  });
}

type Transaction = Parameters<typeof insertAppointment>[0];

async function lockBooked(transaction: Transaction, id: number, version: number): Promise<AppointmentRow> {
  const row = await findAppointment(transaction, id, true);
  if (row === undefined) throw notFound();
  if (row.version !== version) throw changedMeanwhile(row.version);
  if (row.status === "cancelled") throw new Problem(409, "This appointment is cancelled: book another.");
  return row;
}

/** WHY in this order everywhere: who takes locks in one order cannot deadlock. */
async function holdParties(transaction: Transaction, patientId: number, clinicianId: number): Promise<void> {
  const fields = [
    ...((await holdPatient(transaction, patientId)) ? [] : [missing("/patientId", "A patient that is there.")]),
    ...((await holdClinician(transaction, clinicianId))
      ? []
      : [missing("/clinicianId", "A clinician who works here.")]),
  ];
  if (fields.length > 0) throw new Problem(422, fields.map(({ detail }) => detail).join(" "), { fields });
}

function missing(pointer: string, detail: string) {
  return { at: { pointer }, detail };
}

function allowedSpan(when: z.output<typeof Move>, now: number): Span {
  const refuse = (detail: string) =>
    new Problem(422, `/startsAt: ${detail}`, { fields: [missing("/startsAt", detail)] });
  let span: Span;
  try {
    span = spanOf(when.startsAt, when.timeZone, when.minutes);
  } catch (error) {
    throw error instanceof ClockProblem ? refuse(error.message) : error;
  }
  if (span.from < now) throw refuse("This is past.");
  if (span.from > now + furthestMs) throw refuse("This is more than two years ahead.");
  return span;
}

async function orTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
    throw new Problem(409, `The ${error.who} has another appointment at that time.`);
  }
}
