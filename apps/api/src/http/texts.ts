import * as z from "zod";

/** The largest id that a column (INT UNSIGNED) can hold. */
export const largestId = 4_294_967_295;

/** An id, if `text` is one written plainly: `42`, but not `042`, `+42`, `4.2e1` or `%34%32`. */
export function parseId(text: string): number | undefined {
  if (!/^[1-9]\d{0,9}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= largestId ? id : undefined;
}

/** A whole number in a path or query: one spelling, in a range. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .transform((text, context) => {
      const number = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
      if (number >= least && number <= most) return number;
      context.addIssue(`A whole number from ${least} to ${most}.`);
      return z.NEVER;
    })
    .meta({ documented: { type: "integer", minimum: least, maximum: most } });
}

/** An id in a path or query. */
export const idText = wholeNumber(1, largestId).meta({
  documented: { type: "integer", minimum: 1, maximum: largestId, examples: [42] },
});

/** An id in a body. */
export const id = z.int("A whole number.").min(1, "1 or more.").max(largestId, `At most ${largestId}.`);

export const idParams = z.strictObject({ id: idText });

/** Text that a person typed: no control characters, no blanks around it, composed (NFC), so that equal looks are equal. */
export function plainText(most: number) {
  return z
    .string("Text.")
    .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text), "No control characters.")
    .refine((text) => text.trim() === text, "No blanks at the beginning or end.")
    .transform((text) => text.normalize("NFC"))
    .refine((text) => text.length >= 1 && Array.from(text).length <= most, `1 to ${most} characters.`)
    .meta({ documented: { type: "string", minLength: 1, maxLength: most } });
}

/** A day of the calendar that exists: `2024-02-29`, but not `2023-02-29`. */
export const day = z
  .string("A day as text.")
  .refine(isDay, "A day of the calendar, as in 1815-12-10.")
  .meta({ documented: { type: "string", format: "date", examples: ["1815-12-10"] } });

function isDay(text: string): boolean {
  if (!/^(1[0-9]|2[0-9])\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** A moment in answers: UTC, with milliseconds. */
export const moment = z.string().meta({ format: "date-time", examples: ["2026-03-29T07:30:00.000Z"] });

/** What the database keeps as DATETIME(3) in UTC, as a moment. */
export function asMoment(stored: string): string {
  return `${stored.replace(" ", "T")}Z`;
}

/** A moment as the database keeps it. */
export function asStored(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ");
}
