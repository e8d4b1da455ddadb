import { runInNewContext } from "node:vm";
import { gib } from "@mainstay/core";
import type { Alarm } from "./alarm.ts";
import {
  type Subject,
  type WatchedDatabase,
  watchDatabase,
  watchFiles,
  watchHealthCheck,
  watchLoadBalancer,
  watchMachines,
  watchService,
  watchWayOut,
} from "./index.ts";
import type { Metric } from "./metric.ts";

const loadBalancer = { arnSuffix: "app/entrance/1" };

export const testService = {
  service: { name: "api" },
  route: { loadBalancer, targetGroup: { arnSuffix: "targetgroup/api/1" } },
};

export const testDatabase: WatchedDatabase = {
  identifier: "clinic-test-database",
  class: "db.t4g.medium",
  storage: gib(100),
  maxStorage: gib(200),
};

/** What the tests let grow: a zone, a replica. */
export interface Size {
  readonly zones: readonly string[];
  readonly replicas: readonly string[];
}

export const small: Size = { zones: ["eu-west-1a", "eu-west-1b"], replicas: [] };

/** One of each kind, in the order that a request takes. */
export function testSubjects({ zones, replicas }: Size = small): Record<string, Subject> {
  return {
    entrance: watchLoadBalancer(loadBalancer),
    api: watchService({
      service: testService,
      cluster: { name: "cluster" },
      capacity: { kind: "autoscaled", cpu: 60 },
    }),
    machines: watchMachines({
      cluster: { name: "cluster", autoScalingGroup: { name: "machines" } },
      instances: { min: 2, max: 4 },
    }),
    database: watchDatabase({
      database: testDatabase,
      replicas: Object.fromEntries(replicas.map((name) => [name, { identifier: `clinic-test-${name}` }])),
    }),
    documents: watchFiles({ fileSystem: { id: "fs-1" } }),
    "way-out": watchWayOut({ natGateways: new Map(zones.map((zone) => [zone, { id: `nat-${zone}` }])) }),
  };
}

export const testHealthCheck: Subject = watchHealthCheck({ id: "check-1" }, "clinic.example.com");

/** An input of the formula that an alarm watches. */
export function inputOf(alarm: Alarm | undefined, name: string): Metric {
  const input = alarm?.signal.kind === "formula" ? alarm.signal.inputs[name] : undefined;
  if (input === undefined) throw new Error(`there is no input ${name}`);
  return input;
}

/**
 * Whether a minute with these values is bad. Undefined: CloudWatch has no value.
 *
 * The formula is evaluated as CloudWatch does; what it divides by zero is no value, and the minute has none.
 */
export function goesOff(alarm: Alarm | undefined, values: Readonly<Record<string, number | undefined>>): boolean {
  if (alarm?.signal.kind !== "formula") throw new Error("there is no formula");
  const { limit, signal } = alarm;
  const unknown = Object.keys(values).filter((name) => !(name in signal.inputs));
  if (unknown.length > 0) throw new Error(`there are no inputs ${unknown.join(", ")}`);
  const result: number = runInNewContext(signal.formula, {
    ...values,
    IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    FILL: (value: number | undefined, otherwise: number) => value ?? otherwise,
    PERIOD: () => 60,
  });
  if (!Number.isFinite(result)) return false;
  return "above" in limit ? result > limit.above : result < limit.below;
}
