import { type Gibibytes, gib } from "@mainstay/core";

// GiB of memory by size (RDS guide, "Hardware specifications for DB instance classes").
const burstable = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, "2xlarge": 32 } as const;
const general = {
  large: 8,
  xlarge: 16,
  "2xlarge": 32,
  "4xlarge": 64,
  "8xlarge": 128,
  "12xlarge": 192,
  "16xlarge": 256,
} as const;
const memoryOptimised = {
  large: 16,
  xlarge: 32,
  "2xlarge": 64,
  "4xlarge": 128,
  "8xlarge": 256,
  "12xlarge": 384,
  "16xlarge": 512,
} as const;

/** Families that run MySQL 8.4. Add one here to use it; nothing else needs to know. */
const families = {
  t3: burstable,
  t4g: burstable,
  m6g: general,
  m6i: general,
  m7g: general,
  m7i: general,
  m8g: general,
  r6g: memoryOptimised,
  r6i: memoryOptimised,
  r7g: memoryOptimised,
  r7i: memoryOptimised,
  r8g: memoryOptimised,
} as const;
type Families = typeof families;

/** A size of database server, for example `db.r7g.large`. One that is not listed does not type-check. */
export type InstanceClass = {
  [F in keyof Families]: `db.${F}.${keyof Families[F] & string}`;
}[keyof Families];

const memories: ReadonlyMap<string, number> = new Map(
  Object.entries(families).flatMap(([family, sizes]) =>
    Object.entries(sizes).map(([size, memory]): [string, number] => [`db.${family}.${size}`, memory]),
  ),
);

/** Every known class, by family and size. */
export const instanceClasses = [...memories.keys()] as readonly InstanceClass[];

/** Memory of a class; undefined for one that is not known. */
export function memoryOf(instanceClass: string): Gibibytes | undefined {
  const memory = memories.get(instanceClass);
  return memory === undefined ? undefined : gib(memory);
}

/** RDS guide, "DB engine, Region, and instance class support for Database Insights": the MySQL row. */
const withoutInsights: ReadonlySet<string> = new Set([
  "db.t3.micro",
  "db.t3.small",
  "db.t4g.micro",
  "db.t4g.small",
] satisfies InstanceClass[]);

/** Whether RDS accepts Performance Insights on a MySQL server of this class. Asking for it elsewhere fails the deployment. */
export function supportsPerformanceInsights(instanceClass: string): boolean {
  return !withoutInsights.has(instanceClass);
}

/** Bytes per connection in RDS's default `max_connections`: `{DBInstanceClassMemory/12582880}` (RDS guide, quotas). */
const bytesPerConnection = 12_582_880;

/**
 * Connections that a server of this class accepts at least, by the engine's own formula; undefined for a class not known.
 *
 * An estimate from below: `DBInstanceClassMemory` is what remains after the operating system and RDS's agents took their part.
 * That part is not documented; assumed are 5 % and 0.25 GiB. Ask the server for the real figure (`SELECT @@max_connections`).
 */
export function maxConnections(instanceClass: string): number | undefined {
  const memory = memoryOf(instanceClass);
  if (memory === undefined) return undefined;
  return Math.floor(((memory * 0.95 - 0.25) * 2 ** 30) / bytesPerConnection);
}
