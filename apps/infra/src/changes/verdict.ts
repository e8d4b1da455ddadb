import type { PlannedChange } from "@mainstay/emulator";
import { irreplaceable } from "../recovery/kinds.ts";
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
    if (loses(type, action)) return [`${address} would be ${action}d, and what it holds lost`];
    if (allowed[action].includes(short) || allowed[action].includes("*")) return [];
    return [`${address}: ${action} was not expected`];
  });
}

/** Whether something is lost that no change of the table may lose, whatever else it allows. */
function loses(type: string, action: PlannedChange["action"]): boolean {
  // WHY less than replacing: a zone that is left takes its address, gateway, subnets and mount targets with it.
  if (action === "delete") return irreplaceable.has(type);
  return action === "replace" && (irreplaceable.has(type) || stateful.includes(type));
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
