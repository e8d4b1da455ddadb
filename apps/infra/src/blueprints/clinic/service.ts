import type { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import type { LoadBalancer, Route } from "@mainstay/alb";
import { contract, variables } from "@mainstay/contract";
import type { EnvironmentStack } from "@mainstay/core";
import { Ec2Cluster } from "@mainstay/ecs-ec2";
import { imageDigest, Service } from "@mainstay/ecs-service";
import { type Access, allowToInternet, allowToRange, type Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { SiteData } from "./data.ts";
import { servicesOf } from "./services.ts";
import { logDays, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";
import { timed } from "./timing.ts";

/** What the services of a region stand on; all of it outlives them. */
interface Ground {
  readonly network: Network;
  readonly data: SiteData;
  readonly entrance: LoadBalancer;
}

/** What runs in a region. */
export interface Running {
  readonly cluster: Ec2Cluster;
  /** By name; the API is `api` unless its image has another name. */
  readonly services: ReadonlyMap<string, Service>;
  /** How requests reach each of them. */
  readonly routes: ReadonlyMap<string, Route>;
  /** What each of them may reach, beside its files. */
  readonly ways: ReadonlyMap<string, Ways>;
}

/** Security group rules of a service. */
export interface Ways {
  readonly database: Access;
  /** To Secrets Manager. */
  readonly secrets: VpcSecurityGroupEgressRule;
}

/** What changes every day: the cluster and what runs on it. Losing all of it loses nothing that cannot be deployed again. */
export function serviceStack(app: App, site: Site, ground: Ground): Running {
  const stack = clinicStack(app, "service", site);
  const workloads = servicesOf(site);
  const { instances } = site;
  const cluster = new Ec2Cluster(stack, "cluster", { network: ground.network, instances, workloads });
  const running = {
    cluster,
    services: new Map<string, Service>(),
    routes: new Map<string, Route>(),
    ways: new Map<string, Ways>(),
  };
  for (const choice of workloads) run(stack, site, ground, running, choice);
  new TerraformOutput(stack, "cluster-name", { value: cluster.name, description: "For aws ecs --cluster" });
  return running;
}

function run(
  stack: EnvironmentStack,
  site: Site,
  { network, data, entrance }: Ground,
  {
    cluster,
    services,
    routes,
    ways,
  }: { cluster: Ec2Cluster; services: Map<string, Service>; routes: Map<string, Route>; ways: Map<string, Ways> },
  { name, image, task, capacity, paths, priority }: ReturnType<typeof servicesOf>[number],
): void {
  const { timing, api } = site;
  const { database, documents, tokenKey } = data;
  const timings = timed(timing);
  const service = new Service(stack, name, {
    cluster,
    network,
    image: { repository: data.repository(image.name), digest: imageDigest(stack, image.name) },
    task,
    capacity,
    logRetention: logDays(site),
    stopTimeout: timings.shutdown.stopTimeout,
    route: (server) => {
      const route = entrance.route(stack, `${name}-route`, { server, priority, paths, contract: timings });
      routes.set(name, route);
      return route;
    },
    environment: {
      [variables.databaseHost]: database.endpoint.host,
      [variables.databasePort]: String(database.endpoint.port),
      [variables.databaseName]: contract.database.name,
      [variables.databaseCa]: "amazon-rds",
    },
    secrets: { [variables.tokenKey]: tokenKey },
    // WHY not the password itself: a task that got it at its start would be locked out by the first rotation.
    secretArns: { [variables.databaseSecret]: data.credentials },
    storage: { files: documents, directory: name === api.image.name ? "/documents" : `/${name}` },
  });
  ways.set(name, { database: database.allowFrom(service), secrets: allowToSecrets(service, site) });
  services.set(name, service);
  // WHY: the API's output was there before there were others.
  const output = name === api.image.name ? "task-definition" : `${name}-task-definition`;
  new TerraformOutput(stack, output, {
    value: service.taskDefinition.arn,
    description: "What a deployment has to be running when it is done",
  });
}

/** The way to Secrets Manager, for {@link variables.databaseSecret}: its own address in the VPC, or else through the NAT gateway. */
function allowToSecrets(
  client: Service,
  { network: { cidr, interfaceEndpoints = [] } }: Site,
): VpcSecurityGroupEgressRule {
  const https = { client, port: 443, protocol: "https" };
  if (interfaceEndpoints.includes("secretsmanager")) return allowToRange({ ...https, range: { name: "vpc", cidr } });
  // WHY all of it: AWS publishes no list of the addresses of Secrets Manager.
  return allowToInternet(https);
}
