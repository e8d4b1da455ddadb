/**
 * Which service a Terraform resource type belongs to, longest prefix first. EC2 has most types and the fewest common prefixes, so it is
 * what remains.
 */
const prefixes: readonly (readonly [prefix: string, service: string])[] = (
  [
    ["aws_acm_", "acm"],
    ["aws_appautoscaling_", "application_auto_scaling"],
    ["aws_athena_", "athena"],
    ["aws_autoscaling_", "auto_scaling"],
    ["aws_backup_", "backup"],
    ["aws_budgets_", "budgets"],
    ["aws_cloudfront_", "cloudfront"],
    ["aws_cloudwatch_", "cloudwatch"],
    ["aws_cloudwatch_event_", "eventbridge"],
    ["aws_cloudwatch_log_", "cloudwatch_logs"],
    ["aws_codebuild_", "codebuild"],
    ["aws_codedeploy_", "codedeploy"],
    ["aws_codepipeline", "codepipeline"],
    ["aws_db_", "rds"],
    ["aws_docdb_", "docdb"],
    ["aws_ecr_", "ecr"],
    ["aws_ecs_", "ecs"],
    ["aws_efs_", "efs"],
    ["aws_fis_", "fis"],
    ["aws_iam_", "iam"],
    ["aws_kms_", "kms"],
    ["aws_lambda_", "lambda"],
    ["aws_lb", "elastic_load_balancing_v2"],
    ["aws_rds_", "rds"],
    ["aws_route53_", "route_53"],
    ["aws_s3_", "s3"],
    ["aws_secretsmanager_", "secrets_manager"],
    ["aws_service_discovery_", "servicediscovery"],
    ["aws_sfn_", "sfn"],
    ["aws_sns_", "sns"],
    ["aws_sqs_", "sqs"],
    ["aws_ssm_", "ssm"],
    ["aws_wafv2_", "wafv2"],
    ["aws_xray_", "xray"],
  ] as const
).toSorted(([a], [b]) => b.length - a.length);

/** The service of a Terraform resource type, by its name in `AWS_ENDPOINT_URL_<SERVICE>`. */
export function serviceOf(type: string): string {
  return prefixes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? "ec2";
}
