import type { PlannedChange } from "@mainstay/emulator";

/** What cannot be made again when it is gone: users' data, the keys to it, and names that others rely on. */
export const stateful: readonly string[] = [
  "aws_backup_vault",
  "aws_db_instance",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_ecr_repository",
  "aws_efs_access_point",
  "aws_efs_file_system",
  "aws_efs_mount_target",
  "aws_eip",
  "aws_kms_key",
  "aws_lb",
  "aws_nat_gateway",
  "aws_route53_zone",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_version",
  "aws_subnet",
  "aws_vpc",
];

/** Changes of one kind, counted by type: `2 subnet, 1 eip`. */
export function byType(changes: readonly PlannedChange[], action: PlannedChange["action"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, action: found } of changes) {
    if (found === action) counts[type] = (counts[type] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
