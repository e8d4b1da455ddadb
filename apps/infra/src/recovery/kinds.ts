/** An ARN, taken apart. Region is empty for what belongs to no region. */
export interface Arn {
  readonly text: string;
  readonly region: string;
  /** Service and type, such as `ec2:vpc`; the service alone where ARNs name no type. */
  readonly kind: string;
  /** What follows the type. */
  readonly rest: string;
}

/** Services whose ARNs name no type of resource. */
const untyped = new Set(["s3", "sns", "sqs"]);

/** Undefined where `text` is no ARN. */
export function parseArn(text: string): Arn | undefined {
  const [scheme, , service = "", region = "", , ...end] = text.split(":");
  if (scheme !== "arn" || end.length === 0) return undefined;
  const resource = end.join(":");
  if (untyped.has(service)) return { text, region, kind: service, rest: resource };
  const [, type = "", rest = ""] = /^([^/:]*)[/:](.*)$/s.exec(resource) ?? [];
  return { text, region, kind: `${service}:${type}`, rest };
}

/** What a resource costs that nobody knows of. */
export type Cost = "free" | "by the hour" | "by the month" | "by size" | "by use";

/** What recovery knows of a kind of resource. */
export interface Kind {
  /** Terraform's types for it; two where the ARN does not tell. */
  readonly types: readonly string[];
  readonly cost: Cost;
  /** It may hold what cannot be made again. */
  readonly holdsData: boolean;
  /** What `terraform import` takes. */
  readonly id: (arn: Arn) => string;
  /** The name that the configuration gave, where the ARN has it, and the attribute that gave it. */
  readonly name?: readonly [attribute: string, of: (arn: Arn) => string];
  /** The words after `aws` that delete one. Several commands where one is not enough. */
  readonly remove: (id: string, arn: Arn) => readonly string[];
}

const rest = ({ rest: all }: Arn) => all;
const text = ({ text: all }: Arn) => all;
const part = (index: number) => (arn: Arn) => arn.rest.split("/").at(index) ?? "";

type Rules = Partial<Omit<Kind, "types" | "cost" | "remove">>;

function kind(types: string | readonly string[], cost: Cost, remove: Kind["remove"] | string, rules: Rules = {}): Kind {
  return {
    types: [types].flat(),
    cost,
    holdsData: false,
    id: rest,
    remove: typeof remove === "string" ? (id) => [`${remove} ${id}`] : remove,
    ...rules,
  };
}

const data = { holdsData: true };
const named = (attribute: string): Rules => ({ name: [attribute, rest] });
const byArn: Rules = { id: text };

/**
 * Every kind of resource that a stack can leave behind, by service and type in its ARN.
 *
 * Formats of ARNs: the "Service Authorization Reference" of AWS. Ids: the page of each type in the provider's documentation, "Import".
 * Costs: the price list of each service.
 */
