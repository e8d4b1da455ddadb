import type { Graph, Node } from "../graph/graph.ts";
import { blocksAt, type JsonObject, objectAt, textAt } from "../read/json.ts";

/** Something that AWS makes by itself, for a resource. */
export interface MadeLater {
  readonly what: string;
  readonly why: string;
  /** What it will carry. Undefined: nothing. */
  readonly tags?: JsonObject;
  /** How to have it tagged. Undefined: nobody can. */
  readonly fix?: string;
}

/** What AWS makes for a resource after Terraform has made the resource, and the tags that it will have. */
export function madeLater(graph: Graph, node: Node): MadeLater[] {
  const type = node.kind === "managed" ? (node.block?.type ?? "") : "";
  const maker = Object.hasOwn(makers, type) ? makers[type] : undefined;
  return maker === undefined ? [] : maker(node.body, graph, node);
}

type Maker = (body: JsonObject, graph: Graph, node: Node) => MadeLater[];

const interfaces = (owner: string): MadeLater => ({
  what: "its network interfaces",
  why: `${owner} makes them; they cost nothing`,
});

const snapshots: Maker = (body) =>
  body.copy_tags_to_snapshot === true
    ? []
    : [
        {
          what: "its snapshots",
          why: "a snapshot has the tags of its database only where that is said",
          fix: "Set copy_tags_to_snapshot.",
        },
      ];

const database: Maker = (body, graph, node) => {
  const found = [interfaces("RDS"), ...snapshots(body, graph, node)];
  return body.manage_master_user_password === true ? [...found, managedSecret] : found;
};

const managedSecret: MadeLater = {
  what: "the secret with its master password",
  why: "RDS makes it and tags it as its own; 0.40 USD a month (Secrets Manager price list)",
};

const makers: Readonly<Record<string, Maker>> = {
  aws_db_instance: database,
  aws_docdb_cluster: (body) => (body.manage_master_user_password === true ? [managedSecret] : []),
  aws_docdb_cluster_instance: () => [interfaces("DocumentDB")],
  aws_ecs_cluster: (body) =>
    blocksAt(body, "setting").some(({ name, value }) => name === "containerInsights" && value !== "disabled")
      ? [{ what: "the log group of Container Insights", why: "ECS makes it, for ever, with the first task" }]
      : [],
  aws_ecs_service: (body) => {
    const propagated = textAt(body, "propagate_tags") ?? "NONE";
    if (propagated !== "NONE") return [];
    const what = "its tasks";
    const why = "a task has the tags of its service only where that is said";
    // Tasks on instances cost nothing of their own.
    return [onFargate(body) ? { what, why, fix: 'Set propagate_tags to "SERVICE".' } : { what, why }];
  },
  aws_efs_mount_target: () => [interfaces("EFS")],
  aws_launch_template: launchTemplate,
  aws_lb: () => [interfaces("Elastic Load Balancing")],
  aws_rds_cluster: database,
  aws_rds_cluster_instance: () => [interfaces("RDS")],
  aws_vpc_endpoint: (body) => (textAt(body, "vpc_endpoint_type") === "Interface" ? [interfaces("PrivateLink")] : []),
};

function onFargate(body: JsonObject): boolean {
  const providers = blocksAt(body, "capacity_provider_strategy").map((each) => textAt(each, "capacity_provider") ?? "");
  return textAt(body, "launch_type") === "FARGATE" || providers.some((name) => name.startsWith("FARGATE"));
}

/** Instances also get the tags that their Auto Scaling group propagates; volumes and interfaces only those of the template. */
function launchTemplate(body: JsonObject, graph: Graph, node: Node): MadeLater[] {
  const groups = graph.usesOf(node).flatMap(({ by }) => (by?.block?.type === "aws_autoscaling_group" ? [by] : []));
  const specified = (resource: string): JsonObject =>
    Object.assign(
      {},
      ...blocksAt(body, "tag_specifications")
        .filter(({ resource_type: type }) => type === resource)
        .map((each) => objectAt(each, "tags")),
    );
  const propagated = groups.map(
    (group): JsonObject =>
      Object.fromEntries(
        blocksAt(group.body, "tag")
          .filter(({ propagate_at_launch: propagate }) => propagate === true)
          .map((tag) => [textAt(tag, "key") ?? "", tag.value ?? ""]),
      ),
  );
  // Without a group nobody knows what it launches; with several the poorest counts.
  const everywhere = propagated.length === 0 ? {} : propagated.reduce(common);
  return [
    {
      what: "instances that it launches",
      why: "the provider's default_tags do not reach what AWS launches",
      tags: { ...specified("instance"), ...everywhere },
      fix: 'Add tag_specifications for "instance".',
    },
    {
      what: "volumes of the instances that it launches",
      why: "the provider's default_tags do not reach what AWS launches",
      tags: specified("volume"),
      fix: 'Add tag_specifications for "volume".',
    },
    ...(Object.keys(specified("network-interface")).length > 0 ? [] : [interfaces("EC2")]),
  ];
}

function common(one: JsonObject, other: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(one).filter(([name]) => Object.hasOwn(other, name)));
}
