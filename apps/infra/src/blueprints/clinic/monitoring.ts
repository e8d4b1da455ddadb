import {
  RegionMonitoring,
  type Subject,
  Topic,
  watchDatabase,
  watchFiles,
  watchLoadBalancer,
  watchMachines,
  watchService,
  watchWayOut,
} from "@mainstay/observability";
import { ReadReplica } from "@mainstay/rds";
import type { Vpc } from "@mainstay/vpc";
import type { App } from "cdktf";
import type { SiteData } from "./data.ts";
import type { Edge } from "./edge.ts";
import type { Running } from "./service.ts";
import { servicesOf } from "./services.ts";
import type { Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** Everything in a region that can be unwell. */
interface Watched {
  readonly network: Vpc;
  readonly data: SiteData;
  readonly edge: Edge;
  readonly running: Running;
}

/** Who is told what in a region. */
export interface Monitoring {
  readonly topic: Topic;
  readonly watch: RegionMonitoring;
}

/** Alarms, who hears them, and a dashboard that says where to begin. Comes last and goes first: nothing needs it to run. */
export function monitoringStack(app: App, site: Site, watched: Watched): Monitoring {
  const stack = clinicStack(app, "monitoring", site);
  const topic = new Topic(stack, "news", { subscribers: site.notify });
  const watch = new RegionMonitoring(stack, "watch", { pages: topic, subjects: subjectsOf(site, watched) });
  return { topic, watch };
}

/** In the order that a request takes. */
function subjectsOf(site: Site, { network, data, edge, running }: Watched): Readonly<Record<string, Subject>> {
  const { cluster } = running;
  const services = servicesOf(site).flatMap(({ name, capacity }): (readonly [string, Subject])[] => {
    const service = running.services.get(name);
    return service === undefined ? [] : [[`service-${name}`, watchService({ service, cluster, capacity })]];
  });
  return {
    entrance: watchLoadBalancer(edge.entrance),
    ...Object.fromEntries(services),
    machines: watchMachines({ cluster, instances: site.instances }),
    database: watchDatabase({ database: data.database, replicas: followersIn(data) }),
    documents: watchFiles(data.documents),
    "way-out": watchWayOut(network),
  };
}

/** A replica publishes how far it is behind in its own region; once promoted it follows nobody. */
function followersIn({ database }: SiteData) {
  return database instanceof ReadReplica && database.role === "replica" ? { standby: database } : {};
}
