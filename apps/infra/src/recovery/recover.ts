import { renameSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type Adoption, adopt, knownTo, managed, PlanError } from "./adopt.ts";
import { irreplaceable } from "./kinds.ts";
import type { Here } from "./lock.ts";
import { type FoundLock, settleLock } from "./locks.ts";
import type { Stray, Tags } from "./match.ts";
import { isDisposable, type Left, removalOrder } from "./removal.ts";
import { Scratch } from "./scratch.ts";
import { identityOf, isProtected, type Stack } from "./stacks.ts";
import { lacksOutputs, parseState } from "./state.ts";
import { existing, type Stranger, tagged, unknownTo } from "./strays.ts";
import { must, RecoveryError } from "./terraform.ts";
import { Workspace } from "./workspace.ts";

export interface Options {
  readonly breakLock: boolean;
  readonly deleteStrays: boolean;
  readonly here: () => Here;
  /** Told what is being done. */
  readonly say: (line: string) => void;
}

export type State =
  /** The next deployment can run. */
  | "ready"
  /** Somebody may be deploying; nothing was done. */
  | "locked"
  /** It reads stacks that are not deployed yet. */
  | "waiting"
  /** Something is left that only a person can decide on. */
  | "undecided"
  /** Terraform or AWS refused something. */
  | "failed";

/** What was found of a stack, and what was done. */
export interface Recovered extends Adoption {
  readonly stack: string;
  readonly state: State;
  readonly lock?: FoundLock;
  /** A state that Terraform could not save is now saved. */
  readonly saved: boolean;
  /** Unfinished, kept instead of being replaced. */
  readonly kept: readonly string[];
  /** Unfinished; the next deployment replaces them. */
  readonly replaced: readonly string[];
  readonly left: readonly Left[];
  readonly strangers: readonly Stranger[];
  /** Why it failed, or waits. */
  readonly message?: string;
}

/** Recovers one of `all` stacks. */
export async function recover(stack: Stack, all: readonly Stack[], options: Options): Promise<Recovered> {
  const identity = identityOf(stack.configuration);
  // WHY: stacks of the same life in other regions carry the same tags, and what is global shows up with each of them.
  const family = all.filter((other) => other === stack || isDeepStrictEqual(identityOf(other.configuration), identity));
  const reads = all.filter(({ name }) => stack.dependencies.includes(name));
  const workspaces = family.map((member) => new Workspace(member));
  const own = workspaces[family.indexOf(stack)];
  const found: Mutable<Recovered> = { ...nothing, stack: stack.name };
  if (own === undefined) throw new Error(`${stack.name} is not of its own family`);
  const scratch = new Scratch(stack, own);
  try {
    for (const workspace of workspaces) must("terraform init", await workspace.init());
    await recoverIn({ stack, own, workspaces, reads, scratch, options, found });
  } catch (error) {
    if (!(error instanceof RecoveryError)) throw error;
    found.message = error.message;
    found.state = "failed";
  } finally {
    scratch.close();
    for (const workspace of workspaces) workspace.close();
  }
  return found;
}

