import type { Region } from "@mainstay/core";
import type { Availability } from "@mainstay/rds";
import type { ClinicProps, StandbyChoice } from "./props.ts";

/** One region of an environment, written as if it were the only one. */
export interface Site extends ClinicProps {
  /** The first region of the environment, where the zone of its domain is looked after. */
  readonly home: Region;
}

/** The first region. */
export function primaryOf(props: ClinicProps): Site {
  return { ...props, home: props.region };
}

/** The second region, with what it does not say taken from the first; undefined where there is none. */
export function standbyOf(props: ClinicProps): Site | undefined {
  const { standby, ...primary } = props;
  if (standby === undefined) return undefined;
  const { region, zones, network, instances, capacity, databaseClass } = standby;
  const { database } = primary;
  return {
    ...primary,
    home: primary.region,
    region,
    zones,
    network,
    instances: instances ?? primary.instances,
    api: { ...primary.api, capacity: capacity ?? primary.api.capacity },
    database: {
      ...database,
      class: databaseClass ?? database.class,
      availability: standbyAvailability(standby, database.availability),
    },
  };
}

/** Of a replica one zone is enough: it loses nothing with it. A promoted one is the only database there is. */
export function standbyAvailability(
  { availability, data = "replica" }: StandbyChoice,
  first: Availability = "multi-az",
): Availability {
  return availability ?? (data === "promoted" ? first : "single-az");
}

/** The name that reaches one region and no other: `eu-west-1.clinic.example.com`. */
export function regionalName({ domain, region }: Site): string {
  return `${region}.${domain.name}`;
}

/** Days that logs are kept: a year in production, since what happened is often asked for late (CIS benchmark); else a month. */
export function logDays({ production = false }: ClinicProps): 30 | 365 {
  return production ? 365 : 30;
}
