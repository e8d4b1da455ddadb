import type { Json } from "../../read/json.ts";
import type { Kind } from "../kinds.ts";
import type { Found, View } from "../view.ts";
import type { Hit, Rule } from "./rule.ts";

/** What a rule of a table is called, where it applies, and why it matters. */
export interface Row {
  readonly id: string;
  readonly types: string | readonly string[];
  /** `point_in_time_recovery.enabled`: through blocks. */
  readonly attribute: string;
  readonly why: string | ((before: Json | undefined, after: Json | undefined) => string);
  readonly source: string;
}

type Test = (value: Json) => boolean;

/** Something good of which fewer are left: a switch that is turned off, a key that is taken away. Never judges what is new. */
export function lost(kind: Kind, isGood: Test, row: Row): Rule {
  return rule(kind, row, (view) => {
    const before = view.before(row.attribute).filter(({ value }) => isGood(value));
    const after = view.after(row.attribute).filter(({ value }) => isGood(value));
    if (before.length <= after.length || view.isUnknown(row.attribute)) return [];
    return [
      hit(
        row,
        before[0],
        view.after(row.attribute).find(({ value }) => !isGood(value)),
      ),
    ];
  });
}

/** Something bad of which there are more than before. Judges what is new, too. */
export function gained(kind: Kind, isBad: Test, row: Row): Rule {
  return {
    ...rule(kind, row, (view) => {
      const before = view.before(row.attribute).filter(({ value }) => isBad(value));
      const after = view.after(row.attribute).filter(({ value }) => isBad(value));
      if (after.length <= before.length) return [];
      const old = before.map(({ value }) => JSON.stringify(value));
      const added = after.find(({ value }) => !old.includes(JSON.stringify(value))) ?? after[0];
      return [
        hit(
          row,
          view.before(row.attribute).find(({ value }) => !isBad(value)),
          added,
        ),
      ];
    }),
    judgesNew: true,
  };
}

/** The same, but only of what was there before: for what is a choice when something is made, and a risk when it changes. */
export function becomes(kind: Kind, isBad: Test, row: Row): Rule {
  return rule(kind, row, (view) => (view.isNew ? [] : gained(kind, isBad, row).look(view)));
}

export const off = (kind: Kind, row: Row): Rule => lost(kind, (value) => value === true, row);
export const on = (kind: Kind, row: Row): Rule => gained(kind, (value) => value === true, row);
export const gone = (kind: Kind, row: Row): Rule => lost(kind, isSomething, row);

/** A number that is smaller, or larger, than before. */
export function lower(kind: Kind, row: Row): Rule {
  return number(kind, row, (before, after) => after < before);
}

export function higher(kind: Kind, row: Row): Rule {
  return number(kind, row, (before, after) => after > before);
}

/** A list with fewer entries than before. */
export function fewer(kind: Kind, row: Row): Rule {
  return rule(kind, row, (view) => {
    const [before, after] = [view.before(row.attribute)[0], view.after(row.attribute)[0]];
    if (!Array.isArray(before?.value) || view.isUnknown(row.attribute)) return [];
    const left = Array.isArray(after?.value) ? after.value : [];
    return left.length < before.value.length && left.length > 0 ? [hit(row, before, after)] : [];
  });
}

/** Any other value than before. Neither of the two may be missing. */
export function differs(kind: Kind, row: Row): Rule {
  return rule(kind, row, (view) => {
    const [before, after] = [view.before(row.attribute)[0], view.after(row.attribute)[0]];
    if (before === undefined || after === undefined) return [];
    return JSON.stringify(before.value) === JSON.stringify(after.value) ? [] : [hit(row, before, after)];
  });
}

/** A rule that looks for itself. */
export function rule(kind: Kind, row: Omit<Row, "why">, look: (view: View) => readonly Hit[]): Rule {
  const types = typeof row.types === "string" ? [row.types] : row.types;
  return { id: row.id, kind, types, source: row.source, watches: [row.attribute], look };
}

/** `1 day`, `7 days` */
export function days(value: Json | undefined): string {
  return Number(value) === 1 ? "1 day" : `${Number(value)} days`;
}

/** One of these values. */
export function is(...values: readonly Json[]): Test {
  return (value) => values.includes(value);
}

export function isSomething(value: Json): boolean {
  return value !== "" && value !== false && !(Array.isArray(value) && value.length === 0);
}

function number(kind: Kind, row: Row, isBad: (before: number, after: number) => boolean): Rule {
  return rule(kind, row, (view) => {
    const [before, after] = [view.before(row.attribute)[0], view.after(row.attribute)[0]];
    const [from, to] = [before, after].map((found) => numberOf(found?.value));
    return from !== undefined && to !== undefined && isBad(from, to) ? [hit(row, before, after)] : [];
  });
}

function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return typeof value === "number" ? value : undefined;
}

export function hit(row: Pick<Row, "attribute" | "why">, before: Found | undefined, after: Found | undefined): Hit {
  const why = typeof row.why === "string" ? row.why : row.why(before?.value, after?.value);
  return {
    path: after?.path ?? before?.path ?? row.attribute.split("."),
    before: before?.value,
    after: after?.value,
    why,
  };
}
