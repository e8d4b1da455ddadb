import type { Relation } from "@mainstay/core";
import type { ClinicProps } from "../props.ts";
import { standbyAvailability } from "../site.ts";

/** Only in production. */
const only = (broken: (props: ClinicProps) => unknown) => (props: ClinicProps) =>
  props.production === true ? broken(props) : undefined;

/** What `production: true` refuses, each named by what it would give up. */
export const productionRelations: readonly Relation<ClinicProps>[] = [
  {
    property: "network.nat",
    broken: only(({ network }) => (network.nat === "single" ? network.nat : undefined)),
    allowed: '"per-zone" in production',
    fix: "One gateway for all zones takes the way out of every zone with its own.",
  },
  {
    property: "standby.network.nat",
    broken: only(({ standby }) => (standby?.network.nat === "single" ? standby.network.nat : undefined)),
    allowed: '"per-zone" in production',
    fix: "One gateway for all zones takes the way out of every zone with its own.",
  },
  {
    property: "database.availability",
    broken: only(({ database }) => (database.availability === "single-az" ? database.availability : undefined)),
    allowed: '"multi-az" in production',
    fix: "Leave it out: a single server is down for as long as a restore takes.",
  },
  {
    property: "standby.availability",
    broken: only(({ standby, database }) =>
      standby?.data === "promoted" && standbyAvailability(standby, database.availability) === "single-az"
        ? "single-az"
        : undefined,
    ),
    allowed: '"multi-az" in production, once data is "promoted"',
    fix: "Leave it out: a promoted database is the only one, and a single server is down for as long as a restore takes.",
  },
  {
    property: "database.backupDays",
    broken: only(({ database: { backupDays = 14 } }) => (backupDays < 7 ? backupDays : undefined)),
    allowed: "7 days or more in production",
    fix: "Mistakes are often found after the weekend.",
  },
  {
    property: "backup",
    broken: only(({ backup }) => (backup === undefined ? "not set" : undefined)),
    allowed: "{ copy: copyTo(region) } in production",
    fix: "A copy elsewhere is what is left when somebody deletes the database with its backups.",
  },
  {
    property: "backup.copy",
    broken: only(({ backup }) => (backup !== undefined && backup.copy?.kind !== "region" ? "not set" : undefined)),
    allowed: "copyTo(region) in production",
    fix: "Recovery points in one region are lost with it.",
  },
  {
    property: "instances.min",
    broken: only(({ instances }) => (instances.min < 2 ? instances.min : undefined)),
    allowed: "2 or more in production",
    fix: "A single machine takes every task with it.",
  },
  {
    property: "standby.instances.min",
    broken: only(({ standby }) =>
      standby?.instances && standby.instances.min < 2 ? standby.instances.min : undefined,
    ),
    allowed: "2 or more in production",
    fix: "Leave instances out: after a failover a single machine takes every task with it.",
  },
  {
    property: "notify",
    broken: only(({ notify }) => (notify === "nobody" ? notify : undefined)),
    allowed: 'one subscriber or more in production, like email("ops@example.com")',
    fix: "An alarm that nobody reads is none.",
  },
  {
    property: "protect",
    broken: only(({ protect }) => (protect === false ? protect : undefined)),
    allowed: "true in production",
    fix: "Leave it out: a plan that deletes data must be refused.",
  },
  {
    property: "state",
    broken: only(({ state }) => (state.kind === "local" ? state : undefined)),
    allowed: "s3State(bucket) in production",
    fix: "A file on one machine is neither locked nor safe.",
  },
];
