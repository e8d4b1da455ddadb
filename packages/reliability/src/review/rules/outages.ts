import { becomes, differs, fewer, gone, is, lost, off, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

// What users notice although everything stays. What is deleted or replaced: removal.ts; databases: databases.ts.

export const outageRules: readonly Rule[] = [
  off("outage", {
    id: "key-disabled",
    types: ["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key"],
    attribute: "is_enabled",
    why: "Nothing that it has encrypted can be read from then on: databases stop, tasks do not start.",
    source: "KMS Developer Guide, Enabling and disabling keys",
  }),
  zero(
    "aws_ecs_service",
    "desired_count",
    "No task runs any more.",
    "ECS Developer Guide, Service definition parameters",
  ),
  zero("aws_autoscaling_group", "max_size", "No instance runs any more.", "Auto Scaling User Guide, Capacity limits"),
  zero(
    "aws_autoscaling_group",
    "desired_capacity",
    "No instance runs until it scales out.",
    "Auto Scaling User Guide, Capacity limits",
  ),
  zero("aws_appautoscaling_target", "max_capacity", "Nothing runs any more.", "Application Auto Scaling User Guide"),
  zero(
    "aws_lambda_function",
    "reserved_concurrent_executions",
    "No call of the function is let through.",
    "Lambda Developer Guide, Reserved concurrency",
  ),
  rule(
    "outage",
    {
      id: "running-above-maximum",
      types: "aws_autoscaling_group",
      attribute: "max_size",
      source: "Auto Scaling User Guide, Capacity limits",
    },
    (view) => {
      const [running, most] = [view.valueBefore("desired_capacity"), view.valueAfter("max_size")].map(Number);
      return running !== undefined && most !== undefined && most > 0 && running > most
        ? [
            {
              path: ["max_size"],
              before: view.valueBefore("max_size"),
              after: most,
              why: `${running} instances run: ${running - most} end at once, with what runs on them.`,
            },
          ]
        : [];
    },
  ),
  off("outage", {
    id: "distribution-disabled",
    types: "aws_cloudfront_distribution",
    attribute: "enabled",
    why: "It answers nobody any more.",
    source: "CloudFront Developer Guide, Distribution settings",
  }),
  lost("outage", is("ENABLED", "Enabled"), {
    id: "rule-disabled",
    types: ["aws_cloudwatch_event_rule"],
    attribute: "state",
    why: "What it started is not started any more.",
    source: "EventBridge User Guide, Disabling a rule",
  }),
  off("outage", {
    id: "rule-disabled",
    types: ["aws_lambda_event_source_mapping"],
    attribute: "enabled",
    why: "Messages wait, and nobody takes them.",
    source: "Lambda Developer Guide, Event source mappings",
  }),
  off("outage", {
    id: "names-not-resolved",
    types: "aws_vpc",
    attribute: "enable_dns_support",
    why: "No name is resolved inside of the network: databases and services are not found.",
    source: "VPC User Guide, DNS attributes",
  }),
  off("outage", {
    id: "names-not-resolved",
    types: "aws_vpc_endpoint",
    attribute: "private_dns_enabled",
    why: "Calls to the service leave the network, or fail where there is no way out.",
    source: "PrivateLink Guide, Private DNS",
  }),
  ...(["records", "alias.name"] as const).map((attribute) =>
    differs("outage", {
      id: "name-points-elsewhere",
      types: "aws_route53_record",
      attribute,
      why: "Clients go somewhere else; those that remember the old answer do so until its TTL is over.",
      source: "Route 53 Developer Guide, Values for records",
    }),
  ),
  gone("outage", {
    id: "certificate-removed",
    types: ["aws_lb_listener", "aws_alb_listener"],
    attribute: "certificate_arn",
    why: "Clients are refused: nothing proves who answers.",
    source: "Elastic Load Balancing User Guide, HTTPS listeners",
  }),
  ...["port", "protocol"].map((attribute) =>
    differs("outage", {
      id: "listener-moved",
      types: ["aws_lb_listener", "aws_alb_listener"],
      attribute,
      why: "Clients that come as before are refused.",
      source: "Elastic Load Balancing User Guide, Listeners",
    }),
  ),
  differs("outage", {
    id: "health-check-changed",
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    attribute: "health_check.path",
    why: "If the new path does not answer well, all targets are taken out, or ended.",
    source: "Elastic Load Balancing User Guide, Target group health checks",
  }),
  rule(
    "outage",
    {
      id: "access-removed",
      types: ["aws_security_group", "aws_default_security_group"],
      attribute: "ingress",
      source: "VPC User Guide, Security groups",
    },
    (view) => {
      const [before, after] = [view.before("ingress"), view.after("ingress")].map((found) =>
        found.flatMap(({ value }) => (Array.isArray(value) ? value : [value])),
      );
      const left = new Set((after ?? []).map((entry) => JSON.stringify(entry)));
      const removed = (before ?? []).filter((entry) => !left.has(JSON.stringify(entry)));
      return !view.isNew &&
        removed.length > 0 &&
        (before ?? []).length > (after ?? []).length &&
        !view.isUnknown("ingress")
        ? [
            {
              path: ["ingress"],
              before: removed,
              after: undefined,
              why: "Whoever came by this rule is refused from then on.",
            },
          ]
        : [];
    },
  ),
  ...["cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "from_port", "to_port", "ip_protocol"].map(
    (attribute) =>
      differs("outage", {
        id: "access-changed",
        types: "aws_vpc_security_group_ingress_rule",
        attribute,
        why: "Whoever came by the rule as it was is refused, unless the new one lets them in.",
        source: "VPC User Guide, Security group rules",
      }),
  ),
  ...["gateway_id", "nat_gateway_id", "transit_gateway_id", "vpc_peering_connection_id", "network_interface_id"].map(
    (attribute) =>
      differs("outage", {
        id: "route-changed",
        types: "aws_route",
        attribute,
        why: "Packets take another way; connections that are open break.",
        source: "VPC User Guide, Route tables",
      }),
  ),
  fewer("outage", {
    id: "route-removed",
    types: ["aws_route_table", "aws_default_route_table"],
    attribute: "route",
    why: "Packets to its destination get lost.",
    source: "VPC User Guide, Route tables",
  }),
  becomes("outage", is("IN_PLACE", "ALL_AT_ONCE"), {
    id: "deployed-at-once",
    types: "aws_codedeploy_deployment_group",
    attribute: "deployment_style.deployment_type",
    why: "All instances are changed while they serve.",
    source: "CodeDeploy User Guide, Deployment types",
  }),
  rule(
    "outage",
    {
      id: "deployment-stops-tasks",
      types: "aws_ecs_service",
      attribute: "deployment_minimum_healthy_percent",
      source: "ECS Developer Guide, Service definition parameters",
    },
    (view) => {
      const [before, after] = [
        view.valueBefore("deployment_minimum_healthy_percent"),
        view.valueAfter("deployment_minimum_healthy_percent"),
      ];
      return typeof before === "number" && typeof after === "number" && after < before
        ? [
            {
              path: ["deployment_minimum_healthy_percent"],
              before,
              after,
              why:
                after === 0
                  ? "Each deployment may stop every task before a new one answers."
                  : `Each deployment may leave ${after} % of the tasks.`,
            },
          ]
        : [];
    },
  ),
  off("outage", {
    id: "no-failover",
    types: "aws_route53_record",
    attribute: "alias.evaluate_target_health",
    why: "The name goes on pointing to what does not answer.",
    source: "Route 53 Developer Guide, Evaluate target health",
  }),
  gone("outage", {
    id: "no-failover",
    types: "aws_route53_record",
    attribute: "health_check_id",
    why: "The name goes on pointing to what does not answer.",
    source: "Route 53 Developer Guide, Health checks and DNS failover",
  }),
];

/** A number that becomes 0. */
function zero(type: string, attribute: string, why: string, source: string): Rule {
  return rule("outage", { id: "stopped", types: type, attribute, source }, (view) => {
    const [before, after] = [view.valueBefore(attribute), view.valueAfter(attribute)];
    return before !== undefined && Number(before) !== 0 && after !== undefined && Number(after) === 0
      ? [{ path: [attribute], before, after, why }]
      : [];
  });
}
