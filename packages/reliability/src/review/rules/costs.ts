import { differs, higher, lower, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

/** What is paid for by the time it exists, whether anybody uses it or not. The sizes decide how much; no price is guessed here. */
const hourly: Readonly<Record<string, string>> = {
  aws_acmpca_certificate_authority: "by the month",
  aws_alb: "by the hour, and by what goes through it",
  aws_db_instance: "by the hour and by the GiB",
  aws_dms_replication_instance: "by the hour",
  aws_docdb_cluster_instance: "by the hour",
  aws_ec2_transit_gateway_vpc_attachment: "by the hour, and by what goes through it",
  aws_eip: "by the hour, used or not",
  aws_eks_cluster: "by the hour",
  aws_elasticache_replication_group: "by the hour and node",
  aws_elb: "by the hour, and by what goes through it",
  aws_instance: "by the second",
  aws_kms_key: "by the month",
  aws_lb: "by the hour, and by what goes through it",
  aws_mq_broker: "by the hour",
  aws_msk_cluster: "by the hour and broker",
  aws_nat_gateway: "by the hour, and by the GB that goes through it",
  aws_neptune_cluster_instance: "by the hour",
  aws_networkfirewall_firewall: "by the hour, and by what goes through it",
  aws_opensearch_domain: "by the hour and node",
  aws_rds_cluster_instance: "by the hour",
  aws_redshift_cluster: "by the hour and node",
  aws_route53_health_check: "by the month",
  aws_secretsmanager_secret: "by the month",
  aws_vpc_endpoint: "by the hour and zone, unless it is a gateway",
  aws_vpn_connection: "by the hour",
};

/** Sizes in which AWS sells things. */
const sizes: readonly (readonly [type: string, attribute: string])[] = [
  ["aws_db_instance", "instance_class"],
  ["aws_rds_cluster_instance", "instance_class"],
  ["aws_docdb_cluster_instance", "instance_class"],
  ["aws_instance", "instance_type"],
  ["aws_launch_template", "instance_type"],
  ["aws_elasticache_replication_group", "node_type"],
  ["aws_opensearch_domain", "cluster_config.instance_type"],
  ["aws_dynamodb_table", "billing_mode"],
  ["aws_db_instance", "storage_type"],
  ["aws_ebs_volume", "type"],
  ["aws_efs_file_system", "throughput_mode"],
];

const amounts: readonly (readonly [type: string, attribute: string])[] = [
  ["aws_db_instance", "allocated_storage"],
  ["aws_db_instance", "iops"],
  ["aws_ebs_volume", "size"],
  ["aws_ebs_volume", "iops"],
  ["aws_autoscaling_group", "min_size"],
  ["aws_autoscaling_group", "desired_capacity"],
  ["aws_ecs_service", "desired_count"],
  ["aws_appautoscaling_target", "min_capacity"],
  ["aws_elasticache_replication_group", "num_cache_clusters"],
  ["aws_efs_file_system", "provisioned_throughput_in_mibps"],
  ["aws_dynamodb_table", "read_capacity"],
  ["aws_dynamodb_table", "write_capacity"],
  ["aws_db_instance", "backup_retention_period"],
];

export const costRules: readonly Rule[] = [
  {
    id: "paid-by-time",
    kind: "cost",
    types: Object.keys(hourly),
    source: "AWS price lists of the service",
    watches: [],
    judgesNew: true,
    look: (view) =>
      view.isNew && isPaid(view.valueAfter("vpc_endpoint_type"))
        ? [
            {
              path: [],
              before: undefined,
              after: undefined,
              why: `It is paid for ${hourly[view.type] ?? "by the hour"}.`,
            },
          ]
        : [],
  },
  {
    ...rule(
      "cost",
      { id: "paid-twice", types: "aws_db_instance", attribute: "multi_az", source: "RDS price list, Multi-AZ" },
      (view) => {
        const [before, after] = [view.valueBefore("multi_az"), view.valueAfter("multi_az")];
        return before === false && after === true
          ? [{ path: ["multi_az"], before, after, why: "The instance and its storage are paid for twice." }]
          : [];
      },
    ),
  },
  ...sizes.map(([type, attribute]) =>
    differs("cost", {
      id: "size-changed",
      types: type,
      attribute,
      why: "Another size has another price.",
      source: "AWS price lists of the service",
    }),
  ),
  ...amounts.flatMap(([type, attribute]) => [
    higher("cost", {
      id: "more-of-it",
      types: type,
      attribute,
      why: (before, after) => `${Number(after)} instead of ${Number(before)} are paid for.`,
      source: "AWS price lists of the service",
    }),
    ...(attribute === "allocated_storage" || attribute === "size"
      ? [
          lower("outage", {
            id: "volume-shrinks",
            types: type,
            attribute,
            why: (before, after) =>
              `The volume has ${Number(before)} GiB, and is never made ${Number(after)}: the apply fails there.`,
            source: "RDS User Guide, Working with storage",
          }),
        ]
      : []),
  ]),
];

/** A gateway endpoint costs nothing. */
function isPaid(endpointType: unknown): boolean {
  return endpointType !== "Gateway";
}
