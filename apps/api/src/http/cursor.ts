import * as z from "zod";

/**
 * Where a page ended, as text that callers hand back and need not understand: the sort key of its last row.
 *
 * WHY the key and not a number of rows: rows that are added before it must not move what comes after.
 */
export function cursor<S extends z.ZodType>(key: S) {
  return z
    .string()
    .max(2000, "A cursor as an answer gave it.")
    .transform((text, context): z.output<S> => {
      const decoded = key.safeParse(decode(text));
      if (decoded.success) return decoded.data;
      context.addIssue("A cursor as an answer gave it.");
      return z.NEVER;
    })
    .meta({ documented: { type: "string", description: "`next` of the page before" } });
}

export function encode(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** One page of `limit` rows, of which one more was read to know whether there is a next. */
export function page<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => unknown) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}
