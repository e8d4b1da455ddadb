import { contract } from "@mainstay/contract";
import { type Definition, exactly, regions } from "@mainstay/core";
import { instanceTypes } from "@mainstay/ecs-ec2";
import { mostTasks } from "@mainstay/ecs-service";
import { instanceClasses, maxConnections } from "@mainstay/rds";
import { isInZone } from "@mainstay/route53";
import * as v from "valibot";
import type { ClinicProps } from "./props.ts";

type Parts = Pick<Definition<ClinicProps>, "schema" | "help" | "relations">;

const typeNames = Object.keys(instanceTypes);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = v.pipe(v.string(), v.minLength(1));
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const shape = exactly({
  name: matching(/^[a-z][a-z0-9-]{0,19}$/),
  production: v.optional(v.boolean()),
  region: v.picklist(regions),
  zones: v.pipe(v.array(matching(/^[a-z]{2}-[a-z]+-\d[a-h]$/)), v.minLength(2)),
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
  network: exactly({
    cidr: text,
    nat: v.picklist(["per-zone", "single", "none"]),
    interfaceEndpoints: v.optional(v.array(text)),
  }),
  instances: exactly({ type: v.picklist(typeNames), min: count, max: count }),
  api: exactly({
    image: exactly({ name: matching(/^[a-z][a-z0-9-]*$/) }),
    task: exactly({ cpu: v.number(), memory: v.number() }),
    capacity: v.variant("kind", [
      exactly({ kind: v.literal("fixed"), tasks: v.number() }),
      exactly({
        kind: v.literal("autoscaled"),
        min: v.number(),
        max: v.number(),
        cpu: v.optional(v.number()),
        requestsPerTarget: v.optional(v.number()),
      }),
    ]),
  }),
  database: exactly({
    class: v.picklist(instanceClasses),
    storage: v.number(),
    backupDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(35))),
    availability: v.optional(v.picklist(["multi-az", "single-az"])),
  }),
  protect: v.optional(v.boolean()),
});

/** What an environment file of the clinic may say. Ranges that a module knows are checked there, not twice. */
export const rules: Parts = {
  // WHY: the types are narrower than what can be checked at run time (zones of the region, units); the schema is what is left.
  schema: shape as unknown as v.GenericSchema<ClinicProps>,
  help: {
    name: {
      allowed: "1 to 20 lower-case letters, digits and dashes, a letter first",
      fix: "Shorten or rename it: it is part of every AWS name.",
    },
    production: { allowed: "true or false", fix: "Leave it out for anything but production." },
    region: { allowed: regions.join(", "), fix: "Choose one, or add it to packages/core/src/zone.ts." },
    zones: { allowed: "two zones or more", fix: "Add a zone: with one, its loss is the loss of everything." },
    "zones[]": { allowed: "full names like eu-west-1a", fix: "Write the region and a letter." },
    domain: { allowed: "{ name, zone }", fix: "Give the name that users type and its zone." },
    "domain.name": { allowed: "a DNS name", fix: "Write it in full, like clinic.example.com." },
    "domain.zone": {
      allowed: "createZone(name) or existingZone({ id, name })",
      fix: "Use existingZone if somebody else manages it.",
    },
    state: { allowed: "localState or s3State(bucket)", fix: "Use s3State for whatever more than one person deploys." },
    "state.bucket": { allowed: "the name of an S3 bucket", fix: "Create it with terraform-state first." },
    cost: { allowed: "{ owner, costCenter }", fix: "Say who is called at night and who pays." },
    account: { allowed: "12 digits, in quotes", fix: "Copy it from `aws sts get-caller-identity`." },
    network: { allowed: "{ cidr, nat, interfaceEndpoints }", fix: "Give a range and how it reaches the internet." },
    "network.cidr": { allowed: "a private range, /16 to /20", fix: "For example 10.10.0.0/16." },
    "network.nat": { allowed: '"per-zone", "single" or "none"', fix: "per-zone survives the loss of a zone." },
    "network.interfaceEndpoints": { allowed: "a list of service names", fix: 'For example ["ecr.api", "ecr.dkr"].' },
    instances: { allowed: "{ type, min, max }", fix: "Say which machines, and how many." },
    "instances.type": { allowed: typeNames.join(", "), fix: "Choose one, or add it to packages/ecs-ec2." },
    "instances.min": { allowed: "a whole number from 1 up", fix: "Two survive the loss of a machine." },
    "instances.max": { allowed: "a whole number from 1 up", fix: "Leave room above min for deployments." },
    api: { allowed: "{ image, task, capacity }", fix: "Say what runs, how large, and how many." },
    "api.image": {
      allowed: 'imageByDigest("api")',
      fix: "An image is named here; its digest is an input of the deployment.",
    },
    "api.task": { allowed: "{ cpu, memory }", fix: "For example { cpu: 256, memory: mib(512) }." },
    "api.capacity": { allowed: "fixed(n) or autoscaled({ min, max })", fix: "Use one of the two functions." },
    database: { allowed: "{ class, storage, backupDays, availability }", fix: "Say how large." },
    "database.class": { allowed: "a class like db.t4g.medium", fix: "See packages/rds for the list." },
    "database.storage": { allowed: "gib(n)", fix: "For example gib(100)." },
    "database.backupDays": { allowed: "1 to 35 days", fix: "14 reaches back over a holiday." },
    "database.availability": {
      allowed: '"multi-az" or "single-az"',
      fix: "Leave it out to survive the loss of a zone.",
    },
    protect: { allowed: "true or false", fix: "Leave it out to protect data." },
  },
  relations: [
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
      broken: ({ api, database }) => {
        const connections = mostTasks(api.capacity) * contract.database.poolSize;
        const limit = maxConnections(database.class);
        return limit !== undefined && connections > limit ? `${connections} connections` : undefined;
      },
      allowed: ({ database }) =>
        `at most ${maxConnections(database.class)}, the max_connections of ${database.class}; each task has ${contract.database.poolSize}`,
      fix: "Run fewer tasks or choose a larger class.",
    },
    ...productionRules(),
  ],
};

/** What `production: true` refuses, each named by what it would give up. */
function productionRules(): Parts["relations"] {
  const only = (broken: (props: ClinicProps) => unknown) => (props: ClinicProps) =>
    props.production === true ? broken(props) : undefined;
  return [
    {
      property: "network.nat",
      broken: only(({ network }) => (network.nat === "single" ? network.nat : undefined)),
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
      property: "database.backupDays",
      broken: only(({ database: { backupDays = 14 } }) => (backupDays < 7 ? backupDays : undefined)),
      allowed: "7 days or more in production",
      fix: "Mistakes are often found after the weekend.",
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
}
