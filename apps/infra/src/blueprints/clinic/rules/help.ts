import { contract } from "@mainstay/contract";
import { type Help, regions } from "@mainstay/core";
import { instanceTypes } from "@mainstay/ecs-ec2";
import { interfaceEndpointNames } from "@mainstay/vpc";

const names = "1 to 20 lower-case letters, digits and dashes, a letter first";
const typeNames = Object.keys(instanceTypes).join(", ");
const seconds = "whole seconds";

const network: Help = {
  network: { allowed: "{ cidr, nat, interfaceEndpoints }", fix: "Give a range and how it reaches the internet." },
  "network.cidr": { allowed: "a private range, /16 to /20", fix: "For example 10.10.0.0/16." },
  "network.nat": { allowed: '"per-zone", "single" or "none"', fix: "per-zone survives the loss of a zone." },
  "network.interfaceEndpoints": {
    allowed: `a list of ${interfaceEndpointNames.join(", ")}`,
    fix: 'For example ["ecr.api", "ecr.dkr"].',
  },
};
const instances: Help = {
  instances: { allowed: "{ type, min, max }", fix: "Say which machines, and how many." },
  "instances.type": { allowed: typeNames, fix: "Choose one, or add it to packages/ecs-ec2." },
  "instances.min": { allowed: "a whole number from 1 up", fix: "Two survive the loss of a machine." },
  "instances.max": { allowed: "a whole number from 1 up", fix: "Leave room above min for deployments." },
};
const zones: Help = {
  zones: { allowed: "two zones or more", fix: "Add a zone: with one, its loss is the loss of everything." },
  "zones[]": { allowed: "full names like eu-west-1a", fix: "Write the region and a letter." },
};
const service: Help = {
  image: {
    allowed: 'imageByDigest("api")',
    fix: "An image is named here; its digest is an input of the deployment.",
  },
  task: { allowed: "{ cpu, memory }", fix: "For example { cpu: 256, memory: mib(512) }." },
  capacity: { allowed: "fixed(n) or autoscaled({ min, max })", fix: "Use one of the two functions." },
};

/** What a reader needs to mend a property. */
export const help: Help = {
  name: { allowed: names, fix: "Shorten or rename it: it is part of every AWS name." },
  production: { allowed: "true or false", fix: "Leave it out for anything but production." },
  region: { allowed: regions.join(", "), fix: "Choose one, or add it to packages/core/src/zone.ts." },
  ...zones,
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
  permissionBoundary: { allowed: "the ARN of a policy", fix: "Copy it from what `npm run bootstrap` prints." },
  ...network,
  ...instances,
  api: { allowed: "{ image, task, capacity }", fix: "Say what runs, how large, and how many." },
  ...within("api", service),
  services: {
    allowed: `{ name: { image, task, capacity, paths, priority } }, each name ${names}`,
    fix: "Say what runs, and which requests it takes.",
  },
  ...within("services.*", {
    ...service,
    paths: { allowed: "a list of paths like /reports/*", fix: "Say which requests it takes." },
    priority: { allowed: "a whole number from 1 to 99", fix: "The lowest that matches takes the request." },
  }),
  timing: {
    allowed: "{ healthInterval, healthTimeout, idle, draining, stopTimeout }",
    fix: "Leave it out for the contract's durations.",
  },
  "timing.healthInterval": { allowed: seconds, fix: `The contract has ${contract.health.interval}.` },
  "timing.healthTimeout": { allowed: seconds, fix: `The contract has ${contract.health.timeout}.` },
  "timing.idle": { allowed: seconds, fix: `The contract has ${contract.connection.loadBalancerIdle}.` },
  "timing.draining": { allowed: seconds, fix: `The contract has ${contract.shutdown.deregistration}.` },
  "timing.stopTimeout": { allowed: seconds, fix: `The contract has ${contract.shutdown.stopTimeout}.` },
  database: { allowed: "{ class, storage, backupDays, availability, rotation }", fix: "Say how large." },
  "database.class": { allowed: "a class like db.t4g.medium", fix: "See packages/rds for the list." },
  "database.storage": { allowed: "gib(n)", fix: "For example gib(100)." },
  "database.backupDays": { allowed: "1 to 35 days", fix: "14 reaches back over a holiday." },
  "database.availability": {
    allowed: '"multi-az" or "single-az"',
    fix: "Leave it out to survive the loss of a zone.",
  },
  "database.rotation": {
    allowed: 'a number of days, or "never"',
    fix: "Leave it out for a new password every 30 days.",
  },
  notify: {
    allowed: 'a list like [email("ops@example.com"), https("https://...")], or "nobody"',
    fix: "Name who is told of alarms.",
  },
  backup: { allowed: "{ keepDays, copy, lock }", fix: "Say how long, and where the copy goes." },
  "backup.keepDays": { allowed: "a number of days", fix: "35 reaches back a month." },
  "backup.copy": { allowed: "copyTo(region) or noCopy", fix: 'For example copyTo("eu-central-1").' },
  "backup.lock": { allowed: "unlocked, governance({ ... }) or compliance({ ... })", fix: "Use one of them." },
  standby: {
    allowed: "{ region, zones, network, data, failback, instances, capacity, databaseClass, availability }",
    fix: "Say where the second region is.",
  },
  "standby.region": { allowed: regions.join(", "), fix: "Choose another one than the first." },
  ...within("standby", { ...zones, ...network, ...instances }),
  "standby.data": { allowed: '"replica" or "promoted"', fix: "Leave it out until the first region is given up." },
  "standby.failback": {
    allowed: '"manual" or "automatic-to-stale-data"',
    fix: "Leave it out to look before users return.",
  },
  "standby.capacity": { allowed: "fixed(n) or autoscaled({ min, max })", fix: "Use one of the two functions." },
  "standby.databaseClass": { allowed: "a class like db.t4g.medium", fix: "See packages/rds for the list." },
  "standby.availability": {
    allowed: '"multi-az" or "single-az"',
    fix: "Leave it out for one zone, and for the first region's choice once it is promoted.",
  },
  formerRegions: {
    allowed: `a list of ${regions.join(", ")}`,
    fix: "Name regions that the standby or the backup's copy has left, for one deployment.",
  },
  protect: { allowed: "true or false", fix: "Leave it out to protect data." },
  customize: { allowed: "a function of everything that was made", fix: "See packages' readonly fields." },
};

/** The same words for the same property elsewhere. */
function within(owner: string, inner: Help): Help {
  return Object.fromEntries(Object.entries(inner).map(([key, words]) => [`${owner}.${key}`, words]));
}
