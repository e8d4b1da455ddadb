import * as z from "zod";
import { email } from "../accounts/schema.ts";
import { cursor } from "../http/cursor.ts";
import { day, id, largestId, moment, plainText, wholeNumber } from "../http/texts.ts";

const phone = z
  .string("Text.")
  .regex(/^\+?[0-9][0-9 ()/.-]{3,38}$/, "A phone number, as in +49 30 123456.")
  .meta({ examples: ["+49 30 123456"] });

const particulars = {
  familyName: plainText(200),
  givenName: plainText(200),
  birthDate: day,
  email: email.nullable().default(null),
  phone: phone.nullable().default(null),
};

/** What people write about a patient. */
export const PatientInput = z.strictObject(particulars).meta({ id: "PatientInput" });

const stored = {
  familyName: z.string(),
  givenName: z.string(),
  birthDate: z.string().meta({ format: "date" }),
  email: z.string().nullable(),
  phone: z.string().nullable(),
};

export const Patient = z.strictObject({ id, ...stored }).meta({ id: "Patient" });

export const SortKey = z.tuple([z.string().max(200), z.string().max(200), z.int().min(1).max(largestId)]);

export const PatientQuery = z.strictObject({
  familyName: plainText(200)
    .optional()
    .meta({ documented: { type: "string" }, description: "How it begins" }),
  givenName: plainText(200)
    .optional()
    .meta({ documented: { type: "string" }, description: "How it begins" }),
  birthDate: day.optional(),
  limit: wholeNumber(1, 100).optional(),
  cursor: cursor(SortKey).optional(),
});

export const Patients = z
  .strictObject({
    items: z.array(Patient),
    next: z.string().nullable().meta({ description: "Cursor of the next page; null on the last" }),
  })
  .meta({ id: "Patients" });

export const PatientVersion = z
  .strictObject({
    version: z.int(),
    kind: z.enum(["created", "updated", "deleted"]),
    at: moment,
    account: id.meta({ description: "Who did it" }),
    ...stored,
  })
  .meta({ id: "PatientVersion" });

export const HistoryQuery = z.strictObject({
  limit: wholeNumber(1, 100).optional(),
  cursor: cursor(z.int().min(1)).optional(),
});

export const PatientHistory = z
  .strictObject({ items: z.array(PatientVersion), next: z.string().nullable() })
  .meta({ id: "PatientHistory" });
