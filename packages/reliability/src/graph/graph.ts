import { isObject, type JsonObject, textAt, textsIn } from "../read/json.ts";
import type { Block, Synthesis } from "../read/synthesis.ts";
import { type Reference, referencesIn, referencesOf } from "./expressions.ts";

/** Something that is written in a stack: a resource, data source, output, local, module, variable or provider. */
export interface Node {
  /** `<stack>/<address>`. */
  readonly id: string;
  readonly stack: string;
  /** `aws_vpc.main`, `data.aws_ami.ecs`, `output.url`, `local.name`, `module.network`, `provider.aws`. */
  readonly address: string;
  readonly kind: "managed" | "data" | "ephemeral" | "output" | "local" | "module" | "variable" | "provider";
  /** Of resources and data sources only. */
  readonly block: Block | undefined;
  readonly body: JsonObject;
}

/** One node reads another. */
export interface Edge {
  readonly from: Node;
  readonly to: Node;
  /** Where it is written: `action.target_group_arn`, `depends_on`. */
  readonly at: string;
  /** What is read of it: `["arn"]`. */
  readonly path: readonly (string | number)[];
}

/** Who uses a node in the end, past outputs and locals. */
export interface Use {
  /** Undefined: an output that nothing here reads, so that somebody else may. */
  readonly by: Node | undefined;
  /** Where the user names it. */
  readonly at: string;
  /** The output that leads out of what is known; undefined where `by` is known. */
  readonly output: string | undefined;
}

/** Who reads what, within stacks and from one to another. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: readonly Edge[];
  node(stack: string, address: string): Node | undefined;
  readsOf(node: Node): readonly Edge[];
  readersOf(node: Node): readonly Edge[];
  /** {@link Use}s of a node; each user once per place. */
  usesOf(node: Node): readonly Use[];
  /** What a reference of a stack leads to; an output of another stack for one through its remote state. */
  resolve(stack: string, reference: Reference): Node | undefined;
}

/** The graph of all stacks together. References to what is in none of them are left out. */
export function graphOf(stacks: readonly Synthesis[]): Graph {
  const nodes = new Map(stacks.flatMap(nodesOf).map((node) => [node.id, node]));
  const node = (stack: string, address: string) => nodes.get(`${stack}/${address}`);
  const remote = remoteStates(stacks);
  const resolve = (stack: string, { address, path }: Reference): Node | undefined => {
    const other = remote.get(`${stack}/${address}`);
    if (other !== undefined && path[0] === "outputs") return node(other, `output.${path[1]}`);
    return node(stack, address.startsWith("var.") ? `variable.${address.slice(4)}` : address);
  };
  const edges = [...nodes.values()].flatMap((from) =>
    readsIn(from).flatMap(([at, reference]): Edge[] => {
      const to = resolve(from.stack, reference);
      return to === undefined || to === from ? [] : [{ from, to, at, path: reference.path }];
    }),
  );
  const reads = Map.groupBy(edges, ({ from }) => from);
  const readers = Map.groupBy(edges, ({ to }) => to);
  const graph: Graph = {
    nodes,
    edges,
    node,
    resolve,
    readsOf: (from) => reads.get(from) ?? [],
    readersOf: (to) => readers.get(to) ?? [],
    usesOf: (used) => uses(graph, used),
  };
  return graph;
}

function nodesOf(synthesis: Synthesis): Node[] {
  const { stack } = synthesis;
  const plain = (kind: Node["kind"], name: string, body: JsonObject): Node => {
    const address = `${kind}.${name}`;
    return { id: `${stack}/${address}`, stack, address, kind, block: undefined, body };
  };
  const all = (kind: Node["kind"], named: Readonly<Record<string, JsonObject>>) =>
    Object.entries(named).map(([name, body]) => plain(kind, name, body));
  return [
    ...synthesis.blocks.map((block): Node => {
      const { address, mode, attributes } = block;
      return { id: `${stack}/${address}`, stack, address, kind: mode, block, body: attributes };
    }),
    ...all("output", synthesis.outputs),
    ...all("module", synthesis.modules),
    ...all("variable", synthesis.variables),
    ...Object.entries(synthesis.locals).map(([name, value]) => plain("local", name, { value })),
    ...synthesis.providers.map(({ name, attributes }) => plain("provider", name, attributes)),
  ];
}

/** Everything that a node reads, with where it is written. */
function readsIn({ block, body }: Node): (readonly [at: string, reference: Reference])[] {
  const written = [...textsIn(body)].flatMap(([at, text]) => referencesIn(text).map((found) => [at, found] as const));
  if (block === undefined) return written;
  const { replace_triggered_by: triggers, ...conditions } = block.lifecycle;
  const bare = (at: string, texts: Iterable<readonly [string, string]>) =>
    [...texts].flatMap(([, text]) =>
      referencesOf(text.replace(/^\$\{(.*)\}$/, "$1")).map((found) => [at, found] as const),
    );
  return [
    ...written,
    ...bare(
      "depends_on",
      block.dependsOn.map((text) => ["", text] as const),
    ),
    ...bare("lifecycle.replace_triggered_by", textsIn(triggers)),
    ...[...textsIn(conditions, ["lifecycle"])].flatMap(([at, text]) =>
      referencesIn(text).map((found) => [at, found] as const),
    ),
  ];
}

/** Data sources that read another stack's state: `<stack>/<address>` to that stack's name. */
function remoteStates(stacks: readonly Synthesis[]): ReadonlyMap<string, string> {
  const byPlace = new Map(stacks.flatMap(({ stack, backend }) => (backend ? [[place(backend), stack] as const] : [])));
  const names = new Set(stacks.map(({ stack }) => stack));
  return new Map(
    stacks.flatMap(({ blocks }) =>
      blocks
        .filter(({ type, mode }) => mode === "data" && type === "terraform_remote_state")
        .flatMap(({ stack, address, name, attributes }) => {
          const kind = textAt(attributes, "backend") ?? "";
          const config = isObject(attributes.config) ? attributes.config : {};
          // WHY: cdktf names the stack; anybody else only says where its state is.
          const named = name.replace(/^cross-stack-reference-input-/, "");
          const other = byPlace.get(place({ kind, config })) ?? (names.has(named) ? named : undefined);
          return other === undefined ? [] : [[`${stack}/${address}`, other] as const];
        }),
    ),
  );
}

/** What tells one state from all others. */
function place({ kind, config }: { readonly kind: string; readonly config: JsonObject }): string {
  const keys = [
    "path",
    "bucket",
    "key",
    "workspace_key_prefix",
    "prefix",
    "storage_account_name",
    "container_name",
    "address",
  ];
  return JSON.stringify([kind, ...keys.map((key) => config[key] ?? null)]);
}

function uses(graph: Graph, used: Node, seen: ReadonlySet<Node> = new Set()): Use[] {
  const found = graph.readersOf(used).flatMap(({ from, at }): Use[] => {
    if (seen.has(from)) return [];
    if (from.kind !== "output" && from.kind !== "local") return [{ by: from, at, output: undefined }];
    if (from.kind === "output" && graph.readersOf(from).length === 0)
      return [{ by: undefined, at, output: from.address }];
    return uses(graph, from, new Set([...seen, used, from]));
  });
  return [...new Map(found.map((use) => [JSON.stringify([use.by?.id, use.at, use.output]), use])).values()];
}