interface Job {
  readonly stack: Stack;
  readonly own: Workspace;
  /** Of all stacks whose resources carry the same tags. */
  readonly workspaces: readonly Workspace[];
  readonly reads: readonly Stack[];
  readonly scratch: Scratch;
  readonly options: Options;
  readonly found: Mutable<Recovered>;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const nothing = {
  state: "ready" as State,
  saved: false,
  kept: [],
  replaced: [],
  adopted: [],
  refused: [],
  ambiguous: [],
  toCreate: 0,
  left: [],
  strangers: [],
};

async function recoverIn(job: Job): Promise<void> {
  const { stack, own, scratch, options, found } = job;
  options.say("looking for a lock");
  const lock = await settleLock(stack, own, options);
  if (lock !== undefined) found.lock = lock;
  if (lock !== undefined && !lock.broken) {
    found.state = "locked";
    return;
  }
  found.saved = await saveState(own);
  await keepUnfinished(job);
  const identity = identityOf(stack.configuration);
  if (identity === undefined) {
    throw new RecoveryError(
      "Its provider sets no Application, Environment, Stack and ManagedBy tags: strays cannot be told.",
    );
  }
  // WHY before the plan: the plan takes the lock. What a deployment makes meanwhile is then either not listed yet, or known, or the lock is
  // taken and nothing happens.
  options.say("asking AWS what it has of this stack");
  const listed = await tagged(scratch, identity);
  const known = await knownTo(job.workspaces);
  const { candidates, strangers } = unknownTo(known, listed);
  const strays = await existing(scratch, candidates);
  found.strangers = strangers;
  options.say("planning");
  const adoption = await tryToAdopt(job, strays, identity);
  if (adoption === undefined) {
    found.state = strays.length > 0 ? "undecided" : "waiting";
    return;
  }
  Object.assign(found, adoption);
  const later = await knownTo(job.workspaces);
  const remaining = strays.filter((stray) => !later.has(stray));
  found.left = left(remaining, adoption.ambiguous, (id) => later.mentions(id));
  if (options.deleteStrays) found.left = await deleteSome(found.left, job);
  const open = found.left.some(({ deleted }) => !deleted) || found.refused.length > 0 || found.strangers.length > 0;
  found.state = open ? "undecided" : "ready";
}

/** Undefined, with a message, where the stack reads others that are not deployed. */
async function tryToAdopt(
  { stack, own, scratch, options, found, reads }: Job,
  strays: readonly Stray[],
  identity: Tags,
): Promise<Adoption | undefined> {
  try {
    return await adopt(strays, { stack, workspace: own, scratch, identity, say: options.say });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const lacking = await unfinished(reads);
    if (lacking.length === 0) throw error;
    const waiting = strays.map(({ arn }) => arn.text);
    found.message = [
      `It reads what is not deployed yet: ${lacking.join(", ")}.`,
      ...(waiting.length > 0 ? ["Deploy that alone, then run this again. AWS has of this stack:", ...waiting] : []),
    ].join("\n");
    return undefined;
  }
}

/** Those of `stacks` whose state has not all of their outputs. */
async function unfinished(stacks: readonly Stack[]): Promise<string[]> {
  const names = [];
  for (const stack of stacks) {
    const workspace = new Workspace(stack);
    try {
      must("terraform init", await workspace.init());
      const state = parseState(must("Reading the state", await workspace.run("state", "pull")));
      if (lacksOutputs(stack.configuration, state)) names.push(stack.name);
    } finally {
      workspace.close();
    }
  }
  return names;
}

/** Saves the state that Terraform left behind because it could not reach its backend. */
async function saveState(workspace: Workspace): Promise<boolean> {
  const file = workspace.unsaved;
  if (file === undefined) return false;
  must(
    `Saving ${file} (an earlier deployment could not save its state there. If the state has gone on since, keep the file and ask)`,
    await workspace.run("state", "push", "-no-color", "-lock-timeout=0s", file),
  );
  renameSync(file, `${file}.saved`);
  return true;
}

/**
 * Has Terraform keep what it was stopped in the middle of, where replacing it would lose something or is refused.
 *
 * WHY not all: what failed for a reason of its own is marked in the same way, and making it anew is right where nothing is in it.
 */
async function keepUnfinished({ stack, own, options, found }: Job): Promise<void> {
  const tainted = (await managed(own)).filter((instance) => instance.tainted);
  const precious = tainted.filter(
    ({ type, address }) => irreplaceable.has(type) || isProtected(stack.configuration, address),
  );
  for (const { address } of precious) {
    options.say(`keeping ${address}`);
    must(`Keeping ${address}`, await own.run("untaint", "-no-color", "-lock-timeout=0s", address));
  }
  found.kept = precious.map(({ address }) => address);
  found.replaced = tainted.filter((instance) => !precious.includes(instance)).map(({ address }) => address);
}

function left(strays: readonly Stray[], ambiguous: Adoption["ambiguous"], used: (id: string) => boolean): Left[] {
  const fits = new Map(ambiguous.map(([stray, addresses]) => [stray.arn.text, addresses]));
  // WHY by ARN: what may be of two types is listed twice.
  const once = new Map(strays.toReversed().map((stray) => [stray.arn.text, stray]));
  return [...once.values()].toReversed().map((stray) => ({
    stray,
    fits: fits.get(stray.arn.text) ?? [],
    used: used(stray.id),
    deleted: false,
  }));
}

/** Deletes what nobody can miss; answers all of `all`. */
async function deleteSome(all: readonly Left[], { scratch, options, found }: Job): Promise<Left[]> {
  const doomed = all.filter(isDisposable);
  if (doomed.length === 0) return [...all];
  options.say(`deleting ${doomed.length} strays`);
  const resources = doomed.map(({ stray }) => ({ type: stray.type, id: stray.id, region: stray.arn.region }));
  const complaint = await scratch.destroy(resources, removalOrder);
  if (complaint !== undefined) found.message = complaint;
  const alive = new Set(
    (
      await existing(
        scratch,
        doomed.map(({ stray }) => stray),
      )
    ).map(({ arn }) => arn.text),
  );
  return all.map((one) => ({ ...one, deleted: doomed.includes(one) && !alive.has(one.stray.arn.text) }));
}
