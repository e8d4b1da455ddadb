import { at, isObject, type Json, type JsonObject, listAt, objectAt, textAt, textOf } from "./json.ts";
import { type Deployed, identity, withoutKeys } from "./state.ts";

/** What Terraform means to do with one instance. */
export type Action = "no-op" | "create" | "read" | "update" | "delete" | "replace" | "forget";

/** One entry of a plan. */
export interface Change extends Pick<Deployed, "stack" | "address" | "module" | "mode" | "type" | "name"> {
  /** With keys, as the plan shows it. */
  readonly instance: string;
  /** Where it was before a `moved` block; with keys. */
  readonly previous: string | undefined;
  readonly action: Action;
  /** The new one is there before the old one goes. Only of a replacement. */
  readonly createBeforeDestroy: boolean;
  /** Undefined where there was nothing. */
  readonly before: JsonObject | undefined;
  /** Undefined where nothing will be. What only AWS can say is missing. */
  readonly after: JsonObject | undefined;
  /** True for each attribute that is known after the apply; of the form of `after`. */
  readonly unknown: JsonObject;
  /** Attributes that forced the replacement: `cidr_block`, `metadata.name`. */
  readonly replacedFor: readonly string[];
  /** `replace_because_cannot_update` and the like. */
  readonly reason: string | undefined;
  readonly imported: boolean;
}

/** A saved plan. */
export interface Plan {
  readonly stack: string;
  /** False where the JSON was no plan: nothing can be concluded from its emptiness. */
  readonly readable: boolean;
  /** It did not come to its end. */
  readonly errored: boolean;
  readonly changes: readonly Change[];
  /** What somebody else has changed since the last apply. */
  readonly drift: readonly Change[];
}

/** Reads `terraform show -json <plan file>`. Never throws. */
export function readPlan(json: unknown, stack: string): Plan {
  return {
    stack,
    readable: textAt(json, "format_version") !== undefined && Array.isArray(at(json, "resource_changes") ?? []),
    errored: at(json, "errored") === true,
    changes: listAt(json, "resource_changes").flatMap((entry) => changeOf(entry, stack)),
    drift: listAt(json, "resource_drift").flatMap((entry) => changeOf(entry, stack)),
  };
}

function changeOf(entry: Json, stack: string): Change[] {
  const parts = identity(entry, withoutKeys(textAt(entry, "module_address") ?? ""));
  const change = objectAt(entry, "change");
  const actions = listAt(change, "actions");
  const action = actionOf(actions);
  if (parts === undefined || action === undefined || at(entry, "deposed") !== undefined) return [];
  const { before, after } = change;
  return [
    {
      ...parts,
      stack,
      instance: textAt(entry, "address") ?? parts.address,
      previous: textAt(entry, "previous_address"),
      action,
      createBeforeDestroy: action === "replace" && actions[0] === "create",
      before: isObject(before) ? before : undefined,
      after: isObject(after) ? after : undefined,
      unknown: objectAt(change, "after_unknown"),
      replacedFor: listAt(change, "replace_paths").map(pathText),
      reason: textAt(entry, "action_reason"),
      imported: isObject(at(change, "importing")),
    },
  ];
}

const single = ["no-op", "create", "read", "update", "delete", "forget"] as const;

function actionOf(actions: readonly Json[]): Action | undefined {
  if (actions.length === 2) return actions.includes("create") && actions.includes("delete") ? "replace" : undefined;
  return single.find((action) => action === actions[0]);
}

function pathText(path: Json): string {
  return Array.isArray(path) ? path.map(textOf).join(".") : textOf(path);
}
