import { graphOf } from "../graph/graph.ts";
import type { State } from "../read/state.ts";
import type { Synthesis } from "../read/synthesis.ts";
import type { InstanceSizes } from "./cluster-capacity.ts";
import type { AuditFinding } from "./finding.ts";
import { oversized } from "./oversized.ts";
import { tagging, type WithoutTags } from "./tags.ts";
import { unused } from "./unused.ts";

export interface AuditOptions {
  /**
   * Tags that everything must carry.
   *
   * @default ["Owner", "CostCenter", "Environment"]
   */
  readonly tags?: readonly string[];

  /**
   * States of the same stacks: tags that are computed are read there.
   *
   * @default none
   */
  readonly states?: readonly State[];

  /**
   * What instance types offer, to compare with what runs on them.
   *
   * @default none: nothing is said about the size of clusters
   */
  readonly instanceSizes?: InstanceSizes;

  /**
   * Findings that are meant to be there, by address, each with its reason.
   *
   * @default none
   */
  readonly accepted?: Readonly<Record<string, string>>;
}

export interface Audit {
  /** By stack and address. */
  readonly findings: readonly AuditFinding[];
  /** What carries no tag though nothing is wrong. */
  readonly withoutTags: readonly WithoutTags[];
  /** Accepted addresses that nothing is found about any more: remove them. */
  readonly outdated: readonly string[];
}

/**
 * Looks for what is untagged, unused or oversized in stacks that belong together.
 *
 * Give all stacks of an environment at once: what one of them makes another may use. Where a user cannot be seen, nothing is said.
 */
export function audit(stacks: readonly Synthesis[], options: AuditOptions = {}): Audit {
  const { tags = ["Owner", "CostCenter", "Environment"], states = [], instanceSizes = {}, accepted = {} } = options;
  const graph = graphOf(stacks);
  const tagged = tagging(graph, stacks, states, tags);
  const all = [...tagged.findings, ...unused(graph), ...oversized(graph, instanceSizes)];
  const place = ({ stack, address }: AuditFinding) => `${stack} ${address}`;
  return {
    findings: all
      .filter(({ address }) => !Object.hasOwn(accepted, address))
      .toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0)),
    withoutTags: tagged.withoutTags,
    outdated: Object.keys(accepted).filter((accept) => !all.some(({ address }) => address === accept)),
  };
}
