import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../read/json.ts";

/** A plan that Terraform made: `shop-risky`, `catalogue-network`. Each call answers a new one. */
export function fixture(name: string): JsonObject {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/${name}.plan.json`), "utf8")) as JsonObject;
}

/** Addresses of what a plan manages. */
export function managed(plan: JsonObject): string[] {
  const entries = plan.resource_changes as unknown as readonly (Entry & { readonly mode: string })[];
  return entries.filter(({ mode }) => mode === "managed").map(({ address }) => address);
}

/** Values by their path: `{ "rule.0.enabled": false }`. */
export type Patch = Readonly<Record<string, Json>>;

/** What becomes of a resource that stays as it is in the fixture. */
export type Seed =
  | { readonly action: "update" | "replace" | "create"; readonly patch: Patch; readonly more?: JsonObject }
  | { readonly action: "delete" | "forget"; readonly more?: JsonObject };

interface Entry {
  readonly address: string;
  readonly change: { readonly before: JsonObject };
}

const actions = {
  update: ["update"],
  replace: ["delete", "create"],
  create: ["create"],
  delete: ["delete"],
  forget: ["forget"],
};

/** `plan` with one resource changed. Throws where it has none of this address. */
export function seeded(plan: JsonObject, address: string, seed: Seed): JsonObject {
  const entries = plan.resource_changes as unknown as readonly Entry[];
  if (!entries.some((entry) => entry.address === address)) throw new Error(`no ${address} in the fixture`);
  const changed = entries.map((entry) => (entry.address === address ? withSeed(entry, seed) : entry));
  return { ...plan, resource_changes: changed as unknown as Json };
}

function withSeed(entry: Entry, seed: Seed): Entry {
  const { before } = entry.change;
  const after = "patch" in seed ? patched(before, seed.patch) : null;
  const change = {
    ...entry.change,
    actions: actions[seed.action],
    before: seed.action === "create" ? null : before,
    after,
    ...(seed.action === "replace" && {
      replace_paths: [Object.keys("patch" in seed ? seed.patch : {})[0]?.split(".")],
    }),
    ...seed.more,
  };
  return { ...entry, change: change as unknown as Entry["change"] };
}

function patched(before: JsonObject, patch: Patch): JsonObject {
  const after = structuredClone(before);
  for (const [path, value] of Object.entries(patch)) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    let current = after as Record<string, unknown>;
    for (const step of steps) {
      const next = current[step];
      if (typeof next !== "object" || next === null) throw new Error(`nothing at ${path} in the fixture`);
      current = next as Record<string, unknown>;
    }
    if (JSON.stringify(current[last]) === JSON.stringify(value))
      throw new Error(`${path} is ${JSON.stringify(value)} already`);
    current[last] = value;
  }
  return after;
}
