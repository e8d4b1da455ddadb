import { blocksAt } from "../read/json.ts";
import type { Comparison } from "./comparison.ts";
import type { PreflightFinding } from "./finding.ts";

/** What a change takes away from what was there to spare, or to go back to. */
export function redundancyFindings(change: Comparison): PreflightFinding[] {
  const { type } = change.block;
  const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
  return rule?.(change) ?? [];
}

type Rule = (change: Comparison) => PreflightFinding[];
const nothing = "Nothing, if that is meant.";

/** A number that is smaller than before. */
function lowered(attribute: string, why: (before: number, after: number) => string): Rule {
  return (change) => {
    const [before, after] = change.numbers(attribute) ?? [0, 0];
    return after < before ? [change.finding("warn", attribute, why(before, after), nothing)] : [];
  };
}

/** A list that has fewer entries than before, where that is known. */
function fewer(attribute: string, why: (before: number, after: number) => string): Rule {
  return (change) => {
    const [before, written] = [change.before(attribute), change.block.attributes[attribute]];
    if (!Array.isArray(before) || !Array.isArray(written) || written.length >= before.length) return [];
    // An entry that is an expression may stand for several.
    if (written.some((item) => typeof item === "string" && /^\$\{.*(\bfor\b|\*|\.\.\.)/.test(item))) return [];
    return [change.finding("warn", attribute, why(before.length, written.length), nothing)];
  };
}

/** Something that was on, and would be off. */
function off(attribute: string, why: string, severity: PreflightFinding["severity"] = "warn"): Rule {
  return (change) =>
    change.before(attribute) === true && change.after(attribute) === false
      ? [change.finding(severity, attribute, why, "Leave it true.")]
      : [];
}

/** The same for one that is inside of a block: `point_in_time_recovery { enabled }`. */
function offInside(block: string, attribute: string, on: readonly unknown[], why: string): Rule {
  return (change) => {
    const was = blocksAt(change.deployed.values, block)[0]?.[attribute];
    const [written] = blocksAt(change.block.attributes, block);
    const will = written?.[attribute];
    if (
      !on.includes(was) ||
      will === undefined ||
      on.includes(will) ||
      (typeof will === "string" && will.includes("${"))
    )
      return [];
    const name = `${block}.${attribute}`;
    return [
      {
        ...change.finding("warn", name, why, `Set it back to ${JSON.stringify(was)}.`),
        before: was ?? undefined,
        after: will,
      },
    ];
  };
}

const all =
  (...rules: readonly Rule[]): Rule =>
  (change) =>
    rules.flatMap((rule) => rule(change));

const zones = (what: string) => (before: number, after: number) =>
  `${what} ${after === 1 ? "one subnet" : `${after} subnets`} instead of ${before}: ${after === 1 ? "the loss of that zone is the loss of everything" : "one zone less to fall back on"}.`;

const rules: Readonly<Record<string, Rule>> = {
  aws_appautoscaling_target: lowered(
    "min_capacity",
    (before, after) => `${after} instead of ${before} at least: that many are left to take over when one is lost.`,
  ),
  aws_autoscaling_group: all(
    lowered("min_size", (before, after) => `${after} instead of ${before} instances always run.`),
    fewer("vpc_zone_identifier", zones("Instances run in")),
    (change) => {
      const [running = 0, most = 0] = [change.before("desired_capacity"), change.after("max_size")].map(Number);
      return running > most && most > 0
        ? [
            change.finding(
              "warn",
              "max_size",
              `${running} instances run: ${running - most} end at once, with what runs on them.`,
              `Set it to ${running} or more, and let it scale in first.`,
            ),
          ]
        : [];
    },
  ),
  aws_db_subnet_group: fewer("subnet_ids", zones("The database may use")),
  aws_dynamodb_table: all(
    offInside(
      "point_in_time_recovery",
      "enabled",
      [true],
      "Nothing can be restored to a point in time any more, and what could be is lost.",
    ),
    off("deletion_protection_enabled", "From then on one plan can delete the table."),
  ),
  aws_ebs_volume: (change) => {
    const [before, after] = change.numbers("size") ?? [0, 0];
    return after < before
      ? [
          change.finding(
            "refuse",
            "size",
            `The volume has ${before} GiB. AWS never makes one smaller: the apply fails there.`,
            `Write ${before}.`,
          ),
        ]
      : [];
  },
  aws_ecs_service: lowered("desired_count", (before, after) => `${after} instead of ${before} tasks run.`),
  aws_efs_backup_policy: offInside("backup_policy", "status", ["ENABLED"], "The files are not backed up any more."),
  aws_elasticache_replication_group: all(
    lowered("num_cache_clusters", (before, after) => `${after} instead of ${before} nodes hold the data.`),
    off("automatic_failover_enabled", "No node takes over when the first one is lost."),
    off("multi_az_enabled", "All nodes may be in the zone that is lost."),
  ),
  aws_kms_key: off("is_enabled", "Nothing that it has encrypted can be read from then on.", "refuse"),
  aws_lb: all(
    fewer("subnets", zones("The load balancer answers in")),
    off("enable_deletion_protection", "From then on one plan can delete the load balancer."),
  ),
  aws_s3_bucket_versioning: offInside(
    "versioning_configuration",
    "status",
    ["Enabled"],
    "What is overwritten or deleted from then on cannot be brought back.",
  ),
};
