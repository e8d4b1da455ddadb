import { versionStep } from "../../aws/version.ts";
import { textOf } from "../../read/json.ts";
import type { View } from "../view.ts";
import { rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

// When a database restarts, or is found under another name.

const databases = [
  "aws_db_instance",
  "aws_rds_cluster_instance",
  "aws_docdb_cluster_instance",
  "aws_neptune_cluster_instance",
];
const clusters = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"];
const modifying = "RDS User Guide, Settings for DB instances";

export const databaseRules: readonly Rule[] = [
  restarting("instance_class", databases),
  restarting("port", [...databases, ...clusters]),
  restarting("storage_type", ["aws_db_instance"]),
  restarting("parameter_group_name", ["aws_db_instance"]),
  restarting("ca_cert_identifier", databases),
  rule(
    "outage",
    { id: "database-renamed", types: "aws_db_instance", attribute: "identifier", source: modifying },
    (view) =>
      changed(
        view,
        "identifier",
        "The database is renamed and restarts; its host name changes, and whoever has the old one finds nothing.",
      ),
  ),
  rule(
    "outage",
    {
      id: "engine-upgrade",
      types: [
        "aws_db_instance",
        ...clusters,
        "aws_rds_global_cluster",
        "aws_elasticache_replication_group",
        "aws_opensearch_domain",
        "aws_mq_broker",
      ],
      attribute: "engine_version",
      source: "RDS User Guide, Upgrading a DB instance engine version",
    },
    engine,
  ),
];

/** WHY the words: RDS decides by its settings whether that is now or in the next maintenance window. */
function restarting(attribute: string, types: readonly string[]): Rule {
  return rule("outage", { id: "database-restart", types, attribute, source: modifying }, (view) => {
    const window = view.valueAfter("maintenance_window") ?? view.valueAfter("preferred_maintenance_window");
    const when =
      view.valueAfter("apply_immediately") === true
        ? "At once"
        : typeof window === "string"
          ? "In the maintenance window"
          : "Soon";
    const what =
      view.type.endsWith("_instance") && view.type !== "aws_db_instance"
        ? "the node restarts; if it is the writer, another one takes over, about 30 s"
        : view.valueAfter("multi_az") === true
          ? "the standby takes over, 60 to 120 s without a database"
          : "the database restarts, minutes without it";
    return changed(view, attribute, `${when}: ${what}.`);
  });
}

function changed(view: View, attribute: string, why: string): ReturnType<Rule["look"]> {
  const [before, after] = [view.valueBefore(attribute), view.valueAfter(attribute)];
  if (before === undefined || after === undefined || before === after) return [];
  return [{ path: [attribute], before, after, why }];
}

function engine(view: View): ReturnType<Rule["look"]> {
  const [before, after] = [view.valueBefore("engine_version"), view.valueAfter("engine_version")];
  if (typeof before !== "string" || typeof after !== "string") return [];
  const name = textOf(view.valueBefore("engine"));
  const majors = /mysql|mariadb|^postgres$/.test(name) && Number.parseInt(before, 10) < 10 ? 2 : 1;
  const why = {
    same: undefined,
    lower: "No engine goes back to an earlier version: the apply fails there, or the data is lost with a new one.",
    major: "A major upgrade: the database is down for minutes to hours, and there is no way back.",
    minor: "An upgrade: the database restarts.",
  }[versionStep(before, after, majors)];
  return why === undefined ? [] : [{ path: ["engine_version"], before, after, why }];
}
