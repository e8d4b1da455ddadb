import type * as z from "zod";
import { batchedLookup } from "../batch.ts";
import { page } from "../http/cursor.ts";
import { changedMeanwhile, etag, isKnown } from "../http/etag.ts";
import { type Route, read, write } from "../http/route.ts";
import { asMoment, idParams } from "../http/texts.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import {
  deletePatient,
  findPatients,
  findVersions,
  hasAppointmentsAhead,
  insertPatient,
  lockPatient,
  type PatientRow,
  searchPatients,
  updatePatient,
} from "./queries.ts";
import { HistoryQuery, Patient, PatientHistory, PatientInput, PatientQuery, Patients } from "./schema.ts";

const absent = "There is no patient with this id.";
const notFound = () => new Problem(404, absent);
const tagged = { ETag: "The version, for If-Match" };
const staff = ["clinician", "receptionist"] as const;
const pageSize = 20;

/** The people that the clinic is for. */
export function patients(services: Services): Route[] {
  return [search(), create(), one(services), update(), remove(), history()];
}

function shown({ id, familyName, givenName, birthDate, email, phone }: PatientRow): z.input<typeof Patient> {
  return { id, familyName, givenName, birthDate, email, phone };
}

function search(): Route {
  return read({
    path: "/patients",
    mayBeStale: true,
    summary: "Search patients",
    description:
      "In the order of family name, given name, id. Names match by their beginning, whatever their case and accents. Pages stay right while patients are added.",
    access: staff,
    query: PatientQuery,
    answers: { 200: { description: "A page", body: Patients, headers: { Link: "The next page, if there is one" } } },
    async handle({ query: { limit = pageSize, cursor: after, ...filter }, note, context }, database) {
      const rows = await searchPatients(database, { ...filter, after }, limit + 1);
      const { items, next } = page(rows, limit, ({ familyName, givenName, id }) => [familyName, givenName, id]);
      note({ action: "patient.listed", subject: "patient", detail: { ids: items.map(({ id }) => id) } });
      return {
        status: 200,
        ...(next !== null && { headers: { Link: link(context.querystring, next) } }),
        body: { items: items.map(shown), next },
      };
    },
  });
}

function link(querystring: string, next: string): string {
  const parameters = new URLSearchParams(querystring);
  parameters.set("cursor", next);
  return `</patients?${parameters.toString()}>; rel="next"`;
}

function create(): Route {
  return write({
    method: "POST",
    path: "/patients",
    summary: "Add a patient",
    access: staff,
    body: PatientInput,
    answers: { 201: { description: "Added", body: Patient, headers: { Location: "Where it is", ...tagged } } },
    async handle({ body, caller, note }, transaction) {
      const id = await insertPatient(transaction, body, caller.account);
      note({ action: "patient.created", subject: "patient", id });
      return { status: 201, headers: { Location: `/patients/${id}`, ETag: etag(1) }, body: { id, ...body } };
    },
  });
}

function one({ database }: Services): Route {
  // One batch on its way: more would be smaller, and each costs the database as much as a larger one.
  const find = batchedLookup((ids: readonly number[]) => findPatients(database, ids), { most: 200, atOnce: 1 });
  return read({
    path: "/patients/:id",
    mayBeStale: true,
    shared: true,
    summary: "One patient",
    access: staff,
    params: idParams,
    answers: {
      200: { description: "The patient", body: Patient, headers: tagged },
      304: { description: "As If-None-Match says", headers: tagged },
    },
    problems: { 404: absent },
    async handle({ params: { id }, note, context }) {
      note({ action: "patient.read", subject: "patient", id });
      const patient = await find(id);
      if (patient === undefined) throw notFound();
      const headers = { ETag: etag(patient.version) };
      if (isKnown(context.req.headers["if-none-match"], headers.ETag)) return { status: 304, headers, body: null };
      return { status: 200, headers, body: shown(patient) };
    },
  });
}

function update(): Route {
  return write({
    method: "PUT",
    path: "/patients/:id",
    summary: "Change a patient",
    description: "The body replaces everything; what is left out becomes null.",
    access: staff,
    params: idParams,
    body: PatientInput,
    versioned: true,
    answers: { 200: { description: "Changed", body: Patient, headers: tagged } },
    problems: { 404: absent },
    async handle({ params: { id }, body, version, caller, note }, transaction) {
      const patient = await lockPatient(transaction, id);
      if (patient === undefined) throw notFound();
      if (patient.version !== version) throw changedMeanwhile(patient.version);
      await updatePatient(transaction, id, body, caller.account);
      note({ action: "patient.updated", subject: "patient", id, detail: { version: version + 1 } });
      return { status: 200, headers: { ETag: etag(version + 1) }, body: { id, ...body } };
    },
  });
}

function remove(): Route {
  return write({
    method: "DELETE",
    path: "/patients/:id",
    summary: "Remove a patient",
    description: "Hidden from then on; history and audit log stay.",
    access: staff,
    params: idParams,
    versioned: true,
    answers: { 204: { description: "Removed" } },
    problems: { 404: absent, 409: "There are appointments ahead." },
    async handle({ params: { id }, version, caller, note }, transaction) {
      const patient = await lockPatient(transaction, id);
      if (patient === undefined) throw notFound();
      if (patient.version !== version) throw changedMeanwhile(patient.version);
      if (await hasAppointmentsAhead(transaction, id)) {
        throw new Problem(409, "This patient has appointments ahead: cancel them first.");
      }
      await deletePatient(transaction, id, caller.account);
      note({ action: "patient.deleted", subject: "patient", id });
      return { status: 204, body: null };
    },
  });
}

function history(): Route {
  return read({
    path: "/patients/:id/history",
    mayBeStale: true,
    summary: "How a patient's record has changed",
    description: "The newest first; of a removed patient too.",
    access: staff,
    params: idParams,
    query: HistoryQuery,
    answers: { 200: { description: "A page of versions", body: PatientHistory } },
    problems: { 404: absent },
    async handle({ params: { id }, query: { limit = pageSize, cursor: before }, note }, database) {
      const rows = await findVersions(database, id, before, limit + 1);
      if (rows.length === 0 && before === undefined) throw notFound();
      note({ action: "patient.historyRead", subject: "patient", id });
      const { items, next } = page(rows, limit, ({ version }) => version);
      return { status: 200, body: { items: items.map((row) => ({ ...row, at: asMoment(row.at) })), next } };
    },
  });
}
