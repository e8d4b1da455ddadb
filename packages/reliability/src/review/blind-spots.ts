import { notices, stateful, statefulElsewhere } from "../aws/consequences.ts";
import { isObject, type JsonObject, listAt, objectAt, textAt } from "../read/json.ts";
import type { Plan } from "../read/plan.ts";
import type { Masker } from "./masking/masker.ts";
import { isKnownType } from "./rules/all.ts";
import { madeAgainOften, nobodyMisses } from "./rules/removals.ts";

/** Something that this review could not look at. */
export interface BlindSpot {
  readonly stack: string;
  readonly id:
    | "ignored-attributes"
    | "refresh"
    | "data-read-at-apply"
    | "provisioners"
    | "other-stacks"
    | "types-without-rules"
    | "completeness"
    | "checks";
  /** A sentence. */
  readonly what: string;
  /** Addresses, types or names that it concerns. */
  readonly names: readonly string[];
}

/** What a plan hides from any reader, and what of this one no rule knows. */
export function blindSpotsOf(plan: Plan, masker: Masker): BlindSpot[] {
  const spot = (id: BlindSpot["id"], what: string, names: readonly string[] = []): BlindSpot => ({
    stack: plan.stack,
    id,
    what,
    names: [...new Set(names)].map((name) => masker.text(name)),
  });
  const some = (id: BlindSpot["id"], what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [spot(id, what, names)];
  const written = [...resourcesIn(objectAt(plan.configuration, "root_module"), "")];
  return [
    ...some(
      "data-read-at-apply",
      "Data sources that are read during the apply: what they answer, and all that follows from it, is not in the plan.",
      plan.changes.filter(({ action }) => action === "read").map(({ instance }) => instance),
    ),
    ...some(
      "provisioners",
      "Provisioners run programs of their own; the plan does not say what those do.",
      written.filter(({ entry }) => listAt(entry, "provisioners").length > 0).map(({ address }) => address),
    ),
    ...some(
      "other-stacks",
      "Other stacks are read: what they change at the same time is not in this plan.",
      written.filter(({ entry }) => textAt(entry, "type") === "terraform_remote_state").map(({ address }) => address),
    ),
    ...some(
      "types-without-rules",
      "No rule of Mainstay knows these types: a change of them is called harmless for want of knowledge.",
      plan.changes
        .filter(({ action, mode }) => mode === "managed" && action !== "no-op")
        .map(({ type }) => type)
        .filter((type) => !isKnown(type)),
    ),
    ...some(
      "checks",
      "Terraform's own checks that do not hold, or are not known to.",
      plan.checks.map(
        ({ address, status, messages }) =>
          `${address}: ${status}${messages.length > 0 ? `: ${messages.join("; ")}` : ""}`,
      ),
    ),
    ...(plan.complete === undefined && plan.readable
      ? [
          spot("completeness", "This Terraform does not say whether the plan is complete; versions from 1.8 do.", [
            plan.terraformVersion,
          ]),
        ]
      : []),
    spot("ignored-attributes", "Attributes under ignore_changes: a plan does not show that they differ."),
    spot("refresh", "Whether the plan was made with -refresh=false: drift would be missing then."),
  ];
}

function isKnown(type: string): boolean {
  return (
    isKnownType(type) ||
    nobodyMisses.has(type) ||
    madeAgainOften.has(type) ||
    Object.hasOwn(stateful, type) ||
    Object.hasOwn(statefulElsewhere, type) ||
    Object.hasOwn(notices, type)
  );
}

function* resourcesIn(
  module: JsonObject,
  prefix: string,
): Generator<{ readonly address: string; readonly entry: JsonObject }> {
  for (const entry of listAt(module, "resources"))
    if (isObject(entry)) yield { address: `${prefix}${textAt(entry, "address") ?? ""}`, entry };
  const calls = objectAt(module, "module_calls");
  for (const name of Object.keys(calls))
    yield* resourcesIn(objectAt(calls, name, "module"), `${prefix}module.${name}.`);
}
