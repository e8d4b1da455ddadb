import type { Deployed, State } from "../read/state.ts";
import type { Block, Synthesis } from "../read/synthesis.ts";

/** What is deployed, found by what is synthesised: past `moved` blocks, and with what would go. */
export interface Deployment {
  readonly states: ReadonlyMap<string, State>;
  /** The one instance of a block; undefined where it is new, or repeated. */
  instanceOf(block: Block): Deployed | undefined;
  /** What has no block any more, also what its stack lets go of. */
  readonly unwritten: readonly Deployed[];
  /** What of it a plan would delete. */
  readonly orphans: readonly Orphan[];
}

/** Something deployed that a plan would delete. */
export interface Orphan {
  readonly deployed: Deployed;
  /** A `removed` block says that it shall be deleted. */
  readonly meant: boolean;
}

export function deploymentOf(stacks: readonly Synthesis[], states: readonly State[]): Deployment {
  const byStack = new Map(states.map((state) => [state.stack, state]));
  const instances = new Map(
    states.flatMap((state) =>
      managed(state).map((deployed) => [`${state.stack} ${instanceAddress(deployed)}`, deployed] as const),
    ),
  );
  const synthesised = new Map(stacks.map((synthesis) => [synthesis.stack, synthesis]));
  const find = (stack: string, address: string): Deployed | undefined =>
    instances.get(`${stack} ${address}`) ?? instances.get(`${stack} ${address}[0]`);
  const instanceOf = (block: Block): Deployed | undefined => {
    if (block.repeated) return undefined;
    const names = formerAddresses(synthesised.get(block.stack), block.address);
    return names.map((name) => find(block.stack, name)).find((found) => found !== undefined);
  };
  const unwritten = stacks.map((synthesis) => unwrittenOf(synthesis, byStack.get(synthesis.stack), instanceOf));
  return {
    states: byStack,
    instanceOf,
    unwritten: unwritten.flat(),
    orphans: stacks.flatMap((synthesis, index) => orphansAmong(unwritten[index] ?? [], synthesis)),
  };
}

function unwrittenOf(
  synthesis: Synthesis,
  state: State | undefined,
  instanceOf: (block: Block) => Deployed | undefined,
): Deployed[] {
  if (state === undefined) return [];
  const blocks = [...synthesis.resources.values()];
  const claimed = new Set(blocks.map(instanceOf));
  const repeated = new Set(
    blocks.filter((block) => block.repeated).flatMap((block) => formerAddresses(synthesis, block.address)),
  );
  return managed(state).filter(
    (deployed) => !(claimed.has(deployed) || repeated.has(deployed.address) || isInModule(deployed, synthesis)),
  );
}

function orphansAmong(unwritten: readonly Deployed[], { removed }: Synthesis): Orphan[] {
  return unwritten.flatMap((deployed): Orphan[] => {
    const said = removed.find(({ from }) => withoutKey(from) === deployed.address);
    return said?.destroy === false ? [] : [{ deployed, meant: said !== undefined }];
  });
}

/** WHY: what a module holds is not in the JSON, so nothing is known to be gone as long as the module is called. */
function isInModule({ module }: Deployed, { modules, moved, removed }: Synthesis): boolean {
  if (module === "") return false;
  const name = /^module\.([^.[]+)/.exec(module)?.[1] ?? "";
  if (Object.hasOwn(modules, name)) return true;
  return [...moved, ...removed].some(({ from }) => withoutKey(from) === `module.${name}`);
}

/** The address and every one it had before, newest first. */
function formerAddresses(synthesis: Synthesis | undefined, address: string): string[] {
  const found = [address];
  for (const current of found) {
    for (const { from, to } of synthesis?.moved ?? []) if (to === current && !found.includes(from)) found.push(from);
  }
  return found;
}

function managed({ resources }: State): Deployed[] {
  return resources.filter(({ mode }) => mode === "managed");
}

export function instanceAddress({ address, key }: Deployed): string {
  return key === undefined ? address : `${address}[${JSON.stringify(key)}]`;
}

function withoutKey(address: string): string {
  return address.replace(/\[[^\]]*\]$/, "");
}
