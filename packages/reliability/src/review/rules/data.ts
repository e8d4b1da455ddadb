import type { Json } from "../../read/json.ts";
import { becomes, days, fewer, gone, is, lower, off, on, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

// What deletes data by a setting. What is deleted or replaced as a whole: deletions.ts.

const numberAfter = (_before: Json | undefined, after: Json | undefined) => Number(after);

export const dataRules: readonly Rule[] = [
  becomes("data-loss", is(true), {
    id: "deleted-although-full",
    types: ["aws_s3_bucket", "aws_backup_vault", "aws_route53_zone"],
    attribute: "force_destroy",
    why: "From then on it is deleted although something is in it, without a question.",
    source: "Terraform AWS provider, force_destroy",
  }),
  becomes("data-loss", is(true), {
    id: "deleted-although-full",
    types: "aws_ecr_repository",
    attribute: "force_delete",
    why: "From then on it is deleted although images are in it, without a question.",
    source: "Terraform AWS provider, aws_ecr_repository",
  }),
  lower("data-loss", {
    id: "records-expire-sooner",
    types: "aws_cloudwatch_log_group",
    attribute: "retention_in_days",
    why: (_before, after) => `Records older than ${days(after)} are deleted.`,
    source: "CloudWatch Logs User Guide, Log data retention",
  }),
  rule(
    "data-loss",
    {
      id: "records-expire-sooner",
      types: "aws_cloudwatch_log_group",
      attribute: "retention_in_days",
      source: "CloudWatch Logs User Guide, Log data retention",
    },
    (view) => {
      const [before, after] = [view.valueBefore("retention_in_days"), view.valueAfter("retention_in_days")];
      return before === 0 && typeof after === "number" && after > 0
        ? [
            {
              path: ["retention_in_days"],
              before,
              after,
              why: `Records were kept for ever; those older than ${days(after)} are deleted.`,
            },
          ]
        : [];
    },
  ),
  lower("data-loss", {
    id: "messages-expire-sooner",
    types: "aws_sqs_queue",
    attribute: "message_retention_seconds",
    why: (before, after) => `Messages that wait longer than ${numberAfter(before, after)} s are deleted.`,
    source: "SQS Developer Guide, Message retention period",
  }),
  lower("data-loss", {
    id: "messages-expire-sooner",
    types: "aws_kinesis_stream",
    attribute: "retention_period",
    why: (before, after) => `Records older than ${numberAfter(before, after)} hours are deleted.`,
    source: "Kinesis Developer Guide, Changing the retention period",
  }),
  on("data-loss", {
    id: "items-expire",
    types: "aws_dynamodb_table",
    attribute: "ttl.enabled",
    why: "Items whose time is over are deleted, within days, without a trace.",
    source: "DynamoDB Developer Guide, Time to Live",
  }),
  lower("data-loss", {
    id: "objects-expire-sooner",
    types: ["aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket"],
    attribute: "rule.expiration.days",
    why: (_before, after) => `Objects older than ${days(after)} are deleted.`,
    source: "S3 User Guide, Expiring objects",
  }),
  lower("data-loss", {
    id: "objects-expire-sooner",
    types: "aws_s3_bucket_lifecycle_configuration",
    attribute: "rule.noncurrent_version_expiration.noncurrent_days",
    why: (_before, after) => `Former versions are deleted after ${days(after)}.`,
    source: "S3 User Guide, Expiring objects",
  }),
  expiring("rule.expiration.days", "Objects are deleted when they are that old; none was before."),
  expiring(
    "rule.noncurrent_version_expiration.noncurrent_days",
    "Former versions are deleted after that many days; none was before.",
  ),
  lower("data-loss", {
    id: "key-deleted-sooner",
    types: ["aws_kms_key", "aws_kms_replica_key"],
    attribute: "deletion_window_in_days",
    why: (_before, after) => `A deletion of the key can be taken back for ${days(after)} only.`,
    source: "KMS Developer Guide, Deleting keys",
  }),
  lower("data-loss", {
    id: "secret-deleted-sooner",
    types: "aws_secretsmanager_secret",
    attribute: "recovery_window_in_days",
    why: (_before, after) => `A deletion of the secret can be taken back for ${days(after)} only.`,
    source: "Secrets Manager User Guide, Delete a secret",
  }),
  becomes("data-loss", is(true), {
    id: "volume-goes-with-instance",
    types: ["aws_instance", "aws_launch_template"],
    attribute: "ebs_block_device.delete_on_termination",
    why: "What is on the volume is lost when the instance ends.",
    source: "EC2 User Guide, Preserve data when an instance is terminated",
  }),
  becomes("data-loss", is(true), {
    id: "no-final-snapshot",
    types: ["aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster"],
    attribute: "skip_final_snapshot",
    why: "When the database is deleted, nothing of it is left.",
    source: "RDS User Guide, Deleting a DB instance",
  }),
  fewer("data-loss", {
    id: "global-table-copy-removed",
    types: "aws_dynamodb_table",
    attribute: "replica",
    why: "A copy of the table in another region is deleted.",
    source: "DynamoDB Developer Guide, Global tables",
  }),
  gone("data-loss", {
    id: "failed-messages-lost",
    types: "aws_sqs_queue",
    attribute: "redrive_policy",
    why: "Messages that cannot be handled are tried until they expire, and are lost then: no queue keeps them.",
    source: "SQS Developer Guide, Dead-letter queues",
  }),
  gone("data-loss", {
    id: "failed-messages-lost",
    types: "aws_lambda_function",
    attribute: "dead_letter_config.target_arn",
    why: "Events that cannot be handled are lost.",
    source: "Lambda Developer Guide, Asynchronous invocation",
  }),
  off("data-loss", {
    id: "stream-off",
    types: "aws_dynamodb_table",
    attribute: "stream_enabled",
    why: "Changes do not reach those who follow the table; what is in the stream is lost.",
    source: "DynamoDB Developer Guide, Streams",
  }),
];

/** An expiration where there was none. */
function expiring(attribute: string, why: string): Rule {
  return rule(
    "data-loss",
    {
      id: "objects-expire",
      types: "aws_s3_bucket_lifecycle_configuration",
      attribute,
      source: "S3 User Guide, Expiring objects",
    },
    (view) => {
      const [before, after] = [view.before(attribute), view.after(attribute)];
      const [first] = after;
      const positive = first !== undefined && Number(first.value) > 0;
      const wasNone = before.every(({ value }) => Number(value) === 0);
      return !view.isNew && wasNone && positive
        ? [{ path: first.path, before: undefined, after: first.value, why }]
        : [];
    },
  );
}
