import * as z from "zod";
import { cursor } from "../http/cursor.ts";
import { id, moment, plainText, wholeNumber } from "../http/texts.ts";

export const UploadQuery = z.strictObject({
  name: plainText(200).meta({
    description: "What people call it",
    examples: ["report.pdf"],
    documented: { type: "string", minLength: 1, maxLength: 200, examples: ["report.pdf"] },
  }),
});

export const Document = z
  .strictObject({
    id,
    patientId: id,
    name: z.string(),
    mediaType: z.string(),
    bytes: z.int(),
    sha256: z.string().meta({ description: "Of its content, in hexadecimal" }),
    createdBy: id,
    createdAt: moment,
  })
  .meta({ id: "Document" });

export const DocumentsQuery = z.strictObject({
  limit: wholeNumber(1, 100).optional(),
  cursor: cursor(z.int().min(1)).optional(),
});

export const Documents = z
  .strictObject({ items: z.array(Document), next: z.string().nullable() })
  .meta({ id: "Documents" });
