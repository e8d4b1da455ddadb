import { autoscaled, copyTo, email, existingZone, fixed, gib, https, imageByDigest, mib, s3State } from "./index.ts";
import { exampleProps, exampleStandby, productionProps } from "./testing.ts";

/** Something that an engineer may write, of a type that may be wrong as well. */
export interface Mistake {
  readonly what: string;
  readonly props: unknown;
}

const roomy = { type: "m7g.xlarge", min: 3, max: 6 };
const portal = {
  image: imageByDigest("portal"),
  task: { cpu: 256, memory: mib(512) },
  capacity: fixed(1),
  paths: ["/portal/*"],
  priority: 10,
};

const change = (what: string, props: Readonly<Record<string, unknown>>): Mistake => ({
  what,
  props: { ...exampleProps, ...props },
});
const inNetwork = (what: string, network: object) => change(what, { network: { ...exampleProps.network, ...network } });
const inApi = (what: string, api: object) => change(what, { api: { ...exampleProps.api, ...api } });
const inDatabase = (what: string, database: object) =>
  change(what, { database: { ...exampleProps.database, ...database } });
const inStandby = (what: string, standby: object) => change(what, { standby: { ...exampleStandby, ...standby } });
const inProduction = (what: string, props: object): Mistake => ({ what, props: { ...productionProps, ...props } });

