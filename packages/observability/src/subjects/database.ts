import { type Gibibytes, type Problem, type Seconds, seconds } from "@mainstay/core";
import { maxConnections } from "@mainstay/rds";
import { type Alarm, inARow, silenceIsBad } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { graphOf, type Subject } from "../subject.ts";

/** A database server; `Database` of `@mainstay/rds` is one. */
export interface WatchedDatabase {
  readonly identifier: string;
  /** For example `db.r7g.large`: how many connections it takes. */
  readonly class: string;
  /** Size of the volume when it was made, GiB. */
  readonly storage: Gibibytes;
  /** Up to where RDS grows the volume by itself; left out where it does not. */
  readonly maxStorage?: Gibibytes | undefined;
}

export interface DatabaseWatch {
  readonly database: WatchedDatabase;
  /**
   * Read replicas in this region, by a name that stays. Adding one changes no other.
   *
   * @default none
   */
  readonly replicas?: Readonly<Record<string, { readonly identifier: string }>>;
  /**
   * How far a replica may be behind.
   *
   * @default 60 s: a replica is usually a second or two behind
   */
  readonly lag?: Seconds;
}

/** Percent, sustained. Above it queries begin to wait for each other. */
const highCpu = 80;
/** Share of `max_connections` that leaves room for the tasks of a deployment. */
const highConnections = 0.8;
/** What a replica that does not replicate is taken for: RDS says -1, which is below every threshold (RDS guide). */
const stopped = 86_400;

/** RDS grows a volume when less than a tenth of it is free for five minutes (RDS guide, "storage autoscaling"). */
export const autoscalingTrigger = 0.1;

/**
 * Bytes free below which somebody looks, and below which somebody is woken.
 *
 * Where RDS grows the volume, both are below what it acts on, so that an alarm means that it did not help: the limit is reached, or the
 * last growth was less than six hours ago. Shares of the size that the volume began with: it only grows.
 */
export function storageThresholds({ storage, maxStorage }: Pick<WatchedDatabase, "storage" | "maxStorage">) {
  const grows = maxStorage !== undefined && maxStorage > storage;
  const bytes = (share: number) => Math.floor(storage * share * 2 ** 30);
  return grows ? { low: bytes(0.08), full: bytes(0.04) } : { low: bytes(0.15), full: bytes(0.05) };
}

/** Connections above which somebody looks; undefined for a class that is not known. */
export function connectionThreshold(instanceClass: string): number | undefined {
  const most = maxConnections(instanceClass);
  return most === undefined ? undefined : Math.floor(most * highConnections);
}

/** Whether the server has room: CPU, storage, connections; and whether its replicas follow. */
export function watchDatabase({ database, replicas = {}, lag = seconds(60) }: DatabaseWatch): Subject {
  const of = metricsOf("AWS/RDS", { DBInstanceIdentifier: database.identifier });
  const connections = connectionThreshold(database.class);
  const alarms = {
    ...serverAlarms(of),
    ...storageAlarms(of, database),
    ...(connections !== undefined && { connections: connectionAlarm(of, connections) }),
  };
  const lags = Object.fromEntries(
    Object.entries(replicas).map(([name, { identifier }]) => [name, lagAlarm(name, identifier, lag)]),
  );
  return {
    alarms: {
      ...alarms,
      ...Object.fromEntries(Object.entries(lags).map(([name, alarm]) => [`replica-lag-${name}`, alarm])),
    },
    graphs: [
      graphOf("CPU, %", { average: alarms.cpu }),
      graphOf("Connections", alarms.connections === undefined ? {} : { open: alarms.connections }),
      {
        title: "Time per operation, s",
        lines: { read: metric(of("ReadLatency", "Average")), write: metric(of("WriteLatency", "Average")) },
        limits: [],
      },
      graphOf("Free storage, bytes", { free: alarms["storage-low"] }, { limits: [alarms["storage-full"].limit] }),
      { title: "Free memory, bytes", lines: { free: metric(of("FreeableMemory", "Minimum")) }, limits: [] },
      ...(Object.keys(lags).length > 0 ? [graphOf("Replicas behind, s", lags, { max: lag * 2 })] : []),
    ],
    problems: problems(database, replicas, lag),
  };
}

type Metrics = ReturnType<typeof metricsOf>;

