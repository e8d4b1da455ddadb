import type { Kind } from "../kinds.ts";

/** What happens when something that holds no data goes. */
export interface Removal {
  readonly kind: Kind;
  /** The end of "It is deleted: ..." */
  readonly deleted: string;
}

const outage = (deleted: string): Removal => ({ kind: "outage", deleted });
const security = (deleted: string): Removal => ({ kind: "security", deleted });
const redundancy = (deleted: string): Removal => ({ kind: "redundancy", deleted });
const backup = (deleted: string): Removal => ({ kind: "backup", deleted });

const rights = outage("whoever has the role cannot do any more what this allowed");
const refused = outage("connections that it let in are refused");

/** By type, beside `notices`, which preflight knows as well. From the guides of the services: what the type is for. */
export const removals: Readonly<Record<string, Removal>> = {
  aws_acm_certificate: outage("AWS refuses that while a listener or a distribution has it: the apply stops there"),
  aws_alb_listener: outage("connections to its port are refused"),
  aws_api_gateway_rest_api: outage("nobody answers its calls, and a new one has another address"),
  aws_apigatewayv2_api: outage("nobody answers its calls, and a new one has another address"),
  aws_appautoscaling_policy: redundancy("it does not scale out under load any more"),
  aws_appautoscaling_target: redundancy("it does not scale out under load any more"),
  aws_autoscaling_lifecycle_hook: outage("instances end without waiting for what runs on them"),
  aws_autoscaling_policy: redundancy("it does not scale out under load any more"),
  aws_autoscaling_schedule: redundancy("it does not grow at its hour any more"),
  aws_backup_plan: backup("nothing is backed up by it any more"),
  aws_backup_selection: backup("what it selects is not backed up any more"),
  aws_backup_vault_lock_configuration: backup("recovery points can be deleted before their time"),
  aws_backup_vault_policy: backup("what it refused, deleting recovery points for example, is allowed"),
  aws_cloudfront_distribution: outage("nobody answers under its name any more"),
  aws_cloudtrail: security("what is done in the account is not recorded any more"),
  aws_cloudwatch_composite_alarm: redundancy("nobody is told any more when it would have gone off"),
  aws_cloudwatch_event_rule: outage("what it started is not started any more"),
  aws_cloudwatch_event_target: outage("what the rule started is not started any more"),
  aws_cloudwatch_log_group: { kind: "data-loss", deleted: "the records in it are lost" },
  aws_cloudwatch_log_metric_filter: redundancy(
    "nothing is counted from the records any more, and alarms on it do not go off",
  ),
  aws_cloudwatch_log_subscription_filter: outage("whoever reads the records from it gets none any more"),
  aws_cloudwatch_metric_alarm: redundancy("nobody is told any more when it would have gone off"),
  aws_config_configuration_recorder: security("what changes in the account is not recorded any more"),
  aws_db_event_subscription: redundancy("nobody is told any more what happens to the databases"),
  aws_db_parameter_group: outage("AWS refuses that while a database has it: the apply stops there"),
  aws_db_proxy: outage("nobody answers under its name any more"),
  aws_db_subnet_group: outage("AWS refuses that while a database is in it: the apply stops there"),
  aws_dynamodb_resource_policy: outage("whoever was let in by it is refused"),
  aws_ecr_lifecycle_policy: { kind: "cost", deleted: "old images are kept, and paid for, for ever" },
  aws_ecr_repository_policy: outage("whoever was let in by it is refused"),
  aws_ecs_capacity_provider: outage("tasks that are placed by it find no instance"),
  aws_ecs_cluster_capacity_providers: outage("tasks that are placed by them find no instance"),
  aws_efs_access_point: outage("tasks that mount it do not start any more"),
  aws_efs_backup_policy: backup("the files are not backed up any more"),
  aws_efs_file_system_policy: security("what it demanded, TLS for example, is not demanded any more"),
  aws_efs_replication_configuration: backup("the copy in the other region is not kept up to date any more"),
  aws_eip_association: outage("the public address leads nowhere"),
  aws_eks_node_group: outage("what runs on its nodes ends"),
  aws_elasticache_subnet_group: outage("AWS refuses that while a cache is in it: the apply stops there"),
  aws_flow_log: security("nobody can say afterwards who spoke with whom"),
  aws_guardduty_detector: security("nobody is told of an intruder"),
  aws_iam_group_policy_attachment: outage("whoever is in the group cannot do any more what this allowed"),
  aws_iam_instance_profile: outage("instances that start with it do not start, and those that run lose their role"),
  aws_iam_openid_connect_provider: outage(
    "whoever signs in by it is refused: deployments from a pipeline, for example",
  ),
  aws_iam_policy: outage("whoever has it cannot do any more what it allowed"),
  aws_iam_role: outage("what runs with it can do nothing any more"),
  aws_iam_role_policy: rights,
  aws_iam_role_policy_attachment: rights,
  aws_iam_user: outage("whoever signs in as this user is refused"),
  aws_iam_user_policy_attachment: outage("the user cannot do any more what this allowed"),
  aws_internet_gateway: outage("the network is cut off from the Internet"),
  aws_kms_alias: outage("whoever names the key by it finds nothing"),
  aws_kms_grant: outage("whoever has it cannot use the key any more"),
  aws_lambda_event_source_mapping: outage("messages wait, and nobody takes them"),
  aws_lambda_function: outage("nobody answers its calls"),
  aws_lambda_permission: outage("whoever called the function by it is refused"),
  aws_launch_template: outage("no instance can be started from it"),
  aws_lb_listener_certificate: outage("clients that ask for its names are refused"),
  aws_lb_listener_rule: outage("requests that it matches get the default answer"),
  aws_lb_target_group: outage("AWS refuses that while a listener has it: the apply stops there"),
  aws_lb_target_group_attachment: outage("that target gets no request any more"),
  aws_network_acl: outage(
    "its subnets fall back to the default network ACL, which may let nothing, or everything, through",
  ),
  aws_network_acl_association: outage(
    "the subnet falls back to the default network ACL, which may let nothing, or everything, through",
  ),
  aws_network_acl_rule: outage("packets that it let through are dropped; those that it dropped may get through"),
  aws_route: outage("packets to its destination get lost"),
  aws_route53_health_check: redundancy("a name goes on pointing to what does not answer"),
  aws_route_table: outage("AWS refuses that while a subnet has it; after that its subnets lead nowhere"),
  aws_route_table_association: outage("the subnet falls back to the main route table, which may lead nowhere"),
  aws_s3_bucket_lifecycle_configuration: {
    kind: "cost",
    deleted: "old objects and versions are kept, and paid for, for ever",
  },
  aws_s3_bucket_notification: outage("nobody is told of new objects any more"),
  aws_s3_bucket_ownership_controls: security(
    "objects may belong to other accounts, and carry access lists of their own",
  ),
  aws_s3_bucket_policy: security(
    "what it refused, requests without TLS for example, is allowed; what it allowed is refused",
  ),
  aws_s3_bucket_public_access_block: security("a policy or an access list can make objects public from then on"),
  aws_s3_bucket_replication_configuration: backup("new objects are not copied to the other bucket any more"),
  aws_s3_bucket_server_side_encryption_configuration: security(
    "new objects are encrypted with a key that your policies do not guard",
  ),
  aws_s3_bucket_versioning: backup("what is overwritten or deleted from then on cannot be brought back"),
  aws_scheduler_schedule: outage("what it started is not started any more"),
  aws_secretsmanager_secret_policy: security("what it refused is allowed where something else allows it"),
  aws_secretsmanager_secret_rotation: security("the secret stays the same for ever"),
  aws_secretsmanager_secret_version: outage("programs that ask for this version find nothing"),
  aws_security_group: outage("AWS refuses that while something is in it: the apply waits, and stops after 15 minutes"),
  aws_security_group_rule: refused,
  aws_service_discovery_http_namespace: outage("services do not find each other any more"),
  aws_service_discovery_service: outage("services do not find each other any more"),
  aws_sfn_state_machine: outage("what it ran is not run any more"),
  aws_sns_topic_policy: outage("whoever was let in by it cannot send any more: alarms may reach nobody"),
  aws_sns_topic_subscription: redundancy("what is sent to the topic does not reach this subscriber any more"),
  aws_sqs_queue_policy: outage("whoever was let in by it is refused"),
  aws_ssm_parameter: outage("programs that read it find nothing"),
  aws_subnet: outage("what stands in it goes, or AWS refuses: the apply stops there"),
  aws_transfer_server: outage("nobody answers under its name any more"),
  aws_volume_attachment: outage("the instance loses the volume while it runs"),
  aws_vpc_endpoint: outage("calls through it leave the network, or fail where there is no way out"),
  aws_vpc_endpoint_route_table_association: outage(
    "calls from its subnets leave the network, or fail where there is no way out",
  ),
  aws_vpc_peering_connection: outage("the two networks do not reach each other any more"),
  aws_vpc_security_group_egress_rule: outage("connections that it let out are dropped"),
  aws_vpc_security_group_ingress_rule: refused,
  aws_wafv2_web_acl: security("the web firewall stands before nothing any more"),
  aws_wafv2_web_acl_association: security("the web firewall stands before it no more"),
};

/** Types of which nobody misses one: they are made from other things, only show something, or are AWS's own, which Terraform lets go of. */
export const nobodyMisses: ReadonlySet<string> = new Set(
  `aws_cloudwatch_dashboard aws_cloudwatch_query_definition aws_default_network_acl aws_default_route_table
  aws_default_security_group aws_default_subnet aws_default_vpc aws_ecs_task_definition aws_budgets_budget aws_resourcegroups_group
  aws_launch_configuration aws_acm_certificate_validation null_resource terraform_data time_sleep
  time_static time_rotating time_offset random_id random_pet random_integer random_uuid random_shuffle local_file archive_file`.split(
    /\s+/,
  ),
);

/** Types that are made again with every release, and whose users change over by themselves. */
export const madeAgainOften: ReadonlySet<string> = new Set(
  `aws_ecs_task_definition aws_launch_configuration aws_secretsmanager_secret_version aws_acm_certificate_validation
  aws_api_gateway_deployment aws_lambda_layer_version aws_s3_object_copy time_static time_rotating`.split(/\s+/),
);
