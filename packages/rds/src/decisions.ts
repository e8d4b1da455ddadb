import { type Gibibytes, gib, type Problem, suggestion } from "@mainstay/core";
import { rotationDays } from "@mainstay/secrets";
import type { DatabaseProps } from "./database.ts";
import { instanceClasses, memoryOf } from "./instance-class.ts";
import type { ReadReplicaProps } from "./read-replica.ts";

/**
 * MySQL releases, always as major.minor. RDS installs patches itself.
 *
 * WHY: with a patch number in the configuration, RDS's own upgrade becomes a downgrade in the next plan, which it refuses
 * (terraform-provider-aws#27240).
 */
export const versions = ["8.4"] as const;
export type Version = (typeof versions)[number];

/** `single-az` gives up surviving its zone: hours instead of two minutes, and up to five minutes of writes. */
export type Availability = "multi-az" | "single-az";

/** Retention periods of CloudWatch Logs that make sense for a database, in days. */
export const logDays = [7, 14, 30, 60, 90, 180, 365, 731] as const;
export type LogDays = (typeof logDays)[number];

/** Logs that RDS sends to CloudWatch. The audit log needs an option group and is not among them. */
export const exportedLogs = ["error", "slowquery"] as const;

/** GiB of a gp3 volume for MySQL (RDS guide, "Amazon RDS DB instance storage"). */
const storageRange = { min: 20, max: 65_536 };

/** RDS accepts an autoscaling limit only where it leaves this much room (RDS guide, "storage autoscaling"). */
const autoscalingRoom = 1.1;

/** How far the volume may grow where the user says nothing: twice its size. */
export function maxStorageOf({ storage, maxStorage }: Pick<DatabaseProps, "storage" | "maxStorage">): Gibibytes {
  return maxStorage ?? gib(Math.min(storage * 2, storageRange.max));
}

/** One setting of the server. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  /** Static parameters take effect at the next restart only. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** What the server does differently from MySQL's defaults. `max_connections` stays with the engine's formula. */
export const parameters: readonly Parameter[] = [
  { name: "character_set_server", value: "utf8mb4", applyMethod: "immediate" },
  // WHY: with binary logs on, as replicas need them, MySQL lets only SUPER make triggers, which nobody is on RDS; append-only tables
  // are kept so by triggers.
  { name: "log_bin_trust_function_creators", value: "1", applyMethod: "immediate" },
  { name: "log_output", value: "FILE", applyMethod: "immediate" },
  // Seconds; a query above this is worth a look long before it is worth a page.
  { name: "long_query_time", value: "1", applyMethod: "immediate" },
  { name: "require_secure_transport", value: "1", applyMethod: "immediate" },
  { name: "slow_query_log", value: "1", applyMethod: "immediate" },
  { name: "tls_version", value: "TLSv1.2,TLSv1.3", applyMethod: "pending-reboot" },
];

/** Whether `one` came before `other`, both major.minor. */
export function isOlder(one: string, other: string): boolean {
  const [oneMajor = 0, oneMinor = 0] = one.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return oneMajor === otherMajor ? oneMinor < otherMinor : oneMajor < otherMajor;
}

/** The parameter group family of a release. */
export function familyOf(version: Version): string {
  return `mysql${version}`;
}

/** What a user can get wrong here that a type cannot see. */
export function problems(props: DatabaseProps): Problem[] {
  return [
    ...sizeProblems(props),
    ...storageProblems(props),
    ...safetyProblems(props),
    ...rotationProblems(props),
    ...nameProblems(props),
  ];
}

/** The same for a replica, with what it must have in common with its source. */
export function replicaProblems(props: ReadReplicaProps): Problem[] {
  const { source, version = source.version } = props;
  const found = [...sizeProblems({ ...props, version }), ...safetyProblems(props)];
  const { maxStorage = source.maxStorage } = props;
  if (!Number.isInteger(maxStorage) || maxStorage < source.maxStorage || maxStorage > storageRange.max) {
    found.push({
      property: "maxStorage",
      got: maxStorage,
      allowed: `${source.maxStorage} to ${storageRange.max} GiB, whole: not less than the source's`,
      fix: "Leave it out for the source's; a replica whose volume is full stops to follow.",
    });
  }
  if (isOlder(version, source.version)) {
    found.push({
      property: "version",
      got: version,
      allowed: `${source.version} or later`,
      fix: "Upgrade the replica first, then its source: MySQL does not replicate to an older release.",
    });
  }
  return found;
}

