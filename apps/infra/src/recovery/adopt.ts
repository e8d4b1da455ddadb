import { importId, isShared } from "./import-ids.ts";
import { agrees, belongs, match, type Pair, type Planned, resemblance, type Stray, type Tags } from "./match.ts";
import { mountTargets } from "./mount-targets.ts";
import {
  changesNothing,
  creations,
  explain,
  type Failure,
  type Plan,
  type Probe,
  type Prospect,
  plan,
  planFile,
  probe,
} from "./plan.ts";
import type { Scratch } from "./scratch.ts";
import type { Stack } from "./stacks.ts";
import { instances, Known, parseState } from "./state.ts";
import { must, RecoveryError } from "./terraform.ts";
import type { Workspace } from "./workspace.ts";

/** Something that exists where Terraform would create it, and that it cannot have. */
export interface Refusal {
  readonly address: string;
  readonly id: string;
  /** A sentence. */
  readonly why: string;
}

export interface Adoption {
  readonly adopted: readonly Pair[];
  readonly refused: readonly Refusal[];
  /** Strays that fit an address as well as another one does. */
  readonly ambiguous: readonly (readonly [stray: Stray, addresses: readonly string[]])[];
  /** Resources that the next deployment creates. */
  readonly toCreate: number;
}

/** The stack cannot be planned; the message says why. */
export class PlanError extends RecoveryError {}

interface Work {
  readonly stack: Stack;
  readonly workspace: Workspace;
  readonly scratch: Scratch;
  readonly identity: Tags;
  readonly say: (line: string) => void;
}

/**
 * Gives Terraform what AWS has made and the state does not know, as far as its address can be told.
 *
 * In rounds of plans: what a route or a rule is imported by is known once its table or group is planned to be imported.
 */
export async function adopt(strays: readonly Stray[], work: Work): Promise<Adoption> {
  const accepted: Pair[] = [];
  const refused = new Map<string, Refusal>();
  const absent = new Set<string>();
  let prospect: Prospect = { plan: await planAsItIs(work), probes: new Map() };
  for (;;) {
    const open = creations(prospect.plan, work.stack).filter(({ address }) => !refused.has(address));
    const left = strays.filter(({ arn }) => !accepted.some(({ stray }) => stray?.arn.text === arn.text));
    const found = await candidates(left, open, { ...work, accepted, absent });
    const welcome = found.pairs.filter((pair) => {
      const seen = found.prospect?.probes.get(pair.address);
      if (seen === undefined) absent.add(`${pair.address} ${pair.id}`);
      const why = seen && objection(pair, seen, work.identity);
      if (why !== undefined) refused.set(pair.address, { address: pair.address, id: pair.id, why });
      return seen !== undefined && why === undefined;
    });
    prospect = found.prospect ?? prospect;
    accepted.push(...welcome);
    if (welcome.length > 0) continue;
    if (accepted.length > 0) work.say(`adopting ${accepted.length}`);
    await importAll(accepted, prospect.probes, work.workspace);
    return { adopted: accepted, refused: [...refused.values()], ambiguous: found.ambiguous, toCreate: open.length };
  }
}

async function planAsItIs({ workspace, stack }: Work): Promise<Plan> {
  const answer: Plan | Failure = await plan(workspace);
  if ("errors" in answer) throw new PlanError(explain(`Planning ${stack.name}`, answer.errors));
  return answer;
}

/** Imports together what is just as planned, and the others one by one. */
async function importAll(pairs: readonly Pair[], probes: Prospect["probes"], workspace: Workspace): Promise<void> {
  const exact = pairs.filter(({ address }) => probes.get(address)?.exact === true);
  const together = exact.length > 2 && (await importTogether(exact, workspace)) ? exact : [];
  for (const { address, id } of pairs.filter((pair) => !together.includes(pair))) {
    must(`Importing ${address}`, await workspace.run("import", "-no-color", "-lock-timeout=0s", address, id));
  }
}

/** Applies a plan of nothing but imports. Answers whether there was one; where it had changed anything, it is not applied. */
async function importTogether(pairs: readonly Pair[], workspace: Workspace): Promise<boolean> {
  workspace.propose(pairs);
  const answer = await plan(workspace, ...pairs.map(({ address }) => `-target=${address}`));
  workspace.propose([]);
  if ("errors" in answer || !changesNothing(answer)) return false;
  must("Importing", await workspace.run("apply", "-no-color", "-lock-timeout=0s", planFile(workspace)));
  return true;
}