const kinds: Readonly<Record<string, Kind>> = {
  "acm:certificate": kind("aws_acm_certificate", "free", "acm delete-certificate --certificate-arn", byArn),
  "backup:backup-plan": kind("aws_backup_plan", "free", "backup delete-backup-plan --backup-plan-id"),
  "backup:backup-vault": kind("aws_backup_vault", "by size", "backup delete-backup-vault --backup-vault-name", {
    ...named("name"),
    ...data,
  }),
  "cloudfront:distribution": kind("aws_cloudfront_distribution", "by use", "cloudfront delete-distribution --id"),
  "cloudwatch:alarm": kind("aws_cloudwatch_metric_alarm", "by the month", "cloudwatch delete-alarms --alarm-names", {
    ...named("alarm_name"),
  }),
  "dynamodb:table": kind("aws_dynamodb_table", "by size", "dynamodb delete-table --table-name", {
    ...named("name"),
    ...data,
  }),
  "ec2:elastic-ip": kind("aws_eip", "by the hour", "ec2 release-address --allocation-id"),
  "ec2:internet-gateway": kind("aws_internet_gateway", "free", (id) => [
    `ec2 detach-internet-gateway --internet-gateway-id ${id} --vpc-id VPC`,
    `ec2 delete-internet-gateway --internet-gateway-id ${id}`,
  ]),
  "ec2:launch-template": kind("aws_launch_template", "free", "ec2 delete-launch-template --launch-template-id"),
  "ec2:natgateway": kind("aws_nat_gateway", "by the hour", "ec2 delete-nat-gateway --nat-gateway-id"),
  "ec2:network-acl": kind("aws_network_acl", "free", "ec2 delete-network-acl --network-acl-id"),
  "ec2:route-table": kind("aws_route_table", "free", "ec2 delete-route-table --route-table-id"),
  "ec2:security-group": kind(
    ["aws_security_group", "aws_default_security_group"],
    "free",
    "ec2 delete-security-group --group-id",
  ),
  "ec2:security-group-rule": kind(
    ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
    "free",
    (id) => [`ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids ${id}`],
  ),
  "ec2:subnet": kind("aws_subnet", "free", "ec2 delete-subnet --subnet-id"),
  "ec2:vpc": kind("aws_vpc", "free", "ec2 delete-vpc --vpc-id"),
  "ec2:vpc-endpoint": kind("aws_vpc_endpoint", "by the hour", "ec2 delete-vpc-endpoints --vpc-endpoint-ids"),
  "ec2:vpc-flow-log": kind("aws_flow_log", "by use", "ec2 delete-flow-logs --flow-log-ids"),
  "ecr:repository": kind("aws_ecr_repository", "by size", "ecr delete-repository --repository-name", {
    ...named("name"),
    ...data,
  }),
  "ecs:capacity-provider": kind(
    "aws_ecs_capacity_provider",
    "free",
    "ecs delete-capacity-provider --capacity-provider",
    {
      ...named("name"),
    },
  ),
  "ecs:cluster": kind("aws_ecs_cluster", "free", "ecs delete-cluster --cluster", named("name")),
  "ecs:service": kind(
    "aws_ecs_service",
    "by the hour",
    (_, arn) => [`ecs delete-service --force --cluster ${part(0)(arn)} --service ${part(1)(arn)}`],
    { name: ["name", part(1)] },
  ),
  "elasticfilesystem:access-point": kind("aws_efs_access_point", "free", "efs delete-access-point --access-point-id"),
  "elasticfilesystem:file-system": kind(
    "aws_efs_file_system",
    "by size",
    "efs delete-file-system --file-system-id",
    data,
  ),
  "elasticloadbalancing:listener": kind("aws_lb_listener", "free", "elbv2 delete-listener --listener-arn", byArn),
  "elasticloadbalancing:listener-rule": kind("aws_lb_listener_rule", "free", "elbv2 delete-rule --rule-arn", byArn),
  "elasticloadbalancing:loadbalancer": kind("aws_lb", "by the hour", "elbv2 delete-load-balancer --load-balancer-arn", {
    ...byArn,
    name: ["name", part(1)],
  }),
  "elasticloadbalancing:targetgroup": kind(
    "aws_lb_target_group",
    "free",
    "elbv2 delete-target-group --target-group-arn",
    {
      ...byArn,
      name: ["name", part(0)],
    },
  ),
  "events:rule": kind("aws_cloudwatch_event_rule", "free", "events delete-rule --name", named("name")),
  "iam:policy": kind("aws_iam_policy", "free", "iam delete-policy --policy-arn", {
    ...byArn,
    name: ["name", part(-1)],
  }),
  "kms:key": kind("aws_kms_key", "by the month", "kms schedule-key-deletion --pending-window-in-days 30 --key-id"),
  "lambda:function": kind("aws_lambda_function", "by use", "lambda delete-function --function-name", {
    ...named("function_name"),
  }),
  "logs:log-group": kind("aws_cloudwatch_log_group", "by size", "logs delete-log-group --log-group-name", {
    id: (arn) => arn.rest.replace(/:\*$/, ""),
    name: ["name", (arn) => arn.rest.replace(/:\*$/, "")],
    ...data,
  }),
  "rds:cluster": kind("aws_rds_cluster", "by size", "rds delete-db-cluster --db-cluster-identifier", {
    ...named("cluster_identifier"),
    ...data,
  }),
  "rds:cluster-pg": kind(
    "aws_rds_cluster_parameter_group",
    "free",
    "rds delete-db-cluster-parameter-group --db-cluster-parameter-group-name",
    named("name"),
  ),
  "rds:db": kind("aws_db_instance", "by the hour", "rds delete-db-instance --db-instance-identifier", {
    ...named("identifier"),
    ...data,
  }),
  "rds:pg": kind("aws_db_parameter_group", "free", "rds delete-db-parameter-group --db-parameter-group-name", {
    ...named("name"),
  }),
  "rds:subgrp": kind("aws_db_subnet_group", "free", "rds delete-db-subnet-group --db-subnet-group-name", named("name")),
  "route53:healthcheck": kind(
    "aws_route53_health_check",
    "by the month",
    "route53 delete-health-check --health-check-id",
  ),
  "route53:hostedzone": kind("aws_route53_zone", "by the month", "route53 delete-hosted-zone --id", data),
  s3: kind("aws_s3_bucket", "by size", (id) => [`s3 rb s3://${id}`], { ...named("bucket"), ...data }),
  "secretsmanager:secret": kind(
    "aws_secretsmanager_secret",
    "by the month",
    "secretsmanager delete-secret --secret-id",
    {
      ...byArn,
      // The name, a dash and six characters that AWS adds.
      name: ["name", (arn) => arn.rest.replace(/-[A-Za-z0-9]{6}$/, "")],
      ...data,
    },
  ),
  sns: kind("aws_sns_topic", "by use", "sns delete-topic --topic-arn", { ...byArn, name: ["name", rest] }),
  "states:stateMachine": kind(
    "aws_sfn_state_machine",
    "by use",
    "stepfunctions delete-state-machine --state-machine-arn",
    {
      ...byArn,
      name: ["name", rest],
    },
  ),
};

/** Undefined where recovery knows nothing of such a resource. */
export function kindOf(arn: Arn): Kind | undefined {
  return kinds[arn.kind];
}

/** Kinds that AWS services make themselves, with the tags of what they make them for. Terraform never knows of them. */
const offspring = new Set([
  "backup:recovery-point",
  "ec2:fleet",
  "ec2:instance",
  "ec2:network-interface",
  "ec2:snapshot",
  "ec2:volume",
  "ecs:container-instance",
  "ecs:task",
  // Every revision stays, free of charge: what a rollback goes back to.
  "ecs:task-definition",
  "ecs:task-set",
  "rds:auto-backup",
  "rds:cluster-snapshot",
  "rds:snapshot",
]);

/** Made by an AWS service on behalf of another resource, and gone with it. */
export function isOffspring(arn: Arn, tags: Readonly<Record<string, string>>): boolean {
  return offspring.has(arn.kind) || Object.keys(tags).some((key) => key.startsWith("aws:"));
}

/** Types that cannot be made again: their data, or for a key what it has encrypted, would be lost. */
export const irreplaceable: ReadonlySet<string> = new Set([
  ...Object.values(kinds).flatMap(({ types, holdsData }) => (holdsData ? types : [])),
  "aws_kms_key",
]);
