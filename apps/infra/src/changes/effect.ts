/** What Terraform plans to do with one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  /** Where it was, if the plan moves it. */
  readonly from?: string;
  readonly action: "create" | "update" | "replace" | "delete";
}

/** One line of what `terraform plan -json` and `apply -json` say; fields of other kinds of line are not listed. */
interface Message {
  readonly type: string;
  readonly change?: {
    readonly resource: { readonly addr: string; readonly resource_type: string };
    readonly previous_resource?: { readonly addr: string };
    readonly action: string;
  };
}

/** What Terraform says that it will do to managed resources; reading a data source and doing nothing are left out. */
export function plannedChanges(output: string): PlannedChange[] {
  return output
    .split("\n")
    .filter((line) => line.includes('"planned_change"'))
    .map((line): Message => JSON.parse(line))
    .flatMap(({ change }) => {
      const action = change && actions[change.action];
      if (change === undefined || action === undefined) return [];
      const { resource, previous_resource: previous } = change;
      return [
        {
          address: resource.addr,
          type: resource.resource_type,
          action,
          ...(previous !== undefined && { from: previous.addr }),
        },
      ];
    });
}

/** Terraform's words; a move alone is an update of the address. */
const actions: Readonly<Record<string, PlannedChange["action"]>> = {
  create: "create",
  update: "update",
  move: "update",
  replace: "replace",
  delete: "delete",
};

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
