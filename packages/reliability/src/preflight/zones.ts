import type { Graph } from "../graph/graph.ts";
import { type Json, textAt } from "../read/json.ts";
import type { Deployed, State } from "../read/state.ts";
import type { Synthesis } from "../read/synthesis.ts";
import { type Deployment, instanceAddress, type Orphan } from "./deployment.ts";
import { findingOf, type PreflightFinding } from "./finding.ts";

/** A zone of a stack in which every subnet would be deleted. */
interface LostZone {
  readonly stack: string;
  readonly zone: string;
  readonly subnets: readonly Deployed[];
  readonly left: number;
}

/** What goes with a zone: capacity, and all that stands there. One finding per zone, and one per database that cannot follow. */
export function zoneFindings(
  stacks: readonly Synthesis[],
  states: readonly State[],
  deployment: Deployment,
  graph: Graph,
): PreflightFinding[] {
  return stacks.flatMap((synthesis) =>
    lostZones(synthesis, deployment).flatMap((lost) => [
      loss(lost, deployment.orphans),
      ...strandedDatabases(lost, states, deployment, graph),
    ]),
  );
}

function lostZones({ stack }: Synthesis, { orphans, states }: Deployment): LostZone[] {
  const gone = orphans.flatMap(({ deployed }) => (isSubnet(deployed) && deployed.stack === stack ? [deployed] : []));
  const all = (states.get(stack)?.resources ?? []).filter(isSubnet);
  const byZone = Map.groupBy(all, zoneOf);
  const lost = [...byZone].filter(([zone, subnets]) => zone !== "" && subnets.every((subnet) => gone.includes(subnet)));
  return lost.map(([zone, subnets]) => ({ stack, zone, subnets, left: byZone.size - lost.length }));
}

function loss({ stack, zone, subnets, left }: LostZone, orphans: readonly Orphan[]): PreflightFinding {
  const ids = new Set(subnets.map(({ values }) => values.id));
  const others = orphans
    .map(({ deployed }) => deployed)
    .filter(
      ({ type, values }) => type !== "aws_subnet" && (zoneOf({ values }) === zone || ids.has(values.subnet_id ?? null)),
    )
    .filter(({ type }) =>
      /^aws_(nat_gateway|efs_mount_target|instance|ebs_volume|(rds|docdb)_cluster_instance)$/.test(type),
    );
  const named = [...subnets, ...others].map((deployed) => instanceAddress(deployed));
  const rest =
    left === 0
      ? "No zone is left."
      : left === 1
        ? "One zone is left: its loss is the loss of everything."
        : `${left} zones are left.`;
  return findingOf(
    "warn",
    { stack, address: named[0] ?? stack },
    {
      why: `Zone ${zone} goes, with a ${ordinal(left + 1)} of the capacity and all network interfaces in it: ${named.join(", ")}. ${rest}`,
      fix: "Let the load balancer drain the zone first, and see that the others carry the load.",
    },
    { attribute: "availability_zone", before: zone },
  );
}

/** WHY: RDS refuses to take the subnet of a running database out of its group. */
function strandedDatabases(
  lost: LostZone,
  states: readonly State[],
  deployment: Deployment,
  graph: Graph,
): PreflightFinding[] {
  const subnets = new Set(lost.subnets.map(({ values }) => values.id));
  const groups = new Set(
    states
      .flatMap(({ resources }) => resources)
      .filter(
        ({ type, values }) => type === "aws_db_subnet_group" && idsOf(values.subnet_ids).some((id) => subnets.has(id)),
      )
      .map(({ values }) => values.name ?? null),
  );
  return [...graph.nodes.values()].flatMap(({ block }) => {
    if (block?.mode !== "managed" || block.type !== "aws_db_instance") return [];
    const deployed = deployment.instanceOf(block);
    if (
      deployed === undefined ||
      zoneOf(deployed) !== lost.zone ||
      !groups.has(deployed.values.db_subnet_group_name ?? null)
    )
      return [];
    return [
      findingOf(
        "refuse",
        block,
        {
          why: `The database runs in ${lost.zone} now. RDS does not take the subnet of a running database away: the apply fails there.`,
          fix:
            deployed.values.multi_az === true
              ? "Fail over first (reboot with failover), so that it runs in a zone that stays."
              : "Make it Multi-AZ and fail over first, so that it runs in a zone that stays.",
        },
        { attribute: "availability_zone", before: lost.zone },
      ),
    ];
  });
}

function isSubnet({ type, mode }: Deployed): boolean {
  return mode === "managed" && type === "aws_subnet";
}

function zoneOf({ values }: Pick<Deployed, "values">): string {
  return textAt(values, "availability_zone") ?? textAt(values, "availability_zone_name") ?? "";
}

function idsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function ordinal(count: number): string {
  return ["", "whole", "half", "third", "quarter", "fifth", "sixth"][count] ?? `${count}th`;
}
