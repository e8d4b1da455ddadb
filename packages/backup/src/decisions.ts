import type { Problem, Region } from "@mainstay/core";
import { windowsOf } from "@mainstay/rds";
import type { BackupsProps } from "./backups.ts";
import { lockProblems, retentionProblems, unlocked } from "./lock.ts";

/** Whether recovery points are copied to another region. */
export type Copy =
  | { readonly kind: "none" }
  | { readonly kind: "region"; readonly region: Region; readonly keepDays?: number };

/** Cheaper by storage and transfer; gives up everything with the region. */
export const noCopy: Copy = { kind: "none" };

/** Each recovery point is copied to a vault of its own key in `region`, and kept there for `keepDays`, else as long as the first one. */
export const copyTo = (region: Region, { keepDays }: { readonly keepDays?: number } = {}): Copy => ({
  kind: "region",
  region,
  ...(keepDays !== undefined && { keepDays }),
});

/** Hours from the beginning of RDS's own backup window to ours. */
const afterRds = 4;

/**
 * When the daily job may begin, as a cron expression in UTC: 05:00 local standard time.
 *
 * WHY after RDS's windows: AWS Backup cannot start a job of a database in its maintenance window and the hour before it (AWS Backup guide,
 * plan options). It is 03:00 to 04:00 on Sunday here, RDS's own backup 01:00 to 02:00.
 */
export function schedule(region: Region): string {
  const hour = Number(windowsOf(region).backup.slice(0, 2));
  return `cron(0 ${(hour + afterRds) % 24} * * ? *)`;
}

/** Minutes from the schedule: a job that has not begun after the first is given up, one that has not ended after the second aborted. */
export const jobWindows = {
  /** The least that AWS Backup takes. */
  start: 60,
  /** Twelve hours: the first backup of a file system is a whole one. */
  completion: 720,
} as const;

/**
 * What nobody may do to recovery points, whatever their IAM policy says.
 *
 * WHY a denial without exceptions: expiry is done by AWS Backup itself and is not touched. Whoever really has to delete one takes this
 * policy away first, which is seen in CloudTrail and needs another permission.
 */
export function vaultPolicy() {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "KeepsRecoveryPoints",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: [
          "backup:DeleteRecoveryPoint",
          "backup:DisassociateRecoveryPoint",
          "backup:UpdateRecoveryPointLifecycle",
        ],
        Resource: "*",
      },
    ],
  };
}

/** Jobs of these things that came to nothing (AWS Backup guide, EventBridge: states of backup and copy jobs). */
export function failurePattern(arns: readonly string[]) {
  return {
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change", "Copy Job State Change"],
    detail: { state: ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"], resourceArn: arns },
  };
}

/** What a user can get wrong here that a type cannot see. */
export function problems(props: BackupsProps, region: Region): Problem[] {
  const { things, keepDays = defaultKeepDays, copy = noCopy, lock = unlocked, protect = true } = props;
  const found = [...retentionProblems("keepDays", keepDays, lock), ...lockProblems(lock, protect)];
  if (Object.keys(things).length === 0) {
    found.push({ property: "things", got: [], allowed: "one thing or more", fix: "Name what is to be backed up." });
  }
  for (const key of Object.keys(things).filter((name) => !/^[a-z0-9][a-z0-9-]{0,38}$/.test(name))) {
    found.push({
      property: "things",
      got: key,
      allowed: "names of lower-case letters, digits and dashes, 39 at most",
      fix: "Rename it: the name is part of its address.",
    });
  }
  if (copy.kind === "none") return found;
  if (copy.region === region) {
    found.push({
      property: "copy.region",
      got: copy.region,
      allowed: `another region than ${region}`,
      fix: "A copy in the same region is lost with it.",
    });
  }
  if (copy.keepDays !== undefined) found.push(...retentionProblems("copy.keepDays", copy.keepDays, lock));
  return found;
}

/** Five weeks: what EFS's own plan keeps, and the longest that RDS keeps its own. */
export const defaultKeepDays = 35;
