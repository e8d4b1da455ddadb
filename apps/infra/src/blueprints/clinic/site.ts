import type { Region } from "@mainstay/core";
import type { ClinicProps } from "./props.ts";

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
  return {
    ...primary,
    home: primary.region,
    region,
    zones,
    network,
    instances: instances ?? primary.instances,
    api: { ...primary.api, capacity: capacity ?? primary.api.capacity },
    database: { ...primary.database, class: databaseClass ?? primary.database.class },
  };
}

/** The name that reaches one region and no other: `eu-west-1.clinic.example.com`. */
export function regionalName({ domain, region }: Site): string {
  return `${region}.${domain.name}`;
}

/** Days that logs are kept: a year in production, since what happened is often asked for late (CIS benchmark); else a month. */
export function logDays({ production = false }: ClinicProps): 30 | 365 {
  return production ? 365 : 30;
}
