import type { Graph, Node } from "../graph/graph.ts";
import { isObject, type JsonObject, textAt, textsIn } from "../read/json.ts";

/** What the JSON says beside its references, for Terraform in which resources know each other by name. */
export interface Clues {
  /** Some container's image comes from where we cannot look: a variable, another module. */
  readonly imagesUnknown: boolean;
  /** Every text of every node, with the last name that leads to it. */
  readonly texts: readonly { readonly of: Node; readonly key: string; readonly text: string }[];
  /** A JSON document that is written as text, with whatever is computed in it left as it is. */
  document(text: string): JsonObject | undefined;
}

const ownNames = ["name", "name_prefix", "identifier", "family", "bucket", "alias", "alarm_name", "function_name"];
/** Where a name describes and does not refer. */
const describing = new Set([...ownNames, "Name", "description", "comment"]);
const withImages = /^aws_(ecs_task_definition|lambda_function|apprunner_service|batch_job_definition|eks_cluster)$/;

export function cluesIn(graph: Graph): Clues {
  const nodes = [...graph.nodes.values()];
  return {
    imagesUnknown: imagesUnknown(graph, nodes),
    texts: nodes.flatMap((of) => [...textsIn(of.body)].map(([path, text]) => ({ of, key: lastOf(path), text }))),
    document: parse,
  };
}

/** Whether another node names this one by its literal name, which is a use that no reference shows. */
export function namedElsewhere(node: Node, { texts }: Clues, { notBy }: { readonly notBy?: RegExp }): boolean {
  const names = ownNames.flatMap((key) => textAt(node.body, key) ?? []).filter((name) => name !== "");
  return names.some((name) =>
    texts.some(({ of, key, text }) => {
      if (of === node || describing.has(key) || (of.block !== undefined && notBy?.test(of.block.type) === true))
        return false;
      return refersTo(text, name);
    }),
  );
}

/** `name` alone, at the end of an ARN, or as a value in a JSON document or an expression. */
function refersTo(text: string, name: string): boolean {
  const inner = /^\$\{(.*)\}$/.exec(name)?.[1];
  if (inner !== undefined && text !== name && text.includes(inner)) return true;
  return text === name || text.endsWith(`/${name}`) || text.endsWith(`:${name}`) || text.includes(`"${name}"`);
}

/** WHY: an image from a variable may be in any repository, and a cluster of Kubernetes pulls what nobody says here. */
function imagesUnknown(graph: Graph, nodes: readonly Node[]): boolean {
  const pullers = nodes.filter(({ block }) => block?.mode === "managed" && withImages.test(block.type));
  if (pullers.length === 0) return true;
  return pullers.some((node) => {
    if (node.block?.type === "aws_eks_cluster") return true;
    const reads = graph.readsOf(node).map(({ to }) => to);
    const repositories = reads.some((to) => leadsToRepository(graph, to));
    return !repositories && reads.some(({ kind }) => kind === "variable" || kind === "module" || kind === "data");
  });
}

function leadsToRepository(graph: Graph, node: Node, seen: ReadonlySet<Node> = new Set()): boolean {
  if (node.block?.type === "aws_ecr_repository") return true;
  if (seen.has(node) || (node.kind !== "output" && node.kind !== "local")) return false;
  return graph.readsOf(node).some(({ to }) => leadsToRepository(graph, to, new Set([...seen, node])));
}

function parse(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
