import { join } from "node:path";
import type { Values } from "./import-ids.ts";
import type { Pair, Planned } from "./match.ts";
import { regionAt, type Stack } from "./stacks.ts";
import { type Diagnostic, diagnostics, must, RecoveryError, type Terraform } from "./terraform.ts";
import type { Workspace } from "./workspace.ts";

/** A folder that Terraform can be run in. */
interface Place {
  readonly directory: string;
  readonly run: Terraform;
}

interface Change {
  readonly actions: readonly string[];
  readonly before: Values | null;
  readonly after: Values | null;
  readonly after_unknown: Readonly<Record<string, unknown>>;
  readonly importing?: { readonly id: string };
}

/** The parts of `terraform show -json` of a plan that recovery reads. */
export interface Plan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly change: Change;
  }[];
  readonly prior_state?: {
    readonly values?: {
      readonly root_module?: { readonly resources?: readonly { readonly address: string; readonly values: Values }[] };
    };
  };
}

/** Where {@link plan} leaves a plan that can be applied. */
export function planFile({ directory }: Place): string {
  return join(directory, "recovery.tfplan");
}

export interface Failure {
  readonly errors: readonly Diagnostic[];
}

/** Plans what is in `place`, under its state's lock. Answers the errors where that fails. */
export async function plan(place: Place, ...options: readonly string[]): Promise<Plan | Failure> {
  const file = planFile(place);
  const ran = await place.run("plan", "-json", "-lock-timeout=0s", `-out=${file}`, ...options);
  if (ran.code !== 0) {
    const errors = diagnostics(ran.stdout);
    return { errors: errors.length > 0 ? errors : [{ summary: ran.stderr.trim(), detail: "" }] };
  }
  return JSON.parse(must("terraform show", await place.run("show", "-json", file)));
}

/** What a plan would create anew, and not instead of something else. */
export function creations({ resource_changes: changes = [] }: Plan, { configuration }: Stack): Planned[] {
  return changes
    .filter(({ change }) => change.actions.join() === "create")
    .map(({ address, type, name, change }) => ({
      address,
      type,
      region: regionAt(configuration, type, name),
      values: knownValues(change),
    }));
}

/** Attributes that the plan knows whole. */
function knownValues({ after, after_unknown: unknown }: Change): Values {
  return Object.fromEntries(Object.entries(after ?? {}).filter(([attribute]) => !isUnknown(unknown[attribute])));
}

function isUnknown(mark: unknown): boolean {
  if (typeof mark === "object" && mark !== null) return Object.values(mark).some(isUnknown);
  return mark === true;
}

/** What Terraform says of one resource that it would import. */
export interface Probe {
  readonly actual: Values;
  /** Terraform would make a new one in its place. */
  readonly replaced: boolean;
  /** Nothing about it would change. */
  readonly exact: boolean;
  /** Attributes in which it is not as planned. */
  readonly differs: readonly string[];
}

/** A plan with imports, and what it says of each. */
export interface Prospect {
  readonly plan: Plan;
  readonly probes: ReadonlyMap<string, Probe>;
}

/** Asks what importing `pairs` would mean, without doing it. What does not exist is left out; undefined where nothing does. */
export async function probe(workspace: Workspace, pairs: readonly Pair[]): Promise<Prospect | undefined> {
  if (pairs.length === 0) return undefined;
  workspace.propose(pairs);
  const answer = await plan(workspace);
  workspace.propose([]);
  if (!("errors" in answer)) return { plan: answer, probes: probes(answer) };
  const { absent, others } = absences(answer.errors, pairs);
  if (others.length > 0 || absent.size === 0) throw new RecoveryError(explain("Planning the imports", answer.errors));
  return await probe(
    workspace,
    pairs.filter(({ address }) => !absent.has(address)),
  );
}

/** The addresses of which errors say that nothing is there to import, and the errors that say something else. */
export function absences(
  errors: readonly Diagnostic[],
  pairs: readonly { readonly address: string; readonly id: string }[],
): { readonly absent: ReadonlySet<string>; readonly others: readonly Diagnostic[] } {
  const absent = new Set<string>();
  const others: Diagnostic[] = [];
  for (const error of errors) {
    const address = absentAddress(error) ?? addressOf(error, pairs);
    if (address === undefined) others.push(error);
    else absent.add(address);
  }
  return { absent, others };
}

/** The address of which Terraform says that nothing is there to import. */
function absentAddress({ summary, detail }: Diagnostic): string | undefined {
  if (!summary.startsWith("Cannot import non-existent remote object")) return undefined;
  return /existing object to\s+"(.+?)",/s.exec(detail)?.[1];
}

/**
 * The one whose id an error speaks of.
 *
 * WHY: some types say in words of their own that there is nothing, and Terraform adds no address. All parts of an id are in such a sentence.
 */
function addressOf(
  { summary, detail }: Diagnostic,
  pairs: readonly { readonly address: string; readonly id: string }[],
): string | undefined {
  const words = `${summary} ${detail}`;
  return pairs.find(({ id }) => id.split(/[/:_]/).every((part) => words.includes(part)))?.address;
}

/** A plan that changes nothing in AWS: it only takes note of what is there. */
export function changesNothing({ resource_changes: changes = [] }: Plan): boolean {
  return changes.every(({ mode, change }) => mode !== "managed" || change.actions.join() === "no-op");
}

/** The errors, after what was being done. */
export function explain(
  doing: string,
  errors: readonly { readonly summary: string; readonly detail: string }[],
): string {
  return [`${doing} failed:`, ...errors.map(({ summary, detail }) => `${summary}\n${detail}`.trim())].join("\n");
}

function probes({ resource_changes: changes = [] }: Plan): ReadonlyMap<string, Probe> {
  return new Map(
    changes
      .filter(({ change }) => change.importing !== undefined)
      .map(({ address, change }) => [
        address,
        {
          actual: change.before ?? {},
          replaced: change.actions.includes("delete"),
          exact: change.actions.join() === "no-op",
          differs: differences(change),
        },
      ]),
  );
}

function differences({ before, after, after_unknown: unknown }: Change): string[] {
  return Object.keys({ ...before, ...after }).filter(
    (attribute) =>
      isUnknown(unknown[attribute]) || JSON.stringify(before?.[attribute]) !== JSON.stringify(after?.[attribute]),
  );
}
