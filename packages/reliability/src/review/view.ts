import { isObject, type Json } from "../read/json.ts";
import type { Change } from "../read/plan.ts";
import { parsed } from "./parsed.ts";
import { same } from "./same.ts";

/** Names and positions that lead to a value. */
export type Path = readonly (string | number)[];

/** A value of one side of a change, and where it stands. */
export interface Found {
  readonly path: Path;
  readonly value: Json;
}

/** One change as a rule looks at it: what is at an attribute before and after. */
export class View {
  readonly change: Change;
  #different: ReadonlySet<string> | undefined;

  constructor(change: Change) {
    this.change = change;
  }

  get type(): string {
    return this.change.type;
  }

  /** There was nothing before. */
  get isNew(): boolean {
    return this.change.before === undefined;
  }

  /** All that is at `attribute`, in each block of that name: `ingress.cidr_blocks`. Neither null nor nothing counts. */
  before(attribute: string): readonly Found[] {
    return collect(this.change.before, stepsOf(attribute));
  }

  after(attribute: string): readonly Found[] {
    return collect(this.change.after, stepsOf(attribute));
  }

  /** Whether anything differs at one of these attributes, or may: by the name at the top. */
  differsAt(attributes: readonly string[]): boolean {
    this.#different ??= differentNames(this.change);
    const names = this.#different;
    return attributes.some((attribute) => names.has(stepsOf(attribute)[0] ?? ""));
  }

  /** The first of them, for what can be there once only. */
  valueBefore(attribute: string): Json | undefined {
    return this.before(attribute)[0]?.value;
  }

  valueAfter(attribute: string): Json | undefined {
    return this.after(attribute)[0]?.value;
  }

  /** Whether the attribute, or a block or value on the way to it, is known only when the change is applied. */
  isUnknown(attribute: string): boolean {
    return unknownAt(this.change.unknown, stepsOf(attribute));
  }
}

function differentNames({ before = {}, after = {}, unknown }: Change): ReadonlySet<string> {
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  for (const name of names) if (unknown[name] === undefined && same(before[name], after[name])) names.delete(name);
  return names;
}

/** WHY kept: thousands of changes ask for the same few attributes. */
const steps = new Map<string, readonly string[]>();

function stepsOf(attribute: string): readonly string[] {
  const found = steps.get(attribute) ?? attribute.split(".");
  steps.set(attribute, found);
  return found;
}

const nothing: readonly Found[] = [];

function collect(root: Json | undefined, names: readonly string[], path: Path = []): readonly Found[] {
  if (root === undefined || root === null) return nothing;
  const [name, ...rest] = names;
  if (name === undefined) return [{ path, value: root }];
  // A document that is an attribute: the containers of a task.
  if (typeof root === "string") return collect(parsed(root), names, path);
  if (Array.isArray(root)) return root.flatMap((item, index) => collect(item, names, [...path, index]));
  if (!isObject(root) || !Object.hasOwn(root, name)) return nothing;
  return collect(root[name], rest, [...path, name]);
}

function unknownAt(marks: Json | undefined, names: readonly string[]): boolean {
  if (marks === true) return true;
  const [name, ...rest] = names;
  if (Array.isArray(marks)) return marks.some((item) => unknownAt(item, names));
  if (!isObject(marks) || name === undefined) return false;
  return Object.hasOwn(marks, name) && unknownAt(marks[name], rest);
}

/** `ingress[0].cidr_blocks`, `tags["a b"]` */
export function pathText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === "number"
        ? `[${step}]`
        : /^[A-Za-z_][\w-]*$/.test(step)
          ? `${index === 0 ? "" : "."}${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join("");
}
