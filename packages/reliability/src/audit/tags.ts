import type { Graph } from "../graph/graph.ts";
import { takesTags } from "../provider/taggable-types.ts";
import { blocksAt, isObject, type JsonObject, objectAt, textAt } from "../read/json.ts";
import type { State } from "../read/state.ts";
import { type Block, defaultTags, type Synthesis } from "../read/synthesis.ts";
import type { AuditFinding } from "./finding.ts";
import { madeLater } from "./made-later.ts";

/** Something that no tag reaches, and nothing here can change that. */
export interface WithoutTags {
  readonly stack: string;
  readonly address: string;
  /** What has no tags: the resource itself, or what AWS makes for it. */
  readonly what: string;
  readonly why: string;
}

export interface Tagging {
  readonly findings: readonly AuditFinding[];
  /** Sorted by stack and address. */
  readonly withoutTags: readonly WithoutTags[];
}

/** Whether every resource carries `required`, and what carries none. */
export function tagging(
  graph: Graph,
  stacks: readonly Synthesis[],
  states: readonly State[],
  required: readonly string[],
): Tagging {
  const findings: AuditFinding[] = [];
  const withoutTags: WithoutTags[] = [];
  for (const synthesis of stacks) {
    for (const block of synthesis.resources.values()) {
      if (!block.type.startsWith("aws_")) continue;
      const { stack, address } = block;
      const carried = tagsOf(block, synthesis, states);
      if (carried === "none") {
        withoutTags.push({ stack, address, what: "the resource itself", why: `${block.type} takes no tags` });
      } else if (carried === "unknown") {
        withoutTags.push({
          stack,
          address,
          what: "nothing known",
          why: "its tags are computed when Terraform applies",
        });
      } else {
        const missing = missingIn(carried, required);
        if (missing.length > 0) findings.push(finding(block, `It has no ${inWords(missing)}.`, ownFix(block)));
      }
    }
  }
  for (const node of graph.nodes.values()) {
    for (const { what, why, tags, fix } of madeLater(graph, node)) {
      const { stack, address } = node;
      const missing = tags === undefined ? [] : missingIn(tags, required);
      if (fix === undefined) withoutTags.push({ stack, address, what, why });
      else if (tags === undefined || missing.length > 0) {
        const lacking = tags === undefined ? "tags" : inWords(missing);
        findings.push({ kind: "untagged", stack, address, why: `${capital(what)} get no ${lacking}: ${why}.`, fix });
      }
    }
  }
  return { findings, withoutTags: withoutTags.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** The tags of a resource: its own and its provider's. */
function tagsOf(block: Block, synthesis: Synthesis, states: readonly State[]): JsonObject | "none" | "unknown" {
  // The group has tags, but in blocks of their own, which the provider's do not reach.
  if (block.type === "aws_autoscaling_group") {
    return Object.fromEntries(
      blocksAt(block.attributes, "tag").map((tag) => [textAt(tag, "key") ?? "", tag.value ?? ""]),
    );
  }
  if (!takesTags(block.type)) return "none";
  const provider = synthesis.providers.find(({ name }) => name === (block.provider ?? "aws"));
  const given = provider === undefined ? {} : defaultTags(provider);
  const own = block.attributes.tags;
  if (typeof own !== "string" && !isComputed(provider?.attributes)) return { ...given, ...(isObject(own) ? own : {}) };
  const deployed = states
    .filter(({ stack }) => stack === block.stack)
    .flatMap(({ resources }) => resources.find(({ address }) => address === block.address) ?? []);
  const [first] = deployed;
  return first === undefined ? "unknown" : objectAt(first.values, "tags_all");
}

function isComputed(provider: JsonObject | undefined): boolean {
  return (
    blocksAt(provider, "default_tags").some(({ tags }) => typeof tags === "string") ||
    typeof provider?.default_tags === "string"
  );
}

/** An empty value names nobody. */
function missingIn(tags: JsonObject, required: readonly string[]): string[] {
  return required.filter((name) => !Object.hasOwn(tags, name) || tags[name] === "" || tags[name] === null);
}

function ownFix({ type }: Block): string {
  return type === "aws_autoscaling_group"
    ? "Add a tag block for each: the provider's default_tags do not reach Auto Scaling groups."
    : "Add them to the default_tags of its provider.";
}

function finding({ stack, address }: Block, why: string, fix: string): AuditFinding {
  return { kind: "untagged", stack, address, why, fix };
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function key({ stack, address, what }: WithoutTags): string {
  return `${stack} ${address} ${what}`;
}
