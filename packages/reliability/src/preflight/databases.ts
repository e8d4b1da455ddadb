import { versionStep } from "../aws/version.ts";
import { textOf } from "../read/json.ts";
import type { Comparison } from "./comparison.ts";
import type { PreflightFinding } from "./finding.ts";
import { windowsOverlap } from "./windows.ts";

/** What a change does to a database that stays where it is. */
export function databaseFindings(change: Comparison): PreflightFinding[] {
  if (!/^aws_(db_instance|(rds|docdb)_cluster(_instance)?)$/.test(change.block.type)) return [];
  return [
    ...storage(change),
    ...version(change),
    ...backups(change),
    ...restart(change),
    ...standby(change),
    ...protection(change),
    ...name(change),
  ];
}

/** When RDS does what it cannot do while it serves. */
function moment({ after, before }: Comparison): string {
  if ((after("apply_immediately") ?? before("apply_immediately")) === true) return "at once";
  const window = after("maintenance_window") ?? before("maintenance_window") ?? before("preferred_maintenance_window");
  return typeof window === "string" && window !== ""
    ? `in the maintenance window (${window} UTC)`
    : "in the maintenance window";
}

/** Percent. What storage autoscaling may grow to must be 10 % more than what there is (RDS guide, "Managing capacity automatically"). */
const leastGrowth = 110;

function storage(change: Comparison): PreflightFinding[] {
  const [deployed, asked] = change.numbers("allocated_storage") ?? [0, 0];
  const limit = change.after("max_allocated_storage");
  const tooLow = typeof limit === "number" && limit > 0 && limit * 100 < deployed * leastGrowth;
  if (asked <= deployed && tooLow && change.changes("max_allocated_storage")) {
    return [
      change.finding(
        "refuse",
        asked < deployed ? "allocated_storage" : "max_allocated_storage",
        `The volume has ${deployed} GiB. RDS never makes one smaller, and takes no maximum of ${limit} GiB for it: the apply fails there.`,
        `Write ${deployed}, with a maximum that is a tenth larger at least. Less is had by a new database, with the data copied over.`,
      ),
    ];
  }
  if (asked >= deployed) return [];
  const most = change.block.attributes.max_allocated_storage;
  // WHY not below: the volume stays as it is, but RDS takes no limit that it has outgrown, and the apply fails there as well.
  if (typeof most === "number" && most >= deployed) {
    return [
      change.finding(
        "warn",
        "allocated_storage",
        `The volume has ${deployed} GiB: storage autoscaling has grown it, or ${asked} was written later. It stays; a restored copy needs as much.`,
        `Write ${deployed}, so that the code says what there is.`,
      ),
    ];
  }
  return [
    change.finding(
      "refuse",
      "allocated_storage",
      `The volume has ${deployed} GiB. RDS never makes one smaller: the apply fails there.`,
      `Write ${deployed}. Less is had by a new database, with the data copied over.`,
    ),
  ];
}

function version(change: Comparison): PreflightFinding[] {
  const wanted = change.after("engine_version");
  const actual = change.before("engine_version_actual") ?? change.before("engine_version");
  if (typeof wanted !== "string" || typeof actual !== "string") return [];
  const engine = textOf(change.before("engine"));
  const majors = /mysql|mariadb|^postgres$/.test(engine) && Number.parseInt(actual, 10) < 10 ? 2 : 1;
  switch (versionStep(actual, wanted, majors)) {
    case "lower":
      return [
        change.finding(
          "refuse",
          "engine_version",
          `${actual} runs. An engine never goes back to an earlier version: the apply fails there.`,
          `Write ${actual}, or its beginning. The earlier one is had by restoring a backup from before the upgrade.`,
        ),
      ];
    case "major":
      return [
        change.finding(
          "warn",
          "engine_version",
          `A major upgrade from ${actual}: the database is down for minutes to hours ${moment(change)}, and there is no way back.`,
          "Try it on a restored snapshot first, and take a snapshot before.",
        ),
      ];
    case "minor":
      return [
        change.finding(
          "warn",
          "engine_version",
          `An upgrade from ${actual}: the database restarts ${moment(change)}.`,
          "Nothing, if that is meant.",
        ),
      ];
    default:
      return [];
  }
}

