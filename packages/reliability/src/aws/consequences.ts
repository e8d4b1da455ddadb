/** What is lost with a resource that holds something. */
export interface Stateful {
  /** In a sentence: "The database is ...". */
  readonly what: string;
  readonly loses: string;
}

/** Types whose loss cannot be made good by another apply. */
export const stateful: Readonly<Record<string, Stateful>> = {
  aws_backup_logically_air_gapped_vault: { what: "backup vault", loses: "the recovery points in it" },
  aws_backup_vault: { what: "backup vault", loses: "the recovery points in it" },
  aws_cognito_user_pool: { what: "user pool", loses: "its users and their passwords" },
  aws_db_instance: { what: "database", loses: "its data since the last snapshot, and point-in-time recovery" },
  aws_docdb_cluster: {
    what: "database cluster",
    loses: "its data since the last snapshot, and point-in-time recovery",
  },
  aws_docdb_cluster_instance: { what: "database node", loses: "a copy that could take over" },
  aws_docdb_global_cluster: { what: "global cluster", loses: "the copies in other regions" },
  aws_dynamodb_table: { what: "table", loses: "its items" },
  aws_ebs_volume: { what: "volume", loses: "what is on it" },
  aws_ecr_repository: { what: "repository", loses: "its images, the one that runs and those to go back to" },
  aws_efs_file_system: { what: "file system", loses: "its files" },
  aws_elasticache_replication_group: { what: "cache", loses: "what is in it" },
  aws_kms_key: { what: "key", loses: "all that it has encrypted, backups as well" },
  aws_kms_replica_key: { what: "key", loses: "all that it has encrypted in its region" },
  aws_opensearch_domain: { what: "search domain", loses: "its indexes" },
  aws_rds_cluster: { what: "database cluster", loses: "its data since the last snapshot, and point-in-time recovery" },
  aws_rds_cluster_instance: { what: "database node", loses: "a copy that could take over" },
  aws_rds_global_cluster: { what: "global cluster", loses: "the copies in other regions" },
  aws_route53_zone: {
    what: "DNS zone",
    loses: "the name, until its parent is changed and two days of caches are over",
  },
  aws_s3_bucket: { what: "bucket", loses: "its objects" },
  aws_secretsmanager_secret: { what: "secret", loses: "its value" },
  aws_sqs_queue: { what: "queue", loses: "the messages in it" },
  aws_vpc: { what: "network", loses: "everything that stands in it" },
};

/**
 * The same for types that no module of Mainstay makes.
 *
 * WHY apart: preflight knows of each type above for which arguments the provider replaces it; of these only the plan says so.
 */
export const statefulElsewhere: Readonly<Record<string, Stateful>> = {
  aws_cloudformation_stack: { what: "CloudFormation stack", loses: "all that it has made" },
  aws_codecommit_repository: { what: "repository", loses: "its commits" },
  aws_db_cluster_snapshot: { what: "snapshot", loses: "what can be restored from it" },
  aws_db_snapshot: { what: "snapshot", loses: "what can be restored from it" },
  aws_directory_service_directory: { what: "directory", loses: "its users and computers" },
  aws_dynamodb_table_replica: { what: "copy of the table", loses: "the items in that region" },
  aws_ebs_snapshot: { what: "snapshot", loses: "what can be restored from it" },
  aws_elasticache_cluster: { what: "cache", loses: "what is in it" },
  aws_elasticsearch_domain: { what: "search domain", loses: "its indexes" },
  aws_fsx_lustre_file_system: { what: "file system", loses: "its files" },
  aws_fsx_ontap_file_system: { what: "file system", loses: "its files" },
  aws_fsx_openzfs_file_system: { what: "file system", loses: "its files" },
  aws_fsx_windows_file_system: { what: "file system", loses: "its files" },
  aws_glacier_vault: { what: "archive", loses: "what is in it" },
  aws_keyspaces_table: { what: "table", loses: "its rows" },
  aws_kinesis_stream: { what: "stream", loses: "the records in it" },
  aws_kms_external_key: { what: "key", loses: "all that it has encrypted, backups as well" },
  aws_lightsail_database: { what: "database", loses: "its data since the last snapshot" },
  aws_memorydb_cluster: { what: "database", loses: "what is in it" },
  aws_mq_broker: { what: "message broker", loses: "the messages in it" },
  aws_msk_cluster: { what: "Kafka cluster", loses: "its topics" },
  aws_neptune_cluster: {
    what: "database cluster",
    loses: "its data since the last snapshot, and point-in-time recovery",
  },
  aws_neptune_cluster_instance: { what: "database node", loses: "a copy that could take over" },
  aws_qldb_ledger: { what: "ledger", loses: "its journal" },
  aws_redshift_cluster: { what: "data warehouse", loses: "its data since the last snapshot" },
  aws_s3_directory_bucket: { what: "bucket", loses: "its objects" },
  aws_s3_object: { what: "object", loses: "its content, unless the bucket keeps versions" },
  aws_s3tables_table: { what: "table", loses: "its rows" },
  aws_timestreamwrite_table: { what: "table", loses: "its records" },
};

