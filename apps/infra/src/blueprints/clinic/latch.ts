import { Alarms, Topic, watchHealthCheck } from "@mainstay/observability";
import { FailoverLatch } from "@mainstay/route53";
import { type App, TerraformStack } from "cdktf";
import { type Failover, routeRegion } from "./failover.ts";
import type { Running } from "./service.ts";
import { regionalName, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** What keeps users where a failover has put them, and tells people of it. */
export interface Latch {
  readonly topic: Topic;
  readonly latch: FailoverLatch | undefined;
  readonly alarms: readonly Alarms[];
}

/**
 * Watches both regions from outside. After their services, since a region that does not answer yet would look like one that was lost.
 */
export function latchStack(
  app: App,
  sites: { readonly primary: Site; readonly standby: Site },
  { failover, services }: { readonly failover: Failover; readonly services: readonly Running[] },
): Latch {
  const { primary, standby } = sites;
  const stack = clinicStack(app, "latch", primary, routeRegion);
  for (const { cluster } of services) stack.addDependency(TerraformStack.of(cluster));
  const topic = new Topic(stack, "news", { subscribers: primary.notify });
  const watch = (id: string, site: Site, check: { readonly id: string }) =>
    new Alarms(stack, id, { subject: watchHealthCheck(check, regionalName(site)), notify: topic });
  const alarms = [
    watch("primary", primary, failover.primaryHealth.endpoint),
    watch("standby", standby, failover.standbyHealth),
  ];
  const failback = primary.standby?.failback ?? "manual";
  return {
    topic,
    alarms,
    latch:
      failback === "manual"
        ? new FailoverLatch(stack, "latch", { primary: failover.primaryHealth, notify: [topic] })
        : undefined,
  };
}
