import { protections } from "../../aws/consequences.ts";
import { days, fewer, gone, is, lost, lower, off, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

const retention: readonly (readonly [type: string, attribute: string])[] = [
  ["aws_db_instance", "backup_retention_period"],
  ["aws_rds_cluster", "backup_retention_period"],
  ["aws_docdb_cluster", "backup_retention_period"],
  ["aws_neptune_cluster", "backup_retention_period"],
  ["aws_redshift_cluster", "automated_snapshot_retention_period"],
  ["aws_elasticache_replication_group", "snapshot_retention_limit"],
  ["aws_fsx_lustre_file_system", "automatic_backup_retention_days"],
  ["aws_fsx_ontap_file_system", "automatic_backup_retention_days"],
  ["aws_fsx_windows_file_system", "automatic_backup_retention_days"],
];

export const backupRules: readonly Rule[] = [
  ...retention.map(([type, attribute]) =>
    lower("backup", {
      id: "backups-kept-shorter",
      types: type,
      attribute,
      why: (_before, after) =>
        Number(after) === 0
          ? "All automated backups are deleted at once, and nothing can be restored to a point in time any more."
          : `Backups older than ${days(after)} are deleted.`,
      source: "RDS User Guide, Backup retention period",
    }),
  ),
  lower("backup", {
    id: "backups-kept-shorter",
    types: "aws_backup_plan",
    attribute: "rule.lifecycle.delete_after",
    why: (_before, after) => `New recovery points are deleted after ${days(after)}.`,
    source: "Backup Developer Guide, Backup plan options",
  }),
  fewer("backup", {
    id: "backup-rule-removed",
    types: "aws_backup_plan",
    attribute: "rule",
    why: "A schedule of backups, or a copy of them elsewhere, is gone.",
    source: "Backup Developer Guide, Backup plan options",
  }),
  gone("backup", {
    id: "backup-copy-removed",
    types: "aws_backup_plan",
    attribute: "rule.copy_action",
    why: "Backups are not copied to the other region or account any more.",
    source: "Backup Developer Guide, Cross-region backup",
  }),
  fewer("backup", {
    id: "backed-up-no-more",
    types: "aws_backup_selection",
    attribute: "resources",
    why: "What is left out is not backed up any more.",
    source: "Backup Developer Guide, Assigning resources",
  }),
  lower("backup", {
    id: "vault-lock-weakened",
    types: "aws_backup_vault_lock_configuration",
    attribute: "min_retention_days",
    why: (_before, after) => `Recovery points may be deleted after ${days(after)}.`,
    source: "Backup Developer Guide, Vault Lock",
  }),
  off("backup", {
    id: "point-in-time-off",
    types: "aws_dynamodb_table",
    attribute: "point_in_time_recovery.enabled",
    why: "Nothing can be restored to a point in time any more, and what could be is lost.",
    source: "DynamoDB Developer Guide, Point-in-time recovery",
  }),
  lost("backup", is("ENABLED"), {
    id: "backed-up-no-more",
    types: "aws_efs_backup_policy",
    attribute: "backup_policy.status",
    why: "The files are not backed up any more.",
    source: "EFS User Guide, Backing up file systems",
  }),
  lost("backup", is("Enabled"), {
    id: "versioning-off",
    types: "aws_s3_bucket_versioning",
    attribute: "versioning_configuration.status",
    why: "What is overwritten or deleted from then on cannot be brought back.",
    source: "S3 User Guide, Using versioning",
  }),
  off("backup", {
    id: "versioning-off",
    types: "aws_s3_bucket",
    attribute: "versioning.enabled",
    why: "What is overwritten or deleted from then on cannot be brought back.",
    source: "S3 User Guide, Using versioning",
  }),
  lost("backup", is("Enabled"), {
    id: "replication-off",
    types: "aws_s3_bucket_replication_configuration",
    attribute: "rule.status",
    why: "New objects are not copied to the other bucket any more.",
    source: "S3 User Guide, Replicating objects",
  }),
  lost("backup", is("COMPLIANCE"), {
    id: "object-lock-weakened",
    types: "aws_s3_bucket_object_lock_configuration",
    attribute: "rule.default_retention.mode",
    why: "Some may delete objects before their time.",
    source: "S3 User Guide, Object Lock",
  }),
  lower("backup", {
    id: "object-lock-weakened",
    types: "aws_s3_bucket_object_lock_configuration",
    attribute: "rule.default_retention.days",
    why: (_before, after) => `New objects are locked for ${days(after)}.`,
    source: "S3 User Guide, Object Lock",
  }),
  off("backup", {
    id: "tags-not-copied",
    types: ["aws_db_instance", "aws_rds_cluster"],
    attribute: "copy_tags_to_snapshot",
    why: "Snapshots carry no tags any more: what selects backups by tag does not find them.",
    source: "RDS User Guide, Tagging resources",
  }),
  rule(
    "backup",
    {
      id: "automated-backups-deleted",
      types: ["aws_db_instance", "aws_rds_cluster"],
      attribute: "delete_automated_backups",
      source: "RDS User Guide, Retaining automated backups",
    },
    (view) => {
      const [before, after] = [
        view.valueBefore("delete_automated_backups"),
        view.valueAfter("delete_automated_backups"),
      ];
      return before === false && after === true
        ? [
            {
              path: ["delete_automated_backups"],
              before,
              after,
              why: "When the database is deleted, its automated backups go with it.",
            },
          ]
        : [];
    },
  ),
  ...Object.entries(protections).map(([type, { attribute, on }]) =>
    lost("backup", (value) => value === on, {
      id: "deletion-protection-off",
      types: type,
      attribute,
      why: "From then on one plan can delete it.",
      source: "AWS Well-Architected, REL09 Back up data",
    }),
  ),
  off("backup", {
    id: "scale-in-protection-off",
    types: "aws_autoscaling_group",
    attribute: "protect_from_scale_in",
    why: "Instances end although tasks run on them.",
    source: "ECS Developer Guide, Managed termination protection",
  }),
];