/** The argument with which AWS refuses a deletion. */
export const protections: Readonly<Record<string, { readonly attribute: string; readonly on: unknown }>> = {
  aws_cognito_user_pool: { attribute: "deletion_protection", on: "ACTIVE" },
  aws_db_instance: { attribute: "deletion_protection", on: true },
  aws_docdb_cluster: { attribute: "deletion_protection", on: true },
  aws_docdb_global_cluster: { attribute: "deletion_protection", on: true },
  aws_dynamodb_table: { attribute: "deletion_protection_enabled", on: true },
  aws_instance: { attribute: "disable_api_termination", on: true },
  aws_lb: { attribute: "enable_deletion_protection", on: true },
  aws_rds_cluster: { attribute: "deletion_protection", on: true },
  aws_rds_global_cluster: { attribute: "deletion_protection", on: true },
};

/** Types that are deleted only while they are empty, unless the argument says otherwise. */
export const emptiedFirst: Readonly<Record<string, string>> = {
  aws_backup_vault: "force_destroy",
  aws_ecr_repository: "force_delete",
  aws_route53_zone: "force_destroy",
  aws_s3_bucket: "force_destroy",
};

/** What users notice when a resource without data is made again. */
export interface Notice {
  /** The old one goes first. */
  readonly replaced: string;
  /** The new one is there first (`create_before_destroy`). */
  readonly before?: string;
  /** It goes and none comes. */
  readonly deleted?: string;
}

export const notices: Readonly<Record<string, Notice>> = {
  aws_acm_certificate: {
    replaced: "AWS refuses to delete a certificate while a listener has it: the apply stops there",
    before: "the new certificate is validated, then the listeners change over; nobody notices",
  },
  aws_autoscaling_group: {
    replaced: "all its instances end, and what runs on them, before a new one starts: minutes without an answer",
    before: "new instances start beside the old ones, which are paid twice for some minutes",
    deleted: "its instances end, and what runs on them",
  },
  aws_backup_plan: { replaced: "no backup starts in between", deleted: "nothing is backed up by it any more" },
  aws_backup_selection: {
    replaced: "no backup starts in between",
    deleted: "what it selects is not backed up any more",
  },
  aws_cloudwatch_log_group: {
    replaced: "the records in it are lost",
    before: "the records in it are lost",
    deleted: "the records in it are lost",
  },
  aws_db_subnet_group: {
    replaced: "AWS refuses to delete a subnet group while a database is in it: the apply stops there",
  },
  aws_ecs_cluster: {
    replaced: "every service in it is made again: minutes without an answer",
    deleted: "what runs in it ends",
  },
  aws_ecs_service: {
    replaced: "all its tasks end before new ones start: minutes without an answer",
    deleted: "its tasks end, and nobody answers for them",
  },
  aws_efs_access_point: { replaced: "tasks that have mounted it lose their files until they are started again" },
  aws_efs_mount_target: {
    replaced: "clients in its zone hang until the new one answers, one to two minutes",
    deleted: "clients in its zone lose their files",
  },
  aws_efs_replication_configuration: {
    replaced: "the copy in the other region is not kept up to date until it is complete again",
    deleted: "the copy in the other region is not kept up to date any more",
  },
  aws_eip: {
    replaced: "the public address changes for ever: whoever lists it in a firewall has to change that",
    deleted: "the public address is given back for ever",
  },
  aws_instance: {
    replaced: "the instance ends with what is on its root volume",
    before: "the instance ends with what is on its root volume",
    deleted: "the instance ends with what is on its root volume",
  },
  aws_lb: {
    replaced: "its DNS name changes; requests fail until the new one answers, minutes, and caches are over",
    before: "its DNS name changes; requests fail until caches are over, 60 s for an alias record",
    deleted: "nobody answers under its name any more",
  },
  aws_lb_listener: {
    replaced: "connections to its port are refused for some seconds",
    deleted: "connections to its port are refused",
  },
  aws_lb_listener_rule: { replaced: "requests that it matches get the default answer for some seconds" },
  aws_lb_target_group: {
    replaced: "AWS refuses to delete a target group while a listener has it: the apply stops there",
    before: "its targets have to become healthy in the new one; the old one goes after that",
  },
  aws_nat_gateway: {
    replaced: "connections through it break, and its subnets have no way out for some minutes",
    before: "connections through it break once, when the routes change",
    deleted: "connections through it break",
  },
  aws_route: { replaced: "packets to its destination get lost for some seconds" },
  aws_route53_record: {
    replaced: "the name does not resolve for some seconds; resolvers that ask then remember so for up to 15 minutes",
    deleted: "the name does not resolve any more",
  },
  aws_security_group: {
    replaced:
      "AWS refuses to delete a security group while something is in it: the apply waits, and stops after 15 minutes",
    before: "its members change over to the new one",
  },
  aws_sns_topic: {
    replaced: "subscriptions by e-mail have to be confirmed again; alarms reach nobody until then",
    deleted: "what was sent to it reaches nobody",
  },
  aws_vpc_endpoint: { replaced: "calls through it fail for some minutes" },
};
