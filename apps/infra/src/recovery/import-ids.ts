/** Attributes of a resource as far as they are known. */
export type Values = Readonly<Record<string, unknown>>;

interface Rule {
  /** Attributes that make up the id, in their order. */
  readonly of: readonly (string | readonly string[])[];
  /** What stands between them. */
  readonly between?: string;
  /** Others may have made such a thing without tags: only one that is exactly as planned is ours. */
  readonly shared?: boolean;
}

/**
 * What `terraform import` takes, from what the plan knows: for things that AWS lists by no tag, or whose names would block the next
 * deployment. The page of each type in the provider's documentation, "Import". A list stands for the first of them that is known.
 */
const rules: Readonly<Record<string, Rule>> = {
  aws_autoscaling_group: { of: ["name"] },
  aws_backup_vault: { of: ["name"] },
  aws_cloudwatch_log_group: { of: ["name"] },
  aws_db_instance: { of: ["identifier"] },
  aws_db_parameter_group: { of: ["name"] },
  aws_db_subnet_group: { of: ["name"] },
  aws_dynamodb_table: { of: ["name"] },
  aws_ecr_repository: { of: ["name"] },
  aws_ecs_capacity_provider: { of: ["name"] },
  aws_ecs_cluster: { of: ["name"] },
  aws_ecs_service: { of: ["cluster", "name"], between: "/" },
  aws_iam_instance_profile: { of: ["name"] },
  aws_iam_role: { of: ["name"] },
  aws_iam_role_policy: { of: ["role", "name"], between: ":" },
  aws_iam_role_policy_attachment: { of: ["role", "policy_arn"], between: "/" },
  aws_kms_alias: { of: ["name"], shared: true },
  aws_lambda_function: { of: ["function_name"] },
  aws_lambda_permission: { of: ["function_name", "statement_id"], between: "/" },
  aws_network_acl_rule: { of: ["network_acl_id", "rule_number", "protocol", "egress"], between: ":" },
  aws_rds_cluster: { of: ["cluster_identifier"] },
  aws_rds_cluster_parameter_group: { of: ["name"] },
  aws_route: {
    of: ["route_table_id", ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"]],
    between: "_",
  },
  aws_route53_record: { of: ["zone_id", "name", "type"], between: "_", shared: true },
  aws_route_table_association: { of: ["subnet_id", "route_table_id"], between: "/" },
  aws_s3_bucket: { of: ["bucket"] },
  aws_vpc_endpoint_route_table_association: { of: ["vpc_endpoint_id", "route_table_id"], between: "/" },
};

/** What a resource of `type` that is planned as `values` would be imported by; undefined where that cannot be said before it is there. */
export function importId(type: string, values: Values): string | undefined {
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (rule === undefined) return undefined;
  const parts = rule.of.map((attribute) => known(values, [attribute].flat()));
  if (parts.includes(undefined)) return undefined;
  if (type === "aws_ecs_service") return parts.map((part) => part?.split("/").at(-1)).join("/");
  const set = type === "aws_route53_record" ? known(values, ["set_identifier"]) : undefined;
  return [...parts, ...(set === undefined ? [] : [set])].join(rule.between ?? "");
}

/** Whether a thing of this type may be somebody else's, though its name is ours. */
export function isShared(type: string): boolean {
  return Object.hasOwn(rules, type) && rules[type]?.shared === true;
}

function known(values: Values, attributes: readonly string[]): string | undefined {
  for (const attribute of attributes) {
    const value = values[attribute];
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
