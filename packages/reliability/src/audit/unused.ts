import type { Graph, Node } from "../graph/graph.ts";
import { blocksAt, listAt, textAt } from "../read/json.ts";
import { cluesIn } from "./clues.ts";
import type { AuditFinding } from "./finding.ts";
import { isUsed, usageRules } from "./usage.ts";

/** What is there for nobody. What may be used by somebody that cannot be seen from here is left out. */
export function unused(graph: Graph): AuditFinding[] {
  const clues = cluesIn(graph);
  return managed(graph).flatMap((node): AuditFinding[] => {
    const type = node.block?.type ?? "";
    const rule = Object.hasOwn(usageRules, type) ? usageRules[type] : undefined;
    if (rule !== undefined) return isUsed(graph, node, rule, clues) ? [] : [finding(node, rule.why, rule.fix)];
    if (type === "aws_ecs_capacity_provider") return capacityProvider(graph, node);
    if (type === "aws_vpc_endpoint") return interfaceEndpoint(graph, node);
    return [];
  });
}

function finding({ stack, address }: Node, why: string, fix: string): AuditFinding {
  return { kind: "unused", stack, address, why, fix };
}

function managed(graph: Graph): Node[] {
  return [...graph.nodes.values()].filter(({ kind }) => kind === "managed");
}

/** In use by a service that names it, or by one that leaves the choice to its cluster. */
function capacityProvider(graph: Graph, node: Node): AuditFinding[] {
  const users = graph.usesOf(node).filter(({ at }) => at !== "depends_on");
  const used = users.some(({ by }) => by === undefined || by.kind !== "managed" || servesTasks(graph, by));
  if (used) return [];
  return [
    finding(
      node,
      "No service places tasks through this capacity provider.",
      "Name it in a service's strategy, or remove it.",
    ),
  ];
}

const associating = "aws_ecs_cluster_capacity_providers";

function servesTasks(graph: Graph, user: Node): boolean {
  if (user.block?.type !== associating) return true;
  if (blocksAt(user.body, "default_capacity_provider_strategy").length === 0) return false;
  const clusters = graph.readsOf(user).flatMap(({ to, at }) => (at === "cluster_name" ? [to] : []));
  // WHY: a cluster that cannot be found may run anything.
  if (clusters.length === 0) return true;
  return clusters.some((cluster) =>
    graph.usesOf(cluster).some(({ by }) => {
      if (by === undefined || by.kind !== "managed") return true;
      if (by.block?.type !== "aws_ecs_service") return /_(event_target|schedule)$/.test(by.block?.type ?? "");
      const own = blocksAt(by.body, "capacity_provider_strategy").length > 0 || "launch_type" in by.body;
      return !own;
    }),
  );
}

/** What an endpoint of each service is for; of any other service nothing is said. */
const callers: Readonly<Record<string, RegExp>> = {
  "ecr.api":
    /^aws_(ecs_task_definition|lambda_function|eks_cluster|apprunner_service|codebuild_project|batch_job_definition|instance|launch_template|ecr_repository)$/,
  "ecr.dkr":
    /^aws_(ecs_task_definition|lambda_function|eks_cluster|apprunner_service|codebuild_project|batch_job_definition|instance|launch_template|ecr_repository)$/,
  ecs: /^aws_ecs_/,
  "ecs-agent": /^aws_ecs_/,
  "ecs-telemetry": /^aws_ecs_/,
  elasticfilesystem: /^aws_efs_/,
};

function interfaceEndpoint(graph: Graph, node: Node): AuditFinding[] {
  const { body, stack } = node;
  if (textAt(body, "vpc_endpoint_type") !== "Interface") return [];
  const cost = "an endpoint costs about 0.01 USD per hour and zone (PrivateLink price list)";
  const service = /^com\.amazonaws\.[a-z0-9-]+\.(.+)$/.exec(textAt(body, "service_name") ?? "")?.[1] ?? "";
  const caller = Object.hasOwn(callers, service) ? callers[service] : undefined;
  if (caller !== undefined && !managed(graph).some(({ block }) => block !== undefined && caller.test(block.type))) {
    return [finding(node, `Nothing here calls ${service}; ${cost}.`, "Remove it.")];
  }
  if (isClosed(graph, node)) {
    return [
      finding(node, `No rule lets anybody in to it; ${cost}.`, "Open port 443 of its security group, or remove it."),
    ];
  }
  const outside = graph.usesOf(node).some(({ at }) => at !== "depends_on");
  if (body.private_dns_enabled === false && !outside) {
    return [
      finding(
        node,
        `The service's usual name does not lead to it, and nobody knows its own in ${stack}; ${cost}.`,
        "Set private_dns_enabled, or remove it.",
      ),
    ];
  }
  return [];
}

/** Every one of its security groups is known, and none has a rule for what comes in. */
function isClosed(graph: Graph, node: Node): boolean {
  const written = listAt(node.body, "security_group_ids").length;
  const groups = graph
    .readsOf(node)
    .filter(({ at, to }) => at === "security_group_ids" && to.block?.type === "aws_security_group");
  if (written === 0 || groups.length < written) return false;
  return groups.every(({ to }) => {
    if (blocksAt(to.body, "ingress").length > 0 || typeof to.body.ingress === "string") return false;
    return graph.usesOf(to).every(({ by, at }) => {
      if (by === undefined) return false;
      const type = by.block?.type ?? "";
      if (type === "aws_vpc_security_group_ingress_rule") return at !== "security_group_id";
      if (type === "aws_security_group_rule") return at !== "security_group_id" || by.body.type === "egress";
      return by.kind === "managed";
    });
  });
}