interface Round extends Work {
  /** What will be imported. */
  readonly accepted: readonly Pair[];
  /** Addresses and ids, of which it is known that nothing is there. */
  readonly absent: ReadonlySet<string>;
}

interface Candidates {
  readonly pairs: readonly Pair[];
  /** What importing them, and what was accepted before, would mean. Undefined where there is nothing new. */
  readonly prospect?: Prospect | undefined;
  readonly ambiguous: Adoption["ambiguous"];
}

/** Every address at which something may be already. */
async function candidates(
  strays: readonly Stray[],
  open: readonly Planned[],
  { workspace, scratch, accepted, absent }: Round,
): Promise<Candidates> {
  const named = match(strays, open, (stray, planned) => resemblance(stray, planned) === "same");
  const doubtful = new Set(named.ambiguous.flatMap(([, addresses]) => addresses));
  const free = without(open, named.pairs).filter(({ address }) => !doubtful.has(address));
  const derivable = [
    ...free.flatMap(({ address, type, values }): Pair[] => {
      const id = importId(type, values);
      return id === undefined ? [] : [{ address, type, id }];
    }),
    ...(await mountTargets(free, scratch)),
  ];
  const derived = derivable.filter(({ address, id }) => !absent.has(`${address} ${id}`));
  const certain = [...named.pairs, ...derived];
  const nameless = strays.filter((stray) => free.some((planned) => resemblance(stray, planned) === "perhaps"));
  // To read what is nameless, each is asked for at an address of its type that is still free. Which, is no guess at where it belongs.
  const readings = anywhere(nameless, without(free, derived));
  if (certain.length + readings.length === 0) return { pairs: [], ambiguous: named.ambiguous };
  const first = await probe(workspace, [...accepted, ...certain, ...readings]);
  if (readings.length === 0) return { pairs: certain, prospect: first, ambiguous: named.ambiguous };
  const read = new Map(readings.map(({ address, stray }) => [stray, first?.probes.get(address)?.actual]));
  const alike = match(
    nameless.filter((stray) => read.get(stray) !== undefined),
    without(free, derived),
    (stray, planned) => resemblance(stray, planned) === "perhaps" && agrees(planned.values, read.get(stray) ?? {}),
  );
  const pairs = [...certain, ...alike.pairs];
  // WHY again: with a stray at a wrong address the plan of everything that refers to it is wrong as well.
  const second = await probe(workspace, [...accepted, ...pairs]);
  return { pairs, prospect: second, ambiguous: [...named.ambiguous, ...alike.ambiguous] };
}

function without(planned: readonly Planned[], pairs: readonly Pair[]): Planned[] {
  return planned.filter(({ address }) => !pairs.some((pair) => pair.address === address));
}

/** Each stray at another address of its type, as far as there are any. */
function anywhere(strays: readonly Stray[], planned: readonly Planned[]): Pair[] {
  const free = [...planned];
  return strays.flatMap((stray) => {
    const index = free.findIndex(({ type }) => type === stray.type);
    return free
      .splice(index, index === -1 ? 0 : 1)
      .map(({ address, type }) => ({ address, type, id: stray.id, stray }));
  });
}

/** Why Terraform must not have what it found; undefined where it may. */
function objection({ type }: Pair, { actual, replaced, differs }: Probe, identity: Tags): string | undefined {
  const list = differs.join(", ");
  if (isShared(type) && differs.length > 0) {
    return `It exists, but is not as planned (${list}): it may be somebody else's.`;
  }
  // What has no tags is a part of something that is ours, such as a rule, and holds nothing.
  if (!("tags_all" in actual)) return undefined;
  if (!belongs(actual.tags_all, identity)) {
    return "It exists, but has not the tags of this stack: it is somebody else's. Rename one of the two.";
  }
  return replaced ? `It exists, but Terraform would replace it (it differs in ${list}).` : undefined;
}

/** What the states of `workspaces` know. */
export async function knownTo(workspaces: readonly Workspace[]): Promise<Known> {
  const states = [];
  for (const workspace of workspaces) {
    states.push(parseState(must("Reading the state", await workspace.run("state", "pull"))));
  }
  return new Known(states);
}

/** What the state of `workspace` holds. */
export async function managed(workspace: Workspace) {
  return instances(parseState(must("Reading the state", await workspace.run("state", "pull"))));
}
