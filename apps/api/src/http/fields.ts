import type * as z from "zod";
import { type FieldProblem, Problem } from "../problem.ts";

type Place = (path: readonly PropertyKey[]) => FieldProblem["at"];

/** Where a problem of each part of a request is said to be. */
export const places = {
  body: (path) => ({
    pointer: path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
  }),
  parameter: (path) => ({ parameter: String(path[0] ?? "") }),
} satisfies Record<string, Place>;

/**
 * What `schema` makes of `value`.
 *
 * @throws {Problem} with `status` and every field that is wrong
 */
export function accept<S extends z.ZodType>(schema: S, value: unknown, status: number, place: Place): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap((issue) => fieldsOf(issue, place));
  const [only] = fields;
  const what =
    fields.length === 1 && only ? `${nameOf(only)}: ${only.detail}` : `${fields.length} fields are not right.`;
  throw new Problem(status, what, { fields });
}

function fieldsOf(issue: z.core.$ZodIssue, place: Place): FieldProblem[] {
  if (issue.code !== "unrecognized_keys") return [{ at: place(issue.path), detail: issue.message }];
  // WHY not zod's own text: it lists the keys in one line, away from where they are.
  return issue.keys.map((key) => ({ at: place([...issue.path, key]), detail: "This field is unknown." }));
}

function nameOf({ at }: FieldProblem): string {
  if ("pointer" in at) return at.pointer || "The body";
  return "parameter" in at ? at.parameter : at.header;
}
