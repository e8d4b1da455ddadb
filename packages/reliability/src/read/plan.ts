import { at, isObject, isTooDeep, type Json, type JsonObject, listAt, objectAt, textAt, textOf } from "./json.ts";
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
  /** What must not be shown: true, or true for each such attribute, in the form of `before` and of `after`. */
  readonly sensitive: { readonly before: Json; readonly after: Json };
  /** Attributes that forced the replacement: `cidr_block`, `metadata.name`. */
  readonly replacedFor: readonly string[];
  /** The same, as names and positions. */
  readonly replacePaths: readonly (readonly (string | number)[])[];
  /** `replace_because_cannot_update` and the like. */
  readonly reason: string | undefined;
  readonly imported: boolean;
  /** `registry.terraform.io/hashicorp/aws`; empty where the plan does not say. */
  readonly provider: string;
  /** The key of an object that a `create_before_destroy` left behind, and that is deleted now. Its place is in {@link Plan.deposed}. */
  readonly deposed: string | undefined;
}

/** An output of the root module. */
export interface OutputChange {
  readonly name: string;
  readonly action: Action;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly unknown: boolean;
  readonly sensitive: boolean;
}

/** One of Terraform's own checks that does not hold, or is not known to. */
export interface FailedCheck {
  readonly address: string;
  readonly status: "fail" | "error" | "unknown";
  readonly messages: readonly string[];
}

/** A saved plan. */
export interface Plan {
  readonly stack: string;
  /** False where the JSON was no plan: nothing can be concluded from its emptiness. */
  readonly readable: boolean;
  /** `1.2`; empty where there is none. */
  readonly formatVersion: string;
  readonly terraformVersion: string;
  /** It did not come to its end. */
  readonly errored: boolean;
  /** False where applying it leaves something to do: `-target`, deferred changes. Undefined before Terraform 1.8, which did not say. */
  readonly complete: boolean | undefined;
  /** Addresses of changes that Terraform has put off to another plan. */
  readonly deferred: readonly string[];
  readonly changes: readonly Change[];
  /** What somebody else has changed since the last apply. */
  readonly drift: readonly Change[];
  /** Left behind by an earlier apply, and deleted now. */
  readonly deposed: readonly Change[];
  readonly outputs: readonly OutputChange[];
  readonly checks: readonly FailedCheck[];
  /** The code that was planned, as far as the plan has it: references, modules, provisioners. */
  readonly configuration: JsonObject;
  /** Values of the root module's variables. */
  readonly variables: JsonObject;
}

/** Reads `terraform show -json <plan file>`. Never throws; what is nested deeper than any plan is not readable. */
export function readPlan(given: unknown, stack: string): Plan {
  const json = isTooDeep(given) ? undefined : given;
  const entries = listAt(json, "resource_changes").flatMap((entry) => changeOf(entry, stack));
  const complete = at(json, "complete");
  return {
    stack,
    readable: textAt(json, "format_version") !== undefined && Array.isArray(at(json, "resource_changes") ?? []),
    formatVersion: textAt(json, "format_version") ?? "",
    terraformVersion: textAt(json, "terraform_version") ?? "",
    errored: at(json, "errored") === true,
    complete: typeof complete === "boolean" ? complete : undefined,
    deferred: listAt(json, "deferred_changes").map(
      (entry) => textAt(entry, "resource_change", "address") ?? "(an address that is not known yet)",
    ),
    changes: entries.filter(({ deposed }) => deposed === undefined),
    drift: listAt(json, "resource_drift").flatMap((entry) => changeOf(entry, stack)),
    deposed: entries.filter(({ deposed }) => deposed !== undefined),
    outputs: Object.entries(objectAt(json, "output_changes")).flatMap(([name, change]) => outputOf(name, change)),
    checks: listAt(json, "checks").flatMap(checkOf),
    configuration: objectAt(json, "configuration"),
    variables: objectAt(json, "variables"),
  };
}

function changeOf(entry: Json, stack: string): Change[] {
  const parts = identity(entry, withoutKeys(textAt(entry, "module_address") ?? ""));
  const change = objectAt(entry, "change");
  const actions = listAt(change, "actions");
  const action = actionOf(actions);
  if (parts === undefined || action === undefined) return [];
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
      sensitive: { before: change.before_sensitive ?? null, after: change.after_sensitive ?? null },
      replacedFor: listAt(change, "replace_paths").map(pathText),
      replacePaths: listAt(change, "replace_paths").map(stepsOf),
      reason: textAt(entry, "action_reason"),
      imported: isObject(at(change, "importing")),
      provider: textAt(entry, "provider_name") ?? "",
      deposed: textAt(entry, "deposed"),
    },
  ];
}

function outputOf(name: string, change: Json): OutputChange[] {
  const action = actionOf(listAt(change, "actions"));
  if (action === undefined || action === "no-op") return [];
  return [
    {
      name,
      action,
      before: at(change, "before") ?? undefined,
      after: at(change, "after") ?? undefined,
      unknown: holdsTrue(at(change, "after_unknown")),
      sensitive: holdsTrue(at(change, "before_sensitive")) || holdsTrue(at(change, "after_sensitive")),
    },
  ];
}

function checkOf(check: Json): FailedCheck[] {
  const status = textAt(check, "status");
  if (status !== "fail" && status !== "error" && status !== "unknown") return [];
  return [
    {
      address: textAt(check, "address", "to_display") ?? "",
      status,
      messages: listAt(check, "instances").flatMap((instance) =>
        listAt(instance, "problems").map((problem) => textAt(problem, "message") ?? ""),
      ),
    },
  ];
}

/** Whether a tree of marks has one anywhere. */
function holdsTrue(marks: Json | undefined): boolean {
  if (typeof marks !== "object" || marks === null) return marks === true;
  return Object.values(marks).some(holdsTrue);
}

const single = ["no-op", "create", "read", "update", "delete", "forget"] as const;

function actionOf(actions: readonly Json[]): Action | undefined {
  // `[create, forget]`: the old one is left in AWS, and nobody manages it.
  if (actions.length === 2)
    return actions.includes("create") && (actions.includes("delete") || actions.includes("forget"))
      ? "replace"
      : undefined;
  return single.find((action) => action === actions[0]);
}

function pathText(path: Json): string {
  return Array.isArray(path) ? path.map(textOf).join(".") : textOf(path);
}

function stepsOf(path: Json): (string | number)[] {
  return (Array.isArray(path) ? path : [path]).filter((step) => typeof step === "string" || typeof step === "number");
}
