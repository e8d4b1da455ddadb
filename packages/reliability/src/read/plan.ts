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
  /** Addresses of entries that say nothing here: of an unknown action, or of a form that no resource has. They are in none of the lists above. */
  readonly unread: readonly string[];
  readonly checks: readonly FailedCheck[];
  /** The code that was planned, as far as the plan has it: references, modules, provisioners. */
  readonly configuration: JsonObject;
  /** Values of the root module's variables. */
  readonly variables: JsonObject;
}

/** Reads `terraform show -json <plan file>`. Never throws; what is nested deeper than any plan is not readable. */
export function readPlan(given: unknown, stack: string): Plan {
  const json = isTooDeep(given) ? undefined : given;
  const changes = eachRead(listAt(json, "resource_changes"), (entry) => changeOf(entry, stack));
  const drift = eachRead(listAt(json, "resource_drift"), (entry) => changeOf(entry, stack));
  const outputs = eachRead(Object.entries(objectAt(json, "output_changes")), outputOf);
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
    changes: changes.read.filter(({ deposed }) => deposed === undefined),
    drift: drift.read,
    deposed: changes.read.filter(({ deposed }) => deposed !== undefined),
    outputs: outputs.read.filter(({ action }) => action !== "no-op"),
    unread: [
      ...changes.left.map(addressOf),
      ...drift.left.map((entry) => `${addressOf(entry)} (changed outside of Terraform)`),
      ...outputs.left.map(([name]) => `output.${name}`),
    ],
    checks: listAt(json, "checks").flatMap(checkOf),
    configuration: objectAt(json, "configuration"),
    variables: objectAt(json, "variables"),
  };
}

/** What each entry says, and the entries that say nothing. WHY not left out: what nobody can read may be the worst of a plan. */
function eachRead<E, T>(
  entries: readonly E[],
  read: (entry: E) => T | undefined,
): { readonly read: readonly T[]; readonly left: readonly E[] } {
  const [found, left]: [T[], E[]] = [[], []];
  for (const entry of entries) {
    const one = read(entry);
    if (one === undefined) left.push(entry);
    else found.push(one);
  }
  return { read: found, left };
}

function addressOf(entry: Json): string {
  return textAt(entry, "address") ?? "(an entry without an address)";
}

function changeOf(entry: Json, stack: string): Change | undefined {
  const parts = identity(entry, withoutKeys(textAt(entry, "module_address") ?? ""));
  const change = objectAt(entry, "change");
  const actions = listAt(change, "actions");
  const action = actionOf(actions);
  if (parts === undefined || action === undefined) return undefined;
  const { before, after } = change;
  return {
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
  };
}

function outputOf([name, change]: readonly [string, Json]): OutputChange | undefined {
  const action = actionOf(listAt(change, "actions"));
  if (action === undefined) return undefined;
  return {
    name,
    action,
    before: at(change, "before") ?? undefined,
    after: at(change, "after") ?? undefined,
    unknown: holdsTrue(at(change, "after_unknown")),
    sensitive: holdsTrue(at(change, "before_sensitive")) || holdsTrue(at(change, "after_sensitive")),
  };
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
  return actions.length === 1 ? single.find((action) => action === actions[0]) : undefined;
}

function pathText(path: Json): string {
  return Array.isArray(path) ? path.map(textOf).join(".") : textOf(path);
}

function stepsOf(path: Json): (string | number)[] {
  return (Array.isArray(path) ? path : [path]).filter((step) => typeof step === "string" || typeof step === "number");
}
