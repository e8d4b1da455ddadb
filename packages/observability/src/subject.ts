import type { Problem, Region } from "@mainstay/core";
import type { Alarm, Limit, Severity } from "./alarm.ts";
import type { Signal } from "./metric.ts";

/** One graph of the dashboard. */
export interface Graph {
  readonly title: string;
  /** By label. */
  readonly lines: Readonly<Record<string, Signal>>;
  /** Where an alarm begins: the same decisions. */
  readonly limits: readonly Limit[];
  /** The value axis; open at the top where nothing is said. */
  readonly max?: number;
}

/** An alarm that was made elsewhere and is to be heard here. */
export interface AdoptedAlarm {
  readonly severity: Severity;
  readonly alarmName: string;
  readonly arn: string;
}

/**
 * One thing that is watched: its alarms, and a column of graphs from the symptom at the top to the cause at the bottom.
 *
 * A plain value: `watchDatabase(...)` and its like decide it, and anybody can write one for what they do not know.
 */
export interface Subject {
  /** By the id that ends their address and name. */
  readonly alarms: Readonly<Record<string, Alarm>>;
  readonly adopted?: readonly AdoptedAlarm[];
  readonly graphs: readonly Graph[];
  /**
   * Where AWS publishes its metrics, and so the only region where an alarm can see them.
   *
   * @default that of the stack
   */
  readonly region?: Region;
  readonly problems?: readonly Problem[];
}

/** What is only to be seen: dashboards show metrics of any region, alarms do not. For a health check in the dashboard of its region. */
export function graphsOnly({ graphs, region }: Subject): Subject {
  return { alarms: {}, graphs, ...(region !== undefined && { region }) };
}

/** A graph of what alarms watch, with their thresholds. */
export function graphOf(title: string, alarms: Readonly<Record<string, Alarm>>, more: Partial<Graph> = {}): Graph {
  const { lines = {}, limits = [], max } = more;
  const upTo = Object.values(alarms).map(({ range }) => range.to);
  const top = max ?? Math.max(...upTo);
  return {
    title,
    lines: { ...Object.fromEntries(Object.entries(alarms).map(([label, { signal }]) => [label, signal])), ...lines },
    limits: distinctLimits([...Object.values(alarms).map(({ limit }) => limit), ...limits]),
    ...(Number.isFinite(top) && { max: top }),
  };
}

function distinctLimits(limits: readonly Limit[]): Limit[] {
  return [...new Map(limits.map((limit) => [JSON.stringify(limit), limit])).values()];
}
