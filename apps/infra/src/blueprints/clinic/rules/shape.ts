import { exactly, regions } from "@mainstay/core";
import { instanceTypes } from "@mainstay/ecs-ec2";
import { instanceClasses } from "@mainstay/rds";
import { interfaceEndpointNames } from "@mainstay/vpc";
import * as v from "valibot";
import type { ClinicProps } from "../props.ts";

const typeNames = Object.keys(instanceTypes);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = v.pipe(v.string(), v.minLength(1));
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const name = matching(/^[a-z][a-z0-9-]{0,19}$/);
const zones = v.pipe(v.array(matching(/^[a-z]{2}-[a-z]+-\d[a-h]$/)), v.minLength(2));
const image = exactly({ name: matching(/^[a-z][a-z0-9-]*$/) });
const task = exactly({ cpu: v.number(), memory: v.number() });
const network = exactly({
  cidr: text,
  nat: v.picklist(["per-zone", "single", "none"]),
  interfaceEndpoints: v.optional(v.array(v.picklist(interfaceEndpointNames))),
});
const instances = exactly({ type: v.picklist(typeNames), min: count, max: count });
const availability = v.picklist(["multi-az", "single-az"]);
const capacity = v.variant("kind", [
  exactly({ kind: v.literal("fixed"), tasks: v.number() }),
  exactly({
    kind: v.literal("autoscaled"),
    min: v.number(),
    max: v.number(),
    cpu: v.optional(v.number()),
    requestsPerTarget: v.optional(v.number()),
  }),
]);

const shape = exactly({
  name,
  production: v.optional(v.boolean()),
  region: v.picklist(regions),
  zones,
  domain: exactly({
    name: text,
    zone: v.variant("kind", [
      exactly({ kind: v.literal("created"), name: text }),
      exactly({ kind: v.literal("existing"), name: text, id: text }),
    ]),
  }),
  state: v.variant("kind", [
    exactly({ kind: v.literal("local") }),
    exactly({
      kind: v.literal("s3"),
      bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
      region: v.optional(v.picklist(regions)),
      kmsKey: v.optional(text),
    }),
  ]),
  cost: exactly({ owner: text, costCenter: text }),
  account: v.optional(matching(/^\d{12}$/)),
  permissionBoundary: v.optional(matching(/^arn:aws[\w-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/)),
  network,
  instances,
  api: exactly({ image, task, capacity }),
  services: v.optional(v.record(name, exactly({ image, task, capacity, paths: v.array(text), priority: count }))),
  timing: v.optional(
    exactly({
      healthInterval: v.optional(count),
      healthTimeout: v.optional(count),
      idle: v.optional(count),
      draining: v.optional(count),
      stopTimeout: v.optional(count),
    }),
  ),
  database: exactly({
    class: v.picklist(instanceClasses),
    storage: v.number(),
    backupDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(35))),
    availability: v.optional(availability),
    rotation: v.optional(v.union([v.literal("never"), v.number()])),
  }),
  notify: v.union([
    v.literal("nobody"),
    v.array(
      v.variant("kind", [
        exactly({ kind: v.literal("email"), address: text }),
        exactly({ kind: v.literal("https"), url: text }),
      ]),
    ),
  ]),
  backup: v.optional(
    exactly({
      keepDays: v.optional(v.number()),
      copy: v.optional(v.looseObject({ kind: text })),
      lock: v.optional(v.looseObject({ kind: text })),
    }),
  ),
  standby: v.optional(
    exactly({
      region: v.picklist(regions),
      zones,
      network,
      data: v.optional(v.picklist(["replica", "promoted"])),
      failback: v.optional(v.picklist(["manual", "automatic-to-stale-data"])),
      instances: v.optional(instances),
      capacity: v.optional(capacity),
      databaseClass: v.optional(v.picklist(instanceClasses)),
      availability: v.optional(availability),
    }),
  ),
  formerRegions: v.optional(v.array(v.picklist(regions))),
  protect: v.optional(v.boolean()),
  customize: v.optional(v.function()),
});

/** What an environment file may contain. Ranges that a module knows are checked there, not twice. */
// WHY: the types are narrower than what can be checked at run time (zones of the region, units); the schema is what is left.
export const schema = shape as unknown as v.GenericSchema<ClinicProps>;