function backups(change: Comparison): PreflightFinding[] {
  const [kept, wanted] = change.numbers("backup_retention_period") ?? [0, 0];
  const found: PreflightFinding[] = [];
  if (kept > 0 && wanted === 0) {
    found.push(
      change.finding(
        "refuse",
        "backup_retention_period",
        "All automated backups are deleted at once, and nothing can be restored to a point in time any more.",
        `Set it back to ${kept}.`,
      ),
    );
  } else if (wanted < kept) {
    found.push(
      change.finding(
        "warn",
        "backup_retention_period",
        `Backups older than ${wanted} days are deleted.`,
        "Take a snapshot of what must be kept longer.",
      ),
    );
  }
  const backup = change.after("backup_window");
  const maintenance = change.after("maintenance_window");
  const changed = change.changes("backup_window") || change.changes("maintenance_window");
  if (changed && typeof backup === "string" && typeof maintenance === "string" && windowsOverlap(backup, maintenance)) {
    found.push(
      change.finding(
        "refuse",
        "backup_window",
        `It overlaps with maintenance_window, ${maintenance}: RDS refuses that.`,
        "Move one of the two.",
      ),
    );
  }
  return found;
}

/** Arguments that RDS changes with a restart (RDS guide, "Settings for DB instances"). */
function restart(change: Comparison): PreflightFinding[] {
  const safe = change.after("multi_az") ?? change.before("multi_az");
  const isNode = change.block.type.endsWith("_cluster_instance");
  const outage = isNode
    ? "the node restarts; if it is the writer, another one takes over, about 30 s"
    : safe === true
      ? "the standby takes over, 60 to 120 s without a database"
      : "the database restarts, minutes without it";
  return ["instance_class", "port"]
    .filter((attribute) => change.changes(attribute))
    .map((attribute) =>
      change.finding(
        "warn",
        attribute,
        `${moment(change)}: ${outage}.`.replace(/^./, (first) => first.toUpperCase()),
        "Nothing, if that is meant.",
      ),
    );
}

function standby(change: Comparison): PreflightFinding[] {
  const found: PreflightFinding[] = [];
  if (change.before("multi_az") === true && change.after("multi_az") === false) {
    found.push(
      change.finding(
        "warn",
        "multi_az",
        "The standby in another zone goes: the loss of a zone, or of the instance, means a restore.",
        "Leave it true.",
      ),
    );
  }
  const source = change.before("replicate_source_db");
  if (typeof source === "string" && source !== "" && !("replicate_source_db" in change.block.attributes)) {
    found.push(
      change.finding(
        "warn",
        "replicate_source_db",
        "The replica becomes a database of its own, and follows its source no more. There is no way back.",
        `Set it back to ${JSON.stringify(source)} unless that is meant.`,
      ),
    );
  }
  return found;
}

function protection(change: Comparison): PreflightFinding[] {
  const found: PreflightFinding[] = [];
  if (change.before("deletion_protection") === true && change.after("deletion_protection") === false) {
    found.push(
      change.finding(
        "warn",
        "deletion_protection",
        "From then on one plan can delete the database.",
        "Nothing, as the first of two steps to delete it; else leave it true.",
      ),
    );
  }
  if (change.before("skip_final_snapshot") === false && change.after("skip_final_snapshot") === true) {
    found.push(
      change.finding(
        "warn",
        "skip_final_snapshot",
        "When the database is deleted, nothing of it is left.",
        "Leave it false.",
      ),
    );
  }
  return found;
}

/** WHY: RDS renames in place, and with the name changes the endpoint that applications were given. */
function name(change: Comparison): PreflightFinding[] {
  if (change.block.type !== "aws_db_instance") return [];
  const [before, after] = change.texts("identifier") ?? ["", ""];
  if (before.toLowerCase() === after.toLowerCase()) return [];
  return [
    change.finding(
      "warn",
      "identifier",
      `The database is renamed and restarts ${moment(change)}; its host name changes, and whoever has the old one finds nothing.`,
      `Set it back to ${JSON.stringify(before)}, or deploy its clients right after.`,
    ),
  ];
}
