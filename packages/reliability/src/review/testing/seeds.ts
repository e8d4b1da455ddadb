import type { Kind } from "../kinds.ts";
import type { Patch, Seed } from "./fixture.ts";
import { openings } from "./openings.ts";

/** One risk in a plan that has none. */
export interface SeededRisk {
  readonly fixture: string;
  readonly address: string;
  readonly seed: Seed;
  readonly kind: Kind;
  readonly rule: string;
}

/** A seed in one row; of what is replaced, the patch is below. */
export type SeedRow = readonly [
  fixture: string,
  address: string,
  kind: Kind,
  rule: string,
  seed: Patch | Seed["action"],
];

const rows: readonly SeedRow[] = [
  // What is lost.
  ["catalogue-database", "aws_db_instance.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-database", "aws_kms_key.data", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-database", "aws_vpc.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-database", "aws_cloudwatch_log_group.error", "data-loss", "deleted", "delete"],
  ["catalogue-storage", "aws_s3_bucket.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-storage", "aws_efs_file_system.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-storage", "aws_backup_vault.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-storage", "aws_s3_object.page", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-security", "aws_secretsmanager_secret.main", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-security", "aws_ecr_repository.api", "data-loss", "deleted-with-data", "delete"],
  ["catalogue-load-balancer", "aws_route53_zone.main", "data-loss", "deleted-with-data", "delete"],
  ["shop-quiet", "aws_dynamodb_table.carts", "data-loss", "deleted-with-data", "delete"],
  ["shop-quiet", 'aws_s3_bucket.this["photos"]', "data-loss", "deleted-with-data", "delete"],
  ["shop-quiet", "aws_sqs_queue.orders", "data-loss", "messages-expire-sooner", { message_retention_seconds: 60 }],
  [
    "catalogue-storage",
    "aws_s3_bucket_lifecycle_configuration.main",
    "data-loss",
    "objects-expire-sooner",
    { "rule.0.expiration.0.days": 30 },
  ],
  [
    "catalogue-storage",
    "aws_s3_bucket_lifecycle_configuration.main",
    "data-loss",
    "objects-expire-sooner",
    { "rule.0.noncurrent_version_expiration.0.noncurrent_days": 1 },
  ],
  ["catalogue-database", "aws_kms_key.data", "outage", "key-disabled", { is_enabled: false }],
  // Who notices.
  ["catalogue-database", "aws_db_instance.main", "outage", "database-restart", { instance_class: "db.r7g.xlarge" }],
  ["catalogue-database", "aws_db_instance.main", "outage", "database-restart", { port: 3307 }],
  ["catalogue-database", "aws_db_instance.main", "outage", "database-renamed", { identifier: "other" }],
  ["catalogue-database", "aws_db_instance.main", "outage", "engine-upgrade", { engine_version: "9.0" }],
  ["catalogue-database", "aws_db_instance.main", "outage", "engine-upgrade", { engine_version: "8.0" }],
  ["catalogue-database", "aws_db_instance.main", "outage", "volume-shrinks", { allocated_storage: 50 }],
  ["catalogue-service", "aws_ecs_service.api", "outage", "stopped", { desired_count: 0 }],
  [
    "catalogue-service",
    "aws_ecs_service.api",
    "outage",
    "deployment-stops-tasks",
    { deployment_minimum_healthy_percent: 0 },
  ],
  ["catalogue-service", "aws_autoscaling_group.arm", "outage", "running-above-maximum", { max_size: 1 }],
  ["catalogue-service", "aws_autoscaling_group.arm", "outage", "stopped", { max_size: 0 }],
  ["catalogue-service", "aws_lb.main", "outage", "deleted", "delete"],
  ["catalogue-service", "aws_ecs_service.api", "outage", "deleted", "delete"],
  ["catalogue-service", "aws_iam_role.task", "outage", "deleted", "delete"],
  ["catalogue-load-balancer", "aws_lb_listener.https", "outage", "listener-moved", { port: 8443 }],
  ["catalogue-load-balancer", "aws_lb_listener.https", "outage", "certificate-removed", { certificate_arn: null }],
  [
    "catalogue-load-balancer",
    "aws_lb_target_group.api",
    "outage",
    "health-check-changed",
    { "health_check.0.path": "/up" },
  ],
  [
    "catalogue-load-balancer",
    "aws_route53_record.alias",
    "outage",
    "name-points-elsewhere",
    { "alias.0.name": "other.example.com" },
  ],
  [
    "catalogue-load-balancer",
    "aws_route53_record.alias",
    "outage",
    "no-failover",
    { "alias.0.evaluate_target_health": false },
  ],
  ["catalogue-load-balancer", "aws_route53_record.caa", "outage", "deleted", "delete"],
  ["catalogue-network", "aws_route.private", "outage", "deleted", "delete"],
  ["catalogue-network", "aws_route.public", "outage", "route-changed", { gateway_id: "igw-other" }],
  ["catalogue-network", "aws_nat_gateway.main", "outage", "deleted", "delete"],
  ["catalogue-network", "aws_vpc.main", "outage", "names-not-resolved", { enable_dns_support: false }],
  ["catalogue-network", "aws_vpc_security_group_ingress_rule.cidr", "outage", "deleted", "delete"],
  ["catalogue-network", "aws_subnet.a", "outage", "replaced", "replace"],
  ["catalogue-security", "aws_cloudwatch_event_rule.fail", "outage", "rule-disabled", { state: "DISABLED" }],
  ...openings,
  // What is made again.
  ["catalogue-service", "aws_iam_instance_profile.node", "replacement", "replaced", "replace"],
  ["catalogue-network", "aws_flow_log.main", "replacement", "replaced", "replace"],
  // What is less to fall back on.
  ["catalogue-database", "aws_db_instance.main", "redundancy", "standby-removed", { multi_az: false }],
  [
    "catalogue-database",
    "aws_db_subnet_group.main",
    "redundancy",
    "fewer-zones",
    { subnet_ids: ["subnet-127189dd5ede51646"] },
  ],
  ["catalogue-service", "aws_autoscaling_group.arm", "redundancy", "capacity-lowered", { min_size: 1 }],
  [
    "catalogue-service",
    "aws_autoscaling_group.arm",
    "redundancy",
    "fewer-zones",
    { availability_zones: ["eu-west-1a"] },
  ],
  ["catalogue-service", "aws_appautoscaling_target.api", "redundancy", "capacity-lowered", { min_capacity: 1 }],
  [
    "catalogue-service",
    "aws_ecs_service.api",
    "redundancy",
    "rollback-off",
    { "deployment_circuit_breaker.0.rollback": false },
  ],
  [
    "catalogue-service",
    "aws_ecs_service.api",
    "redundancy",
    "rebalancing-off",
    { availability_zone_rebalancing: "DISABLED" },
  ],
  ["catalogue-security", "aws_cloudwatch_metric_alarm.cpu", "redundancy", "alarm-off", { actions_enabled: false }],
  ["catalogue-security", "aws_cloudwatch_metric_alarm.cpu", "redundancy", "alarm-off", { alarm_actions: [] }],
  ["catalogue-security", "aws_cloudwatch_metric_alarm.p99", "redundancy", "deleted", "delete"],
  [
    "catalogue-network",
    "aws_vpc_endpoint.logs",
    "redundancy",
    "fewer-zones",
    { subnet_ids: ["subnet-50b40b9e0fb569e3f"] },
  ],
  // What can be brought back.
  ["catalogue-database", "aws_db_instance.main", "backup", "backups-kept-shorter", { backup_retention_period: 1 }],
  [
    "catalogue-database",
    "aws_db_instance.main",
    "backup",
    "automated-backups-deleted",
    { delete_automated_backups: true },
  ],
  [
    "catalogue-storage",
    "aws_backup_plan.main",
    "backup",
    "backups-kept-shorter",
    { "rule.0.lifecycle.0.delete_after": 7 },
  ],
  ["catalogue-storage", "aws_backup_selection.main", "backup", "deleted", "delete"],
  [
    "catalogue-storage",
    "aws_efs_backup_policy.main",
    "backup",
    "backed-up-no-more",
    { "backup_policy.0.status": "DISABLED" },
  ],
  [
    "catalogue-storage",
    "aws_s3_bucket_versioning.main",
    "backup",
    "versioning-off",
    { "versioning_configuration.0.status": "Suspended" },
  ],
  [
    "shop-quiet",
    "aws_dynamodb_table.carts",
    "backup",
    "deletion-protection-off",
    { deletion_protection_enabled: false },
  ],
  [
    "shop-quiet",
    "aws_dynamodb_table.carts",
    "backup",
    "point-in-time-off",
    { "point_in_time_recovery.0.enabled": false },
  ],
  [
    "catalogue-service",
    "aws_autoscaling_group.arm",
    "backup",
    "scale-in-protection-off",
    { protect_from_scale_in: false },
  ],
  // What nobody looks after, and what costs.
  ["catalogue-storage", "aws_s3_bucket.main", "drift", "forgotten", "forget"],
  ["catalogue-database", "aws_db_instance.main", "cost", "size-changed", { instance_class: "db.r7g.xlarge" }],
  ["catalogue-database", "aws_db_instance.main", "cost", "more-of-it", { allocated_storage: 500 }],
  ["catalogue-service", "aws_ecs_service.api", "cost", "more-of-it", { desired_count: 8 }],
];

const replaced: Readonly<Record<string, Patch>> = {
  "aws_subnet.a": { availability_zone: "eu-west-1c" },
  "aws_iam_instance_profile.node": { name: "other" },
  "aws_flow_log.main": { traffic_type: "ALL" },
};

export const seeds: readonly SeededRisk[] = rows.map(([fixture, address, kind, rule, seed]) => ({
  fixture,
  address,
  kind,
  rule,
  seed:
    typeof seed !== "string"
      ? { action: "update", patch: seed }
      : seed === "delete" || seed === "forget"
        ? { action: seed }
        : { action: "replace", patch: replaced[address] ?? {} },
}));
