import type { PlannedChange } from "@mainstay/emulator";
import type { Change } from "./changes.ts";
import { byType, stateful } from "./effect.ts";

/** What a change must not have done: a line each; none if all is well. */
export function objections(change: Change, planned: readonly PlannedChange[]): string[] {
  const { updates, replaces = [], deletes = [] } = change;
  const allowed = { update: updates, replace: replaces, delete: deletes, forget: [] as readonly string[] };
  return planned.flatMap(({ address, type, action, from }) => {
    const short = type.replace(/^aws_/, "");
    if (from !== undefined && from !== address) return [`${from} moves to ${address}`];
    if (action === "create") return [];
    if (action === "replace" && stateful.includes(type))
      return [`${address} would be replaced, and what it holds lost`];
    if (allowed[action].includes(short) || allowed[action].includes("*")) return [];
    return [`${address}: ${action} was not expected`];
  });
}

/** What a change did, as the table shows it: `13 created, 4 changed`. */
export function summarise(planned: readonly PlannedChange[]): string {
  const count = (action: PlannedChange["action"]) =>
    Object.values(byType(planned, action)).reduce((sum, number) => sum + number, 0);
  const parts = [
    [count("create"), "created"],
    [count("update"), "changed"],
    [count("replace"), "replaced"],
    [count("delete"), "deleted"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, verb]) => `${number} ${verb}`);
  return said.length === 0 ? "nothing" : said.join(", ");
}
