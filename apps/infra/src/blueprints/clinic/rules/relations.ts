import { contract } from "@mainstay/contract";
import type { Relation } from "@mainstay/core";
import { mostTasks } from "@mainstay/ecs-service";
import { type InstanceClass, maxConnections } from "@mainstay/rds";
import { isInZone } from "@mainstay/route53";
import type { ClinicProps } from "../props.ts";
import { reservedNames, servicesOf } from "../services.ts";

/** Relations between properties of one region. */
export const relations: readonly Relation<ClinicProps>[] = [
  {
    property: "zones",
    broken: ({ region, zones }) => zones.find((zone) => !zone.startsWith(region)),
    allowed: ({ region }) => `zones of ${region}`,
    fix: "Correct the zone, or the region.",
  },
  {
    property: "zones",
    broken: ({ zones }) => zones.find((zone, index) => zones.indexOf(zone) !== index),
    allowed: "each zone once",
    fix: "Remove the repetition.",
  },
  {
    property: "instances.min",
    broken: ({ instances: { min, max } }) => (min > max ? min : undefined),
    allowed: ({ instances: { max } }) => `at most instances.max, ${max}`,
    fix: "Lower min or raise max.",
  },
  {
    property: "domain.name",
    broken: ({ domain: { name, zone } }) => (isInZone(name, zone.name) ? undefined : name),
    allowed: ({ domain: { zone } }) => `a name in domain.zone, ${zone.name}`,
    fix: "Choose a name of the zone, or the zone of the name.",
  },
  {
    property: "api.capacity",
    broken: (props) => tooManyConnections(props, props.database.class),
    allowed: ({ database }) => connectionsOf(database.class),
    fix: "Run fewer tasks or choose a larger class.",
  },
  {
    property: "services",
    broken: ({ api, services = {} }) =>
      Object.keys(services).find((name) => reservedNames.includes(name) || name === api.image.name),
    allowed: ({ api }) => `another name than ${[api.image.name, ...reservedNames].join(", ")}`,
    fix: "Rename the service: the name is taken by a part of the clinic.",
  },
  {
    property: (props) => `services.${behindApi(props)?.[0]}.priority`,
    broken: (props) => behindApi(props)?.[1].priority,
    allowed: "a priority of 1 to 99",
    fix: "Lower it: the API takes every path at 100, so that a service behind it gets no request.",
  },
  {
    property: (props) => `services.${sharingPriority(props)?.[0]}.priority`,
    broken: (props) => sharingPriority(props)?.[1].priority,
    allowed: "another priority for each service",
    fix: "Change one: two rules of a load balancer cannot share it.",
  },
];

/** A service that the API leaves no request. */
function behindApi({ services = {} }: ClinicProps) {
  return Object.entries(services).find(([, { priority }]) => priority > 99);
}

/** A service whose priority is taken by one before it. */
function sharingPriority({ services = {} }: ClinicProps) {
  const all = Object.entries(services);
  return all.find(([, { priority }], index) => all.findIndex(([, other]) => other.priority === priority) < index);
}

/** What all tasks of a region together would open, where that is more than `databaseClass` takes. */
export function tooManyConnections(props: ClinicProps, databaseClass: InstanceClass): string | undefined {
  const tasks = servicesOf(props).reduce((sum, { capacity }) => sum + mostTasks(capacity), 0);
  const connections = tasks * contract.database.poolSize;
  const limit = maxConnections(databaseClass);
  return limit !== undefined && connections > limit ? `${connections} connections` : undefined;
}

/** What {@link tooManyConnections} allows, in words. */
export function connectionsOf(databaseClass: InstanceClass): string {
  return `at most ${maxConnections(databaseClass)}, the max_connections of ${databaseClass}; each task has ${contract.database.poolSize}`;
}
