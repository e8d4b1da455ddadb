import { addressName } from "./address.ts";
import type { Problem } from "./problem.ts";

/** A resource that is known by another address now: `aws_sns_topic.alarms_topic`. */
export interface Move {
  /** What the state calls it. Nothing of the stack may have this address any more. */
  readonly from: string;
  /** What the stack calls it; of the same type. */
  readonly to: string;
}

/** A construct that has another id, by its paths below the stack: `database`, `network/endpoints`. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** A resource that exists, by its address here and by what the provider's documentation of its type imports it by. */
export interface Adoption {
  readonly to: string;
  readonly id: string;
}

/** What one stack has to tell Terraform about resources that changed their place, in the order in which it was said. */
export interface Moves {
  readonly moves: readonly Move[];
  readonly renames: readonly Rename[];
  readonly released: readonly string[];
  readonly adopted: readonly Adoption[];
  /** Renames that were said after the construct had been made, and had taken its names. */
  readonly late: readonly Rename[];
}

/** A resource as the construct tree has it. */
export interface Placed {
  readonly type: string;
  /** Ids below the stack. */
  readonly path: readonly string[];
}

/** The path before every rename, which names are made of. */
export function formerPath(renames: readonly Rename[], path: readonly string[]): readonly string[] {
  return renames.reduceRight((current, rename) => before(rename, current) ?? current, path);
}

/** Terraform's `moved`, `removed` and `import` blocks; only those that have something to say. */
export function blocks(said: Moves, resources: readonly Placed[]): object {
  const moved = [...said.moves, ...resources.flatMap((resource) => movesOf(resource, said.renames))];
  const removed = said.released.map((from) => ({ from, lifecycle: { destroy: false } }));
  return {
    ...(moved.length > 0 && { moved }),
    ...(removed.length > 0 && { removed }),
    ...(said.adopted.length > 0 && { import: said.adopted }),
  };
}

/** One move per rename that the resource has seen, newest first: a state may be as old as any of them. */
function movesOf({ type, path }: Placed, renames: readonly Rename[]): Move[] {
  const moves: Move[] = [];
  let current = path;
  for (const rename of renames.toReversed()) {
    const older = before(rename, current);
    if (older === undefined) continue;
    moves.push({ from: addressOf({ type, path: older }), to: addressOf({ type, path: current }) });
    current = older;
  }
  return moves;
}

/** What `path` was before the rename; undefined where the rename is about something else. */
function before({ from, to }: Rename, path: readonly string[]): readonly string[] | undefined {
  const now = to.split("/");
  return now.every((id, index) => path[index] === id) ? [...from.split("/"), ...path.slice(now.length)] : undefined;
}

export function addressOf({ type, path }: Placed): string {
  return `${type}.${addressName(path)}`;
}

/** What would make Terraform refuse the blocks, or quietly do nothing. */
export function problemsOf(said: Moves, resources: readonly Placed[]): Problem[] {
  const present = new Set(resources.map(addressOf));
  return [
    ...said.moves.flatMap((move) => moveProblems(move, said.moves, present)),
    ...said.renames.flatMap((rename) => renameProblems(rename, said, resources)),
    ...said.released.filter((from) => present.has(from)).map((from) => stillThere("released", from)),
    ...said.adopted.filter(({ to }) => !present.has(to)).map(({ to }) => missing("adopted.to", to, present)),
  ];
}

function moveProblems(move: Move, all: readonly Move[], present: ReadonlySet<string>): Problem[] {
  const { from, to } = move;
  const found: Problem[] = [];
  if (present.has(from)) found.push(stillThere("moved.from", from));
  // A resource that was moved on by a later move is in the stack by that one's address.
  if (!present.has(to) && !all.some((other) => other.from === to)) found.push(missing("moved.to", to, present));
  if (typeOf(from) !== typeOf(to)) {
    found.push({
      property: "moved",
      got: `${from} to ${to}`,
      allowed: "two addresses of one type",
      fix: "Terraform cannot make one type of another: create the new one beside the old.",
    });
  }
  if (all.some((other) => other !== move && other.from === from)) {
    found.push({
      property: "moved.from",
      got: from,
      allowed: "each address once",
      fix: "Remove the repetition: a resource cannot become two.",
    });
  }
  return found;
}

function renameProblems(rename: Rename, said: Moves, resources: readonly Placed[]): Problem[] {
  const { from, to } = rename;
  const below = (path: string) => resources.filter((resource) => before({ from: "", to: path }, resource.path));
  const found: Problem[] = [];
  const [left] = below(from);
  if (left !== undefined) found.push(stillThere("renamed.from", addressOf(left)));
  if (below(to).length === 0 && !said.renames.some((other) => other.from === to)) {
    found.push({
      property: "renamed.to",
      got: to,
      allowed: "the path of a construct below the stack, ids joined by /",
      fix: "Correct the path, or remove the rename together with the construct.",
    });
  }
  if (said.late.includes(rename)) {
    found.push({
      property: "renamed",
      got: `${from} to ${to}`,
      allowed: "before the construct is made",
      fix: "Move the call up: the construct has taken its names already.",
    });
  }
  return found;
}

function stillThere(property: string, got: string): Problem {
  return {
    property,
    got,
    allowed: "an address that nothing of the stack has any more",
    fix: "Give the new resource another id, or remove this line.",
  };
}

function missing(property: string, got: string, present: ReadonlySet<string>): Problem {
  const same = [...present].filter((address) => typeOf(address) === typeOf(got));
  return {
    property,
    got,
    allowed: same.length > 0 ? same.join(", ") : "an address of the stack",
    fix: "Correct it: an address is the type, a dot, and the construct's path joined by _.",
  };
}

function typeOf(address: string): string {
  return address.slice(0, address.indexOf("."));
}
