import { becomes, gained, gone, is, lost, off, on, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

// Who may reach, read or do something, and who sees it. Policies have a file of their own, networks too.

const s3 = "S3 User Guide, Blocking public access";

export const accessRules: readonly Rule[] = [
  ...["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].map((attribute) =>
    gained("security", is(false), {
      id: "public-access-allowed",
      types: ["aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"],
      attribute,
      why: "A policy or an access list can make objects public from then on.",
      source: s3,
    }),
  ),
  gained("security", is("public-read", "public-read-write", "authenticated-read", "website"), {
    id: "public-acl",
    types: ["aws_s3_bucket_acl", "aws_s3_bucket", "aws_s3_object"],
    attribute: "acl",
    why: "Anybody may read it.",
    source: s3,
  }),
  gained("security", (value) => Array.isArray(value) && value.includes("all"), {
    id: "snapshot-public",
    types: ["aws_db_snapshot", "aws_db_cluster_snapshot", "aws_db_snapshot_copy"],
    attribute: "shared_accounts",
    why: "Anybody with an AWS account can restore it, and read it.",
    source: "RDS User Guide, Sharing a DB snapshot",
  }),
  gained("security", is("optional"), {
    id: "instance-metadata-v1",
    types: ["aws_instance", "aws_launch_template", "aws_launch_configuration"],
    attribute: "metadata_options.http_tokens",
    why: "A program that can be made to fetch a URL gives away the credentials of the instance's role (IMDSv1).",
    source: "EC2 User Guide, Use the Instance Metadata Service",
  }),
  on("security", {
    id: "privileged-container",
    types: "aws_ecs_task_definition",
    attribute: "container_definitions.privileged",
    why: "The container has the rights of the host.",
    source: "ECS Developer Guide, Task definition parameters, privileged",
  }),
  becomes("security", is(true), {
    id: "shell-into-containers",
    types: "aws_ecs_service",
    attribute: "enable_execute_command",
    why: "Whoever has ecs:ExecuteCommand gets a shell in the tasks, with their role.",
    source: "ECS Developer Guide, Using ECS Exec",
  }),
  gained("security", is("NONE"), {
    id: "no-authentication",
    types: "aws_lambda_function_url",
    attribute: "authorization_type",
    why: "Anybody who knows the URL can call the function.",
    source: "Lambda Developer Guide, Access to function URLs",
  }),
  becomes("security", is("NONE"), {
    id: "no-authentication",
    types: ["aws_api_gateway_method", "aws_apigatewayv2_route"],
    attribute: "authorization",
    why: "Anybody who reaches the API can call this method.",
    source: "API Gateway Developer Guide, Access control",
  }),
  becomes("security", is("NONE"), {
    id: "no-authentication",
    types: "aws_apigatewayv2_route",
    attribute: "authorization_type",
    why: "Anybody who reaches the API can call this route.",
    source: "API Gateway Developer Guide, Access control",
  }),
  gained("security", is("*"), {
    id: "function-for-everybody",
    types: "aws_lambda_permission",
    attribute: "principal",
    why: "Anybody with an AWS account may call the function.",
    source: "Lambda Developer Guide, Resource-based policies",
  }),
  gained(
    "security",
    (value) => typeof value === "string" && /:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$/.test(value),
    {
      id: "administrator",
      types: [
        "aws_iam_role_policy_attachment",
        "aws_iam_user_policy_attachment",
        "aws_iam_group_policy_attachment",
        "aws_iam_policy_attachment",
      ],
      attribute: "policy_arn",
      why: "Whoever has it may do nearly everything in the account.",
      source: "IAM User Guide, Security best practices, least privilege",
    },
  ),
  {
    ...rule(
      "security",
      {
        id: "long-lived-key",
        types: "aws_iam_access_key",
        attribute: "user",
        source: "IAM User Guide, Security best practices, temporary credentials",
      },
      (view) =>
        view.isNew
          ? [
              {
                path: ["user"],
                before: undefined,
                after: view.valueAfter("user"),
                why: "A key that is valid until somebody deletes it, and stands in the state.",
              },
            ]
          : [],
    ),
    judgesNew: true,
  },
  gone("security", {
    id: "permissions-boundary-removed",
    types: ["aws_iam_role", "aws_iam_user"],
    attribute: "permissions_boundary",
    why: "What a policy grants is not bounded any more.",
    source: "IAM User Guide, Permissions boundaries",
  }),
  off("security", {
    id: "iam-authentication-off",
    types: ["aws_db_instance", "aws_rds_cluster"],
    attribute: "iam_database_authentication_enabled",
    why: "Programs that come with a token of their role are refused; those with passwords are left.",
    source: "RDS User Guide, IAM database authentication",
  }),
  off("security", {
    id: "managed-password-off",
    types: ["aws_db_instance", "aws_rds_cluster", "aws_redshift_cluster"],
    attribute: "manage_master_user_password",
    why: "The password is not rotated by RDS any more, and stands in the state.",
    source: "RDS User Guide, Password management with Secrets Manager",
  }),
  lost("security", is("IMMUTABLE"), {
    id: "image-tags-mutable",
    types: "aws_ecr_repository",
    attribute: "image_tag_mutability",
    why: "A tag can be moved to another image: what was reviewed is not what runs.",
    source: "ECR User Guide, Image tag mutability",
  }),
  off("security", {
    id: "image-scan-off",
    types: "aws_ecr_repository",
    attribute: "image_scanning_configuration.scan_on_push",
    why: "Nobody is told of known holes in a new image.",
    source: "ECR User Guide, Image scanning",
  }),
  lost("security", is("ENABLED", "ON", "OPTIONAL"), {
    id: "mfa-off",
    types: "aws_cognito_user_pool",
    attribute: "mfa_configuration",
    why: "A password is enough to sign in.",
    source: "Cognito Developer Guide, Adding MFA to a user pool",
  }),
  off("security", {
    id: "audit-off",
    types: "aws_cloudtrail",
    attribute: "enable_logging",
    why: "What is done in the account is not recorded any more.",
    source: "CloudTrail User Guide, Security best practices",
  }),
  off("security", {
    id: "audit-weakened",
    types: "aws_cloudtrail",
    attribute: "enable_log_file_validation",
    why: "A record that was changed afterwards cannot be told from a true one.",
    source: "CloudTrail User Guide, Validating log file integrity",
  }),
  off("security", {
    id: "audit-weakened",
    types: "aws_cloudtrail",
    attribute: "is_multi_region_trail",
    why: "What is done in other regions is not recorded any more.",
    source: "CloudTrail User Guide, Security best practices",
  }),
  off("security", {
    id: "audit-off",
    types: ["aws_guardduty_detector", "aws_inspector2_enabler"],
    attribute: "enable",
    why: "Nobody is told of an intruder.",
    source: "GuardDuty User Guide, Suspending GuardDuty",
  }),
  off("security", {
    id: "audit-off",
    types: "aws_config_configuration_recorder_status",
    attribute: "is_enabled",
    why: "What changes in the account is not recorded any more.",
    source: "Config Developer Guide, Managing the recorder",
  }),
  lost("security", (value) => Array.isArray(value) && value.length > 0, {
    id: "audit-weakened",
    types: ["aws_db_instance", "aws_rds_cluster", "aws_eks_cluster"],
    attribute: "enabled_cloudwatch_logs_exports",
    why: "The records do not leave the database any more; they are lost with it.",
    source: "RDS User Guide, Publishing database logs",
  }),
  off("security", {
    id: "access-log-off",
    types: ["aws_lb", "aws_elb"],
    attribute: "access_logs.enabled",
    why: "Nobody can say afterwards who asked for what.",
    source: "Elastic Load Balancing User Guide, Access logs",
  }),
  gone("security", {
    id: "access-log-off",
    types: "aws_cloudfront_distribution",
    attribute: "logging_config.bucket",
    why: "Nobody can say afterwards who asked for what.",
    source: "CloudFront Developer Guide, Standard logging",
  }),
  gone("security", {
    id: "firewall-removed",
    types: "aws_cloudfront_distribution",
    attribute: "web_acl_id",
    why: "The web firewall stands before it no more.",
    source: "WAF Developer Guide, Associating a web ACL",
  }),
  off("security", {
    id: "firewall-weakened",
    types: "aws_lb",
    attribute: "drop_invalid_header_fields",
    why: "Headers that are malformed reach the application: request smuggling.",
    source: "Application Load Balancer User Guide, Load balancer attributes",
  }),
  lost("security", is("defensive", "strictest"), {
    id: "firewall-weakened",
    types: "aws_lb",
    attribute: "desync_mitigation_mode",
    why: "Ambiguous requests reach the application: request smuggling.",
    source: "Application Load Balancer User Guide, Desync mitigation mode",
  }),
];
