import type * as z from "zod";
import { refuseCoding } from "../http/body.ts";
import { page } from "../http/cursor.ts";
import { isKnown } from "../http/etag.ts";
import { type Route, read, write } from "../http/route.ts";
import { asMoment, idParams } from "../http/texts.ts";
import { holdPatient } from "../patients/queries.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { StoredFile } from "./files.ts";
import { mediaTypeOf, mediaTypes } from "./media-types.ts";
import { type DocumentRow, deleteDocument, findDocument, findDocuments, insertDocument } from "./queries.ts";
import { disposition, rangeOf } from "./range.ts";
import { Document, Documents, DocumentsQuery, UploadQuery } from "./schema.ts";

const absent = "There is no document with this id.";
const notFound = () => new Problem(404, absent);
const noPatient = "There is no patient with this id.";
const clinicians = ["clinician"] as const;
const pageSize = 50;

/** Files about a patient. What they say is for clinicians. */
export function documents(services: Services): Route[] {
  return [upload(services), list(), one(), content(services), remove()];
}

function shown(row: DocumentRow): z.input<typeof Document> {
  const { id, patientId, name, mediaType, bytes, createdBy } = row;
  const sha256 = row.sha256.toString("hex");
  return { id, patientId, name, mediaType, bytes, sha256, createdBy, createdAt: asMoment(row.createdAt) };
}

function upload({ files }: Services): Route {
  return write({
    method: "POST",
    path: "/patients/:id/documents",
    summary: "Upload a document",
    description: `The body is the file, with its Content-Type. Sending it again with the same Idempotency-Key keeps it once.`,
    access: clinicians,
    params: idParams,
    query: UploadQuery,
    stream: mediaTypes,
    answers: { 201: { description: "Kept", body: Document, headers: { Location: "Where it is" } } },
    problems: { 404: noPatient, 413: "Too large", 415: "Not a type that may be uploaded, or not what it says it is" },
    async prepare({ context: { req } }): Promise<StoredFile & { mediaType: string; fingerprint: string }> {
      const mediaType = mediaTypeOf(req.headers["content-type"]);
      if (mediaType === undefined) {
        throw new Problem(415, `A document is ${mediaTypes.join(", ")}.`, {
          headers: { Accept: mediaTypes.join(", ") },
        });
      }
      refuseCoding(req);
      const stored = await files.receive(req, mediaType);
      return { ...stored, mediaType, fingerprint: `${mediaType} ${stored.sha256.toString("hex")}` };
    },
    async handle({ params: { id: patientId }, query: { name }, caller, note }, transaction, stored) {
      if (!(await holdPatient(transaction, patientId))) throw new Problem(404, noPatient);
      const id = await insertDocument(transaction, { ...stored, patientId, name, createdBy: caller.account });
      note({ action: "document.uploaded", subject: "document", id, detail: { patientId } });
      const row = await findDocument(transaction, id);
      if (row === undefined) throw notFound();
      return { status: 201, headers: { Location: `/documents/${id}` }, body: shown(row) };
    },
    discard: ({ file }) => files.remove(file),
  });
}

function list(): Route {
  return read({
    path: "/patients/:id/documents",
    mayBeStale: true,
    summary: "Documents about a patient",
    description: "The newest first.",
    access: clinicians,
    params: idParams,
    query: DocumentsQuery,
    answers: { 200: { description: "A page", body: Documents } },
    async handle({ params: { id }, query: { limit = pageSize, cursor: before }, note }, database) {
      const { items, next } = page(await findDocuments(database, id, before, limit + 1), limit, (row) => row.id);
      note({ action: "document.listed", subject: "patient", id, detail: { ids: items.map((row) => row.id) } });
      return { status: 200, body: { items: items.map(shown), next } };
    },
  });
}

function one(): Route {
  return read({
    path: "/documents/:id",
    mayBeStale: true,
    summary: "What is known of a document",
    access: clinicians,
    params: idParams,
    answers: { 200: { description: "Without its content", body: Document } },
    problems: { 404: absent },
    async handle({ params: { id }, note }, database) {
      const row = await findDocument(database, id);
      if (row === undefined) throw notFound();
      note({ action: "document.read", subject: "document", id });
      return { status: 200, body: shown(row) };
    },
  });
}

function content({ files }: Services): Route {
  const headers = {
    ETag: "The SHA-256 of the content",
    "Accept-Ranges": "bytes",
    "Content-Disposition": "attachment, with the name",
  };
  return read({
    path: "/documents/:id/content",
    summary: "Download a document",
    description: "Range and If-Range are understood, for one range.",
    access: clinicians,
    params: idParams,
    answers: {
      200: { description: "The whole file", media: "*/*", headers },
      206: { description: "A part of it", media: "*/*", headers: { ...headers, "Content-Range": "Which part" } },
      304: { description: "As If-None-Match says" },
    },
    problems: { 404: absent, 416: "The file is shorter" },
    async handle({ params: { id }, note, context }, database) {
      const row = await findDocument(database, id);
      if (row === undefined) throw notFound();
      note({ action: "document.downloaded", subject: "document", id });
      const { method, req } = context;
      const tag = `"${row.sha256.toString("hex")}"`;
      if (isKnown(req.headers["if-none-match"], tag)) return { status: 304, headers: { ETag: tag }, body: null };

      const fresh = req.headers["if-range"] === undefined || req.headers["if-range"] === tag;
      const range = fresh ? rangeOf(req.headers.range, row.bytes) : undefined;
      if (range === "unsatisfiable") {
        throw new Problem(416, `The file has ${row.bytes} bytes.`, {
          headers: { "Content-Range": `bytes */${row.bytes}` },
        });
      }
      const sent = {
        ETag: tag,
        "Accept-Ranges": "bytes",
        "Content-Type": row.mediaType,
        "Content-Disposition": disposition(row.name),
        "Content-Length": String(range ? range.end - range.start + 1 : row.bytes),
      };
      // WHY: nobody would read the file for HEAD, and it would stay open.
      const body = method === "HEAD" ? null : await files.read(row.file, range);
      if (range === undefined) return { status: 200, headers: sent, body };
      const part = `bytes ${range.start}-${range.end}/${row.bytes}`;
      return { status: 206, headers: { ...sent, "Content-Range": part }, body };
    },
  });
}

function remove(): Route {
  return write({
    method: "DELETE",
    path: "/documents/:id",
    summary: "Remove a document",
    description: "Hidden from then on; the content stays on disk.",
    access: clinicians,
    params: idParams,
    answers: { 204: { description: "Removed" } },
    problems: { 404: absent },
    async handle({ params: { id }, note }, transaction) {
      if (!(await deleteDocument(transaction, id))) throw notFound();
      note({ action: "document.deleted", subject: "document", id });
      return { status: 204, body: null };
    },
  });
}
