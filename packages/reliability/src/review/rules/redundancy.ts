import type { Json } from "../../read/json.ts";
import { becomes, fewer, gone, higher, is, lost, lower, off, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

const reliability = "AWS Well-Architected, REL10 Use fault isolation";

/** Numbers of things of which one may fail. */
const counts: readonly (readonly [type: string, attribute: string, what: string])[] = [
  ["aws_appautoscaling_target", "min_capacity", "that many are left to take over when one is lost"],
  ["aws_autoscaling_group", "min_size", "that many instances always run"],
  ["aws_autoscaling_group", "max_size", "it cannot grow further than that under load"],
  ["aws_appautoscaling_target", "max_capacity", "it cannot grow further than that under load"],
  ["aws_ecs_service", "desired_count", "that many tasks run"],
  ["aws_elasticache_replication_group", "num_cache_clusters", "that many nodes hold the data"],
  ["aws_elasticache_replication_group", "replicas_per_node_group", "that many copies of each shard are left"],
  ["aws_opensearch_domain", "cluster_config.instance_count", "that many nodes hold the indexes"],
  ["aws_msk_cluster", "number_of_broker_nodes", "that many brokers hold the topics"],
  ["aws_eks_node_group", "scaling_config.min_size", "that many nodes always run"],
  [
    "aws_lambda_provisioned_concurrency_config",
    "provisioned_concurrent_executions",
    "that many calls find a warm function",
  ],
  ["aws_docdb_cluster", "instances", "that many nodes hold the data"],
  ["aws_dynamodb_table", "read_capacity", "reads beyond that are refused"],
  ["aws_dynamodb_table", "write_capacity", "writes beyond that are refused"],
];

/** Lists of subnets or zones. */
const zones: readonly (readonly [type: string, attribute: string])[] = [
  ["aws_autoscaling_group", "vpc_zone_identifier"],
  ["aws_autoscaling_group", "availability_zones"],
  ["aws_db_subnet_group", "subnet_ids"],
  ["aws_elasticache_subnet_group", "subnet_ids"],
  ["aws_lb", "subnets"],
  ["aws_lb", "subnet_mapping"],
  ["aws_elb", "subnets"],
  ["aws_ecs_service", "network_configuration.subnets"],
  ["aws_lambda_function", "vpc_config.subnet_ids"],
  ["aws_vpc_endpoint", "subnet_ids"],
  ["aws_eks_node_group", "subnet_ids"],
  ["aws_rds_cluster", "availability_zones"],
  ["aws_msk_cluster", "broker_node_group_info.client_subnets"],
];

export const redundancyRules: readonly Rule[] = [
  ...counts.map(([type, attribute, what]) =>
    lower("redundancy", {
      id: "capacity-lowered",
      types: type,
      attribute,
      why: (before, after) => `${Number(after)} instead of ${Number(before)}: ${what}.`,
      source: reliability,
    }),
  ),
  ...zones.map(([type, attribute]) =>
    fewer("redundancy", {
      id: "fewer-zones",
      types: type,
      attribute,
      why: (before, after) => zoneWords(before, after),
      source: reliability,
    }),
  ),
  off("redundancy", {
    id: "standby-removed",
    types: "aws_db_instance",
    attribute: "multi_az",
    why: "The standby in another zone goes: the loss of a zone, or of the instance, means a restore.",
    source: "RDS User Guide, Multi-AZ deployments",
  }),
  off("redundancy", {
    id: "standby-removed",
    types: "aws_elasticache_replication_group",
    attribute: "automatic_failover_enabled",
    why: "No node takes over when the first one is lost.",
    source: "ElastiCache User Guide, Minimizing downtime",
  }),
  off("redundancy", {
    id: "standby-removed",
    types: "aws_elasticache_replication_group",
    attribute: "multi_az_enabled",
    why: "All nodes may be in the zone that is lost.",
    source: "ElastiCache User Guide, Minimizing downtime",
  }),
  off("redundancy", {
    id: "standby-removed",
    types: ["aws_opensearch_domain", "aws_elasticsearch_domain"],
    attribute: "cluster_config.zone_awareness_enabled",
    why: "All nodes may be in the zone that is lost.",
    source: "OpenSearch Service Developer Guide, Multi-AZ domains",
  }),
  off("redundancy", {
    id: "standby-removed",
    types: "aws_dms_replication_instance",
    attribute: "multi_az",
    why: "The standby in another zone goes.",
    source: "DMS User Guide, High availability",
  }),
  lost("redundancy", (value) => typeof value === "string" && value.startsWith("MULTI_AZ"), {
    id: "standby-removed",
    types: ["aws_fsx_ontap_file_system", "aws_fsx_windows_file_system"],
    attribute: "deployment_type",
    why: "The standby in another zone goes.",
    source: "FSx User Guide, Deployment types",
  }),
  lost("redundancy", is("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"), {
    id: "standby-removed",
    types: "aws_mq_broker",
    attribute: "deployment_mode",
    why: "No broker takes over when the only one is lost.",
    source: "Amazon MQ Developer Guide, Broker architecture",
  }),
  rule(
    "redundancy",
    {
      id: "replica-detached",
      types: ["aws_db_instance", "aws_rds_cluster"],
      attribute: "replicate_source_db",
      source: "RDS User Guide, Promoting a read replica",
    },
    (view) => {
      const before = view.valueBefore("replicate_source_db");
      return typeof before === "string" &&
        before !== "" &&
        (view.valueAfter("replicate_source_db") ?? "") === "" &&
        view.change.after !== undefined &&
        !view.isUnknown("replicate_source_db")
        ? [
            {
              path: ["replicate_source_db"],
              before,
              after: undefined,
              why: "The replica becomes a database of its own, and follows its source no more. There is no way back.",
            },
          ]
        : [];
    },
  ),
  off("redundancy", {
    id: "cross-zone-off",
    types: "aws_lb",
    attribute: "enable_cross_zone_load_balancing",
    why: "A zone with few targets gets as much as one with many.",
    source: "Elastic Load Balancing User Guide, Cross-zone load balancing",
  }),
  off("redundancy", {
    id: "rollback-off",
    types: "aws_ecs_service",
    attribute: "deployment_circuit_breaker.rollback",
    why: "A deployment that fails stays as it is.",
    source: "ECS Developer Guide, Deployment circuit breaker",
  }),
  off("redundancy", {
    id: "rollback-off",
    types: "aws_ecs_service",
    attribute: "deployment_circuit_breaker.enable",
    why: "A deployment that fails is tried for ever.",
    source: "ECS Developer Guide, Deployment circuit breaker",
  }),
  lost("redundancy", is("ENABLED"), {
    id: "rebalancing-off",
    types: "aws_ecs_service",
    attribute: "availability_zone_rebalancing",
    why: "Tasks stay in the zones that are left after one was lost.",
    source: "ECS Developer Guide, Availability Zone rebalancing",
  }),
  becomes("redundancy", is("EC2"), {
    id: "sick-instances-stay",
    types: "aws_autoscaling_group",
    attribute: "health_check_type",
    why: "An instance whose program does not answer is not replaced.",
    source: "Auto Scaling User Guide, Health checks",
  }),
  off("redundancy", {
    id: "alarm-off",
    types: ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"],
    attribute: "actions_enabled",
    why: "It goes off, and nobody hears of it.",
    source: "CloudWatch User Guide, Alarm actions",
  }),
  gone("redundancy", {
    id: "alarm-off",
    types: ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"],
    attribute: "alarm_actions",
    why: "It goes off, and nobody hears of it.",
    source: "CloudWatch User Guide, Alarm actions",
  }),
  higher("redundancy", {
    id: "alarm-later",
    types: "aws_cloudwatch_metric_alarm",
    attribute: "evaluation_periods",
    why: (before, after) => `It goes off after ${Number(after)} periods instead of ${Number(before)}.`,
    source: "CloudWatch User Guide, Evaluating an alarm",
  }),
  lower("redundancy", {
    id: "smaller",
    types: ["aws_ecs_task_definition", "aws_lambda_function"],
    attribute: "memory",
    why: (before, after) => `${Number(after)} instead of ${Number(before)} MiB: a program that needs more is ended.`,
    source: "ECS Developer Guide, Task size",
  }),
  lower("redundancy", {
    id: "smaller",
    types: "aws_lambda_function",
    attribute: "memory_size",
    why: (before, after) =>
      `${Number(after)} instead of ${Number(before)} MiB: a function that needs more is ended, and all get less CPU.`,
    source: "Lambda Developer Guide, Memory",
  }),
];

function zoneWords(before: Json | undefined, after: Json | undefined): string {
  const [from, to] = [before, after].map((list) => (Array.isArray(list) ? list.length : 0));
  return to === 1
    ? `One subnet instead of ${from}: the loss of that zone is the loss of everything.`
    : `${to} subnets instead of ${from}: one zone less to fall back on.`;
}