/** Mistakes by what was written; what is said of each is in the test's table. */
export const mistakes: readonly Mistake[] = [
  change("a name that is too long for its resources", { name: "the-clinic-of-the-northern-region" }),
  change("a name with capitals", { name: "Dev" }),
  change("a region that does not exist", { region: "eu-west-9" }),
  change("one zone", { zones: ["eu-west-1a"] }),
  change("a zone of another region", { zones: ["eu-west-1a", "eu-central-1b"] }),
  change("a zone twice", { zones: ["eu-west-1a", "eu-west-1a"] }),
  change("a zone by its letter", { zones: ["a", "b"] }),
  change("a domain outside its zone", { domain: { ...exampleProps.domain, name: "clinic.example.org" } }),
  change("the id of a zone with its prefix", {
    domain: { name: "clinic.example.com", zone: existingZone({ id: "/hostedzone/Z1", name: "example.com" }) },
  }),
  change("a boundary that is a name", { permissionBoundary: "most" }),
  change("an account number without quotes", { account: 123456789012 }),
  change("a bucket with capitals", { state: s3State("Our-State") }),
  change("a property that is missing", { cost: undefined }),
  change("a property that is misspelt", { databse: {} }),
  inNetwork("a property of a property that is misspelt", { natGateways: "per-zone" }),
  inNetwork("a range that is too small", { cidr: "10.0.0.0/24" }),
  inNetwork("a range that does not begin where it says", { cidr: "10.0.8.0/16" }),
  inNetwork("a public range", { cidr: "52.0.0.0/16" }),
  inNetwork("Docker's own range", { cidr: "172.17.0.0/16" }),
  inNetwork("no range at all", { cidr: "10.0/16" }),
  inNetwork("a NAT that does not exist", { nat: "per-az" }),
  inNetwork("no way out and no endpoints", { nat: "none" }),
  inNetwork("an endpoint that does not exist", { interfaceEndpoints: ["ecr"] }),
  change("an instance type that is not known", { instances: { type: "t4g.medum", min: 2, max: 4 } }),
  change("more instances at least than at most", { instances: { type: "t4g.medium", min: 5, max: 4 } }),
  change("too few instances for a deployment", { instances: { type: "t4g.medium", min: 2, max: 2 } }),
  inApi("a task larger than its instance", { task: { cpu: 256, memory: mib(8192) } }),
  inApi("CPU in vCPUs", { task: { cpu: 0.5, memory: mib(512) } }),
  inApi("more tasks at least than at most", { capacity: autoscaled({ min: 4, max: 2 }) }),
  inApi("no task", { capacity: fixed(0) }),
  inApi("a CPU target that leaves no time to start a task", {
    capacity: { kind: "autoscaled", min: 2, max: 4, cpu: 95 },
  }),
  inApi("more connections than the database takes", { capacity: autoscaled({ min: 2, max: 40 }) }),
  inApi("an image by tag", { image: "api:latest" }),
  change("a health check that takes longer than its interval", { timing: { healthInterval: 5, healthTimeout: 10 } }),
  change("an interval that the API's shutdown cannot wait for", { timing: { healthInterval: 15 } }),
  change("an idle timeout above the API's keep-alive", { timing: { idle: 75 } }),
  change("an idle timeout below the longest request", { timing: { idle: 20 } }),
  change("a stop timeout below draining", { timing: { stopTimeout: 65, draining: 70 } }),
  change("draining that ends before the API has", { timing: { draining: 20 } }),
  change("a service with the name of a part", { services: { database: portal } }),
  change("a service behind the API", { services: { portal: { ...portal, priority: 200 } } }),
  change("two services of one priority", { services: { portal, reports: portal } }),
  change("a service without a path", { instances: roomy, services: { portal: { ...portal, paths: [] } } }),
  change("a service with a misspelt property", { services: { portal: { ...portal, path: ["/portal/*"] } } }),
  change("a name of a service that is too long", { services: { "the-portal-of-all-patients": portal } }),
  inDatabase("a class that is not known", { class: "db.t4g.mediun" }),
  inDatabase("less storage than RDS takes", { storage: gib(5) }),
  inDatabase("storage with its unit", { storage: "20 GiB" }),
  inDatabase("backups for longer than RDS keeps them", { backupDays: 90 }),
  change("a mail address with a name", { notify: [email("Ops <ops@example.com>")] }),
  change("a subscriber twice", { notify: [email("ops@example.com"), email("ops@example.com")] }),
  change("a URL with a password", { notify: [https("https://user:secret@example.com/")] }),
  change("no subscriber, without saying so", { notify: [] }),
  inStandby("a standby in the same region", { region: "eu-west-1", zones: ["eu-west-1a", "eu-west-1b"] }),
  inStandby("a standby whose zone is elsewhere", { zones: ["eu-central-1a", "eu-west-1b"] }),
  inStandby("ranges of two regions that overlap", { network: { cidr: "10.0.16.0/20", nat: "per-zone" } }),
  inStandby("a standby that cannot take every request", { capacity: fixed(2) }),
  inStandby("a zone of the standby twice", { zones: ["eu-central-1a", "eu-central-1a"] }),
  inStandby("more instances of the standby at least than at most", {
    instances: { type: "t4g.medium", min: 5, max: 4 },
  }),
  inStandby("more connections of the standby than its database takes", {
    capacity: autoscaled({ min: 2, max: 40 }),
  }),
  inStandby("an availability of the standby that does not exist", { availability: "multi-region" }),
  inStandby("a standby with a misspelt property", { dta: "promoted" }),
  change("a former region that does not exist", { formerRegions: ["eu-central"] }),
  inProduction("one NAT gateway in production", { network: { cidr: "10.0.0.0/16", nat: "single" } }),
  inProduction("one NAT gateway of the standby in production", {
    standby: { ...exampleStandby, network: { ...exampleStandby.network, nat: "single" } },
  }),
  inProduction("one database server in production", {
    database: { ...productionProps.database, availability: "single-az" },
  }),
  inProduction("one database server of the standby, once promoted, in production", {
    standby: { ...exampleStandby, data: "promoted", availability: "single-az" },
  }),
  inProduction("a day of backups in production", { database: { ...productionProps.database, backupDays: 1 } }),
  inProduction("no backup elsewhere in production", { backup: undefined }),
  inProduction("no protection in production", { protect: false }),
  inProduction("alarms that nobody hears in production", { notify: "nobody" }),
  inProduction("one instance in production", { instances: { type: "m7g.xlarge", min: 1, max: 4 } }),
  inProduction("one instance of the standby in production", {
    standby: { ...exampleStandby, instances: { type: "m7g.xlarge", min: 1, max: 4 } },
  }),
  inProduction("state on one machine in production", { state: { kind: "local" } }),
  inProduction("state in the region that may be lost", { state: s3State("states", { region: "eu-west-1" }) }),
  inProduction("a backup in the region that may be lost", {
    backup: { ...productionProps.backup, copy: copyTo("eu-west-1") },
  }),
  inProduction("backups in one region only in production", { backup: { keepDays: 35 } }),
  inProduction("a backup that is kept for no day", { backup: { ...productionProps.backup, keepDays: 0 } }),
  { what: "nothing right at all", props: { name: 1, zones: "a", standby: true } },
];