function serverAlarms(of: Metrics) {
  return {
    cpu: {
      severity: "ticket",
      means: `The server uses more than ${highCpu} % of its CPU.`,
      look: "Performance Insights by SQL, or the slow-query log: one query that lacks an index, or more of all of them (a larger class).",
      signal: metric(of("CPUUtilization", "Average")),
      limit: { above: highCpu },
      range: { from: 0, to: 100 },
      datapoints: inARow(15),
      missing: silenceIsBad("a server publishes it every minute; a failover is over within two."),
    },
  } satisfies Record<string, Alarm>;
}

function storageAlarms(of: Metrics, database: WatchedDatabase) {
  const { low, full } = storageThresholds(database);
  const grows = database.maxStorage !== undefined && database.maxStorage > database.storage;
  const range = { from: 0, to: Number.POSITIVE_INFINITY };
  const signal = metric(of("FreeStorageSpace", "Minimum"));
  return {
    "storage-low": {
      severity: "ticket",
      means: `Less than ${gibibytes(low)} GiB are free${grows ? ", and RDS has not grown the volume" : ""}.`,
      look: grows
        ? "whether it is at maxStorage (raise it), or grew less than six hours ago (wait); then which table grows."
        : "which table grows; then raise storage, which interrupts nothing.",
      signal,
      limit: { below: low },
      range,
      // RDS acts after five minutes, and needs some more.
      datapoints: inARow(15),
      missing: silenceIsBad("a server publishes it every minute; a failover is over within two."),
    },
    "storage-full": {
      severity: "page",
      means: `Less than ${gibibytes(full)} GiB are free: at 0 the server stops, and cannot be used before it has grown.`,
      look: "raise storage (maxStorage with it) now, by hand if need be: aws rds modify-db-instance --allocated-storage.",
      signal,
      limit: { below: full },
      range,
      datapoints: inARow(5),
      missing: silenceIsBad("a server publishes it every minute; a failover is over within two."),
    },
  } satisfies Record<string, Alarm>;
}

function connectionAlarm(of: Metrics, limit: number): Alarm {
  return {
    severity: "ticket",
    means: `More than ${limit} connections are open, 80 % of what this class takes; the next ones are refused.`,
    look: "whether tasks were added (pool size times tasks), or connections are held: SHOW PROCESSLIST, by state and host.",
    signal: metric(of("DatabaseConnections", "Maximum")),
    limit: { above: limit },
    range: { from: 0, to: Math.floor(limit / highConnections) },
    datapoints: inARow(5),
    missing: silenceIsBad("a server publishes it every minute; a failover is over within two."),
  };
}

function lagAlarm(name: string, identifier: string, lag: Seconds): Alarm {
  const behind = metricsOf("AWS/RDS", { DBInstanceIdentifier: identifier })("ReplicaLag", "Maximum");
  return {
    severity: "ticket",
    means: `Replica ${name} is more than ${lag} s behind, or does not replicate: that much would be lost with the primary.`,
    look: "SHOW REPLICA STATUS on the replica: an error, or a large change that it is still applying.",
    signal: formula({ behind }, `IF(behind < 0, ${stopped}, behind)`),
    limit: { above: lag },
    range: { from: 0, to: stopped },
    datapoints: inARow(5),
    missing: silenceIsBad("a replica publishes it every minute: it is gone."),
  };
}

function gibibytes(bytes: number): number {
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}

function problems({ class: instanceClass }: WatchedDatabase, replicas: object, lag: Seconds): Problem[] {
  const found: Problem[] = [];
  if (maxConnections(instanceClass) === undefined) {
    found.push({
      property: "database.class",
      got: instanceClass,
      allowed: "a class whose memory is known (instanceClasses of @mainstay/rds)",
      fix: "Add its family to packages/rds/src/instance-class.ts: without it nobody knows how many connections are too many.",
    });
  }
  if (!(lag > 0 && lag < stopped)) {
    found.push({
      property: "lag",
      got: lag,
      allowed: "more than 0 s and less than a day",
      fix: "Name the data loss (RPO) that is still bearable.",
    });
  }
  const odd = Object.keys(replicas).filter((name) => !/^[a-z][a-z0-9-]*$/.test(name));
  for (const name of odd) {
    found.push({
      property: `replicas.${name}`,
      got: name,
      allowed: "lower-case letters, digits and dashes, a letter first",
      fix: "Rename it: it is part of an address.",
    });
  }
  return found;
}
