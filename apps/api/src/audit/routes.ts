import * as z from "zod";
import { cursor, page } from "../http/cursor.ts";
import { type Route, read, subjects } from "../http/route.ts";
import { asMoment, id, idText, moment, wholeNumber } from "../http/texts.ts";
import { findLines } from "./queries.ts";

const AuditQuery = z.strictObject({
  subject: z.enum(subjects, `One of ${subjects.join(", ")}.`).optional(),
  subjectId: idText.optional(),
  account: idText.optional(),
  limit: wholeNumber(1, 100).optional(),
  cursor: cursor(z.int().min(1)).optional(),
});

const AuditLog = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.int(),
        at: moment,
        account: id.nullable().meta({ description: "Who; null: nobody was signed in" }),
        action: z.string().meta({ examples: ["patient.read"] }),
        subject: z.enum(subjects),
        subjectId: id.nullable(),
        detail: z.record(z.string(), z.unknown()).nullable(),
        requestId: z.string(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: "AuditLog" });

const pageSize = 50;

/** Who saw or changed what. */
export function audit(): Route[] {
  return [
    read({
      path: "/audit",
      summary: "Who saw or changed what",
      description: "The newest first. Lines are added, and never changed or removed.",
      access: ["admin"],
      query: AuditQuery,
      answers: { 200: { description: "A page of lines", body: AuditLog } },
      async handle({ query: { limit = pageSize, cursor: before, ...filter }, note }, database) {
        const { subject, subjectId, account } = filter;
        const rows = await findLines(database, { before, subject, subjectId, account }, limit + 1);
        note({ action: "audit.read", subject: "audit", detail: filter });
        const { items, next } = page(rows, limit, (row) => row.id);
        return {
          status: 200,
          body: {
            items: items.map((row) => ({
              ...row,
              at: asMoment(row.at),
              detail: row.detail === null ? null : JSON.parse(row.detail),
            })),
            next,
          },
        };
      },
    }),
  ];
}
