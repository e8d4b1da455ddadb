import { readFileSync } from "node:fs";
import { join } from "node:path";

type Entry = { address: string; name: string; change: { actions: string[]; before: object; after: object } };

/**
 * A plan of `count` changes. Each is a copy of a resource from real plans, under another name: a third of them is updated by an attribute
 * that a rule watches, a tenth is replaced, a tenth made, a tenth deleted, and the rest is changed in its tags.
 */
export function forgedPlan(count: number): string {
  const folder = join(import.meta.dirname, "../src/review/fixtures");
  const plans = ["database", "storage", "security", "service", "load-balancer", "network"].map(
    (group) =>
      JSON.parse(readFileSync(join(folder, `catalogue-${group}.plan.json`), "utf8")) as { resource_changes: Entry[] },
  );
  const [first] = plans;
  const entries = plans.flatMap((plan) => plan.resource_changes).filter((entry) => entry.change.actions[0] === "no-op");
  const changes = Array.from({ length: count }, (_value, index) => forged(entries[index % entries.length], index));
  return JSON.stringify({ ...first, resource_changes: changes });
}

function forged(entry: Entry | undefined, index: number): object {
  if (entry === undefined) throw new Error("the fixtures have no resource that stays as it is");
  const name = `${entry.name}_${index}`;
  const { before } = entry.change as { before: Record<string, unknown> };
  const base = { ...entry, name, address: entry.address.replace(entry.name, name) };
  const change = (more: object) => ({ ...base, change: { ...entry.change, ...more } });
  const flipped = Object.fromEntries(
    Object.entries(before).map(([key, value]) => [
      key,
      typeof value === "boolean" ? !value : typeof value === "number" ? 0 : value,
    ]),
  );
  switch (index % 10) {
    case 0:
      return change({ actions: ["delete", "create"], after: flipped, replace_paths: [[Object.keys(before)[0]]] });
    case 1:
      return change({ actions: ["create"], before: null });
    case 2:
      return change({ actions: ["delete"], after: null });
    case 3:
    case 4:
    case 5:
      return change({ actions: ["update"], after: flipped });
    default:
      return change({ actions: ["update"], after: { ...before, tags: { Name: name } } });
  }
}
