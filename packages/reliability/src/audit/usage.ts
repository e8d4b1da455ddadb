import type { Graph, Node, Use } from "../graph/graph.ts";
import { blocksAt, textAt } from "../read/json.ts";
import { type Clues, namedElsewhere } from "./clues.ts";

/** When a resource of one type is in use, and what to say when it is not. */
export interface UsageRule {
  /** Only these types use it. Left out: every type does. */
  readonly by?: RegExp;
  /** These name it, but do not use it. */
  readonly notBy?: RegExp;
  /** These pass it on: it is in use where one of them is. */
  readonly through?: RegExp;
  /** Being named in `depends_on` is a use. */
  readonly waitedFor?: true;
  /** An output of the stack is no use: whoever reads it does something else with it. */
  readonly notByOutput?: true;
  /** Where nothing can be said about this one. */
  readonly unclear?: (node: Node, clues: Clues) => boolean;
  readonly why: string;
  readonly fix: string;
}

const groupRules = "aws_(vpc_)?security_group(_(ingress|egress)_rule|_rule)?";
const remove = "Remove it, or connect it with what needs it.";

/**
 * Types that are of no use alone. Prices are those of us-east-1.
 *
 * A type that is not here is never called unused: a bucket, a table or a queue may be used by programs that Terraform does not know.
 */
export const usageRules: Readonly<Record<string, UsageRule>> = {
  aws_acm_certificate: {
    notBy: /^aws_route53_record$/,
    through: /^aws_acm_certificate_validation$/,
    why: "No listener, distribution or API serves this certificate.",
    fix: remove,
  },
  aws_cloudwatch_log_group: {
    notBy: /^aws_cloudwatch_(log_|query)/,
    waitedFor: true,
    // Services write to groups by their own naming scheme, without anybody naming the group.
    unclear: ({ body }) => /^(\/aws\/|aws-waf-logs-|API-Gateway-Execution-Logs_)/.test(textAt(body, "name") ?? "/aws/"),
    why: "Nothing writes to this log group.",
    fix: remove,
  },
  aws_db_parameter_group: { why: "No database has this parameter group.", fix: remove },
  aws_db_subnet_group: { why: "No database has this subnet group.", fix: remove },
  aws_ebs_volume: { why: "No instance has this volume; it is paid for by the GiB.", fix: remove },
  aws_ecr_repository: {
    by: /^aws_(ecs_task_definition|lambda_function|apprunner_service|batch_job_definition|codebuild_project|sagemaker_model)$/,
    notByOutput: true,
    unclear: (_node, clues) => clues.imagesUnknown,
    why: "No task or function pulls from this repository.",
    fix: "Remove it, or run its image: a task definition refers to repository_url.",
  },
  aws_efs_file_system: {
    by: /^aws_efs_(mount_target|replication_configuration)$/,
    why: "The file system has no mount target, so that nobody can reach it.",
    fix: "Add a mount target per zone, or remove it.",
  },
  aws_eip: {
    unclear: ({ body }) => ["instance", "network_interface"].some((key) => key in body),
    why: "Nothing has this address: 0.005 USD per hour (VPC price list, public IPv4 address).",
    fix: remove,
  },
  aws_iam_instance_profile: { why: "No instance has this profile.", fix: remove },
  aws_iam_policy: { why: "Nobody has this policy.", fix: "Attach it to a role, or remove it." },
  aws_iam_role: {
    notBy: /^aws_iam_(role_polic|policy_attachment)/,
    through: /^aws_iam_instance_profile$/,
    unclear: ({ body }, clues) => !onlyServices(textAt(body, "assume_role_policy"), clues),
    why: "Nothing runs with this role.",
    fix: remove,
  },
  aws_internet_gateway: {
    by: /^aws_(route|route_table|default_route_table)$/,
    why: "No route leads to this internet gateway.",
    fix: "Add a route, or remove it.",
  },
  aws_kms_key: {
    notBy: /^aws_kms_key_policy$/,
    through: /^aws_kms_(alias|replica_key)$/,
    why: "Nothing is encrypted with this key: 1 USD a month (KMS price list).",
    fix: remove,
  },
  aws_launch_template: { why: "Nothing is launched from this template.", fix: remove },
  aws_lb: {
    by: /^aws_(lb|alb)_listener$/,
    why: "The load balancer has no listener: about 0.0225 USD per hour for nothing (ELB price list).",
    fix: "Add a listener, or remove it.",
  },
  aws_lb_target_group: {
    by: /^aws_((lb|alb)_listener(_rule)?|codedeploy_deployment_group)$/,
    why: "No listener and no rule forwards to this target group: what it holds gets no request.",
    fix: "Add a listener rule that forwards to it, or remove it.",
  },
  aws_nat_gateway: {
    by: /^aws_(route|route_table|default_route_table)$/,
    why: "No route leads to this NAT gateway: about 0.045 USD per hour for nothing (VPC price list).",
    fix: "Route the private subnets of its zone through it, or remove it.",
  },
  aws_route_table: {
    by: /^aws_(route_table_association|main_route_table_association)$/,
    why: "No subnet has this route table.",
    fix: "Associate it, or remove it.",
  },
  aws_security_group: {
    notBy: new RegExp(`^${groupRules}$`),
    why: "Nothing is a member of this security group; its rules open nothing.",
    fix: "Remove it and its rules, or give it to what it was made for.",
  },
  aws_sns_topic: {
    notBy: /^aws_sns_topic_(subscription|policy|data_protection_policy)$/,
    why: "Nothing sends to this topic.",
    fix: "Name it as an alarm's action, or remove it.",
  },
  aws_subnet: {
    notBy: /^aws_(route_table_association|network_acl|network_acl_association|ec2_subnet_cidr_reservation)$/,
    why: "Nothing is in this subnet.",
    fix: remove,
  },
};

/** Whether something uses the node; true also where that cannot be known. */
export function isUsed(graph: Graph, node: Node, rule: UsageRule, clues: Clues): boolean {
  if (rule.unclear?.(node, clues) === true) return true;
  if (graph.usesOf(node).some((use) => counts(graph, use, rule, clues))) return true;
  return namedElsewhere(node, clues, rule);
}

function counts(graph: Graph, { by, at }: Use, rule: UsageRule, clues: Clues): boolean {
  if (by === undefined) return rule.notByOutput !== true;
  if (by.kind !== "managed" || by.block === undefined) return true;
  const { type } = by.block;
  if (at === "depends_on" && rule.waitedFor !== true) return false;
  if (rule.through?.test(type) === true) return isUsed(graph, by, { why: "", fix: "" }, clues);
  if (rule.notBy?.test(type) === true) return false;
  return rule.by?.test(type) ?? true;
}

/**
 * Whether a trust policy lets in nothing but AWS services: who else may take the role cannot be seen from here.
 *
 * False for what cannot be read.
 */
function onlyServices(policy: string | undefined, clues: Clues): boolean {
  const document = policy === undefined ? undefined : clues.document(policy);
  const statements = blocksAt(document, "Statement");
  const principals = statements.flatMap(({ Principal }) =>
    typeof Principal === "object" && Principal !== null ? Object.keys(Principal) : ["*"],
  );
  return principals.length > 0 && principals.every((kind) => kind === "Service");
}