function sizeProblems({
  class: instanceClass,
  version = "8.4",
  network,
}: Pick<DatabaseProps, "class" | "version" | "network">): Problem[] {
  const found: Problem[] = [];
  if (memoryOf(instanceClass) === undefined) {
    const meant = suggestion(instanceClass, instanceClasses);
    found.push({
      property: "class",
      got: instanceClass,
      allowed: "a class that runs MySQL 8.4, like db.t4g.medium, db.m7g.large or db.r7g.large (see instanceClasses)",
      fix: meant === undefined ? "Choose one of them." : `Did you mean ${meant}?`,
    });
  }
  if (!versions.includes(version)) {
    found.push({
      property: "version",
      got: version,
      allowed: versions.join(", "),
      fix: "Name a release as major.minor; RDS chooses the patch.",
    });
  }
  if (network.zones.length < 2) {
    found.push({
      property: "network.zones",
      got: network.zones,
      allowed: "two zones or more",
      fix: "Add a zone: RDS needs a second one to fail over to, and refuses a subnet group without it.",
    });
  }
  return found;
}

function storageProblems(props: DatabaseProps): Problem[] {
  const { storage } = props;
  if (!Number.isInteger(storage) || storage < storageRange.min || storage > storageRange.max) {
    return [
      {
        property: "storage",
        got: storage,
        allowed: `${storageRange.min} to ${storageRange.max} GiB, whole`,
        fix: "Choose a size in the range; it can grow later but never shrink.",
      },
    ];
  }
  const maxStorage = maxStorageOf(props);
  const least = Math.ceil(storage * autoscalingRoom);
  if (Number.isInteger(maxStorage) && maxStorage >= least && maxStorage <= storageRange.max) return [];
  return [
    {
      property: "maxStorage",
      got: maxStorage,
      allowed: `${least} to ${storageRange.max} GiB, whole: 10 % above storage at least`,
      fix: least > storageRange.max ? "Lower storage, so that it has room to grow." : `Raise it to ${least} or more.`,
    },
  ];
}

function safetyProblems({
  backupDays = 14,
  protect = true,
  finalSnapshot = true,
}: Pick<DatabaseProps, "backupDays" | "protect" | "finalSnapshot">): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(backupDays) || backupDays < 1 || backupDays > 35) {
    found.push({
      property: "backupDays",
      got: backupDays,
      allowed: "1 to 35 days, whole",
      fix: "Choose a value in the range; 0 would turn point-in-time recovery off.",
    });
  }
  if (protect && !finalSnapshot) {
    found.push({
      property: "finalSnapshot",
      got: finalSnapshot,
      allowed: "true while the database is protected",
      fix: "Leave it out, or say protect: false as well.",
    });
  }
  return found;
}

function rotationProblems({ rotation = 30 }: DatabaseProps): Problem[] {
  if (rotation === "never" || rotationDays.includes(rotation)) return [];
  return [
    {
      property: "rotation",
      got: rotation,
      allowed: `${rotationDays.join(", ")} days, or "never"`,
      fix: "Choose one of them.",
    },
  ];
}

function nameProblems({ name, port = 3306 }: DatabaseProps): Problem[] {
  const found: Problem[] = [];
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
    found.push({
      property: "name",
      got: name,
      allowed: "a letter, then up to 63 letters, digits or underscores",
      fix: "Rename the schema.",
    });
  }
  if (!Number.isInteger(port) || port < 1150 || port > 65_535) {
    found.push({ property: "port", got: port, allowed: "1150 to 65535", fix: "Leave it out for 3306." });
  }
  return found;
}
