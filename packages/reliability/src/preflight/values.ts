import { pieces, type Reference, wholeReference } from "../graph/expressions.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { isObject, type Json, textOf } from "../read/json.ts";
import { type Block, ignored } from "../read/synthesis.ts";
import type { Deployment } from "./deployment.ts";

/** What an argument will be: known before a plan, or not. */
export type Value =
  | { readonly known: true; readonly value: Json | undefined }
  | { readonly known: false; readonly expression: string; readonly replaced: Block | undefined };

/** Says whether a block would be replaced; asked when an attribute that AWS gives is read. */
export type IsReplaced = (block: Block) => boolean;

type Unknown = Extract<Value, { readonly known: false }>;

const unset: Value = { known: true, value: undefined };

/**
 * Evaluates what was synthesised, as far as it follows from texts, other arguments and what is deployed.
 *
 * Functions, variables and data sources are not evaluated: they stay unknown.
 */
export class Values {
  readonly #graph: Graph;
  readonly #deployment: Deployment;
  readonly #isReplaced: IsReplaced;

  constructor(graph: Graph, deployment: Deployment, isReplaced: IsReplaced) {
    this.#graph = graph;
    this.#deployment = deployment;
    this.#isReplaced = isReplaced;
  }

  of(stack: string, written: Json | undefined, depth = 0): Value {
    if (typeof written === "string") return this.#text(stack, written, depth);
    if (Array.isArray(written)) {
      const items = written.map((item) => this.of(stack, item, depth));
      return (
        items.find((item) => !item.known) ?? known(items.map((item) => (item.known ? (item.value ?? null) : null)))
      );
    }
    if (isObject(written)) {
      const entries = Object.entries(written).map(([key, item]) => [key, this.of(stack, item, depth)] as const);
      const unknown = entries.find(([, item]) => !item.known)?.[1];
      return (
        unknown ??
        known(Object.fromEntries(entries.map(([key, item]) => [key, item.known ? (item.value ?? null) : null])))
      );
    }
    return known(written);
  }

  #text(stack: string, text: string, depth: number): Value {
    const found = pieces(text);
    if (found.every((piece) => "text" in piece)) return known(found.map((piece) => piece.text).join(""));
    const values = found.map(
      (piece): Value => ("text" in piece ? known(piece.text) : this.#expression(stack, piece.expression, depth)),
    );
    const [only] = values;
    if (values.length === 1 && only !== undefined) return only;
    const unknown = values.find((value) => !value.known);
    if (unknown !== undefined) return unknown;
    return known(values.map((value) => (value.known ? textOf(value.value) : "")).join(""));
  }

  #expression(stack: string, expression: string, depth: number): Value {
    const unknown: Unknown = { known: false, expression, replaced: undefined };
    // WHY: outputs and locals that read each other in a circle are Terraform's to refuse.
    if (depth > 16) return unknown;
    const reference = wholeReference(expression);
    const node = reference && this.#graph.resolve(stack, reference);
    if (reference === undefined || node === undefined) return unknown;
    const { kind, body } = node;
    if (kind === "output") return this.#inside(node, body.value, reference.path.slice(2), depth, unknown);
    if (kind === "local") return this.#inside(node, body.value, reference.path, depth, unknown);
    return kind === "managed" ? this.#attribute(node, reference, depth, unknown) : unknown;
  }

  #inside(node: Node, written: Json | undefined, path: Reference["path"], depth: number, unknown: Unknown): Value {
    const value = this.of(node.stack, written, depth + 1);
    if (!value.known) return value;
    const found = walk(value.value, path);
    return found === undefined ? unknown : known(found);
  }

  /** An attribute of a resource: what is written, else what AWS gave, if the resource stays. */
  #attribute({ block, stack }: Node, { path }: Reference, depth: number, unknown: Unknown): Value {
    const [attribute, ...rest] = path;
    if (block === undefined || typeof attribute !== "string" || block.repeated) return unknown;
    const deployed = this.#deployment.instanceOf(block);
    const written = block.attributes[attribute];
    if (written !== undefined && !(deployed !== undefined && ignored(block, attribute))) {
      const value = this.of(stack, written, depth + 1);
      const found = value.known ? walk(value.value, rest) : undefined;
      if (!value.known) return value;
      return found === undefined ? unknown : known(found);
    }
    if (deployed === undefined) return unknown;
    if (this.#isReplaced(block)) return { ...unknown, replaced: block };
    if (!isStable(attribute)) return unknown;
    const found = walk(deployed.values, path);
    return found === undefined ? unknown : known(found);
  }
}

/** WHY: an update may change what AWS computes, such as a version or a time, but never what a resource is known by. */
function isStable(attribute: string): boolean {
  return /^(id|arn|name|bucket|identifier|url|endpoint|address|fqdn|secret|master_user_secret|key_id|.*_(id|ids|arn|name|url|address|suffix))$/.test(
    attribute,
  );
}

function walk(value: Json | undefined, path: Reference["path"]): Json | undefined {
  let current: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === "number") current = current[step];
    else if (isObject(current) && Object.hasOwn(current, step)) current = current[step];
    else return undefined;
  }
  return current;
}

function known(value: Json | undefined): Value {
  return value === undefined ? unset : { known: true, value };
}

/** Whether Terraform would take the two for the same: numbers as text, lists in any order, nothing and empty. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Json | undefined): string {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map(canonical).toSorted().join(",")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => canonical(item) !== "");
    return entries.length === 0
      ? ""
      : `{${entries
          .map(([key, item]) => `${key}:${canonical(item)}`)
          .toSorted()
          .join(",")}}`;
  }
  const text = textOf(value);
  return text === "false" || text === "0" ? "" : text;
}
