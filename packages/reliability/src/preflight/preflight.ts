import { graphOf } from "../graph/graph.ts";
import type { Deployed, State } from "../read/state.ts";
import type { Synthesis } from "../read/synthesis.ts";
import { compare } from "./comparison.ts";
import { databaseFindings } from "./databases.ts";
import { abandonedStates, deletionFindings, unreadableStates } from "./deleted.ts";
import { deploymentOf } from "./deployment.ts";
import type { PreflightFinding, UnknownValue } from "./finding.ts";
import { providerFindings } from "./providers.ts";
import { redundancyFindings } from "./redundancy.ts";
import { Replacements, replacementFinding } from "./replaced.ts";
import { Values } from "./values.ts";
import { zoneFindings } from "./zones.ts";

export interface PreflightOptions {
  /**
   * Findings that are meant, by address, each with its reason: they are still said, but refuse nothing.
   *
   * @default none
   */
  readonly accepted?: Readonly<Record<string, string>>;
}

export interface Preflight {
  /** Refusals first, then by stack and address. */
  readonly findings: readonly PreflightFinding[];
  /** Values that decide about a replacement and are known to Terraform's plan only: look there. */
  readonly unknown: readonly UnknownValue[];
}

/**
 * Compares what is deployed with what was synthesised, before Terraform plans anything.
 *
 * Give all stacks and states of an environment together: references lead from one to another. A stack without a state is new. It does not
 * replace the review of the plan; it says early, and in words, what must not be tried.
 */
export function preflight(
  stacks: readonly Synthesis[],
  states: readonly State[],
  options: PreflightOptions = {},
): Preflight {
  const graph = graphOf(stacks);
  const deployment = deploymentOf(stacks, states);
  const replacements = new Replacements(deployment);
  const values = new Values(graph, deployment, (block) => replacements.isReplaced(block));
  replacements.use(values);
  const blocks = stacks.flatMap(({ resources }) => [...resources.values()]);
  const created = blocks.filter((block) => deployment.instanceOf(block) === undefined);
  const writtenAs = (deployed: Deployed) => blocks.find((block) => deployment.instanceOf(block) === deployed);
  const found = [
    ...unreadableStates(states),
    ...abandonedStates(stacks, states),
    ...providerFindings(stacks, deployment.unwritten),
    ...deletionFindings(deployment.orphans, states, created, writtenAs),
    ...zoneFindings(stacks, states, deployment, graph),
    ...blocks.flatMap((block) => {
      const deployed = deployment.instanceOf(block);
      if (deployed === undefined) return [];
      const causes = replacements.causesOf(block);
      const replaced = replacementFinding(block, causes);
      if (causes.length > 0) return replaced === undefined ? [] : [replaced];
      const change = compare(block, deployed, values);
      return [...databaseFindings(change), ...redundancyFindings(change)];
    }),
  ];
  return {
    findings: sorted(found.map((finding) => accept(finding, options.accepted ?? {}))),
    unknown: replacements.unknown,
  };
}

function accept(finding: PreflightFinding, accepted: Readonly<Record<string, string>>): PreflightFinding {
  const reason = Object.hasOwn(accepted, finding.address) ? accepted[finding.address] : undefined;
  if (reason === undefined || finding.severity === "warn") return finding;
  return { ...finding, severity: "warn", why: `${finding.why} Accepted: ${reason}` };
}

function sorted(findings: readonly PreflightFinding[]): PreflightFinding[] {
  const key = ({ severity, stack, address, attribute }: PreflightFinding) =>
    `${severity === "refuse" ? 0 : 1} ${stack} ${address} ${attribute ?? ""}`;
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
