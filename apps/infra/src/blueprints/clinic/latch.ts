import { contract } from "@mainstay/contract";
import { Alarms, Topic, watchHealthCheck } from "@mainstay/observability";
import { FailoverLatch, HealthCheck } from "@mainstay/route53";
import { type App, TerraformStack } from "cdktf";
import { type Failover, routeRegion } from "./failover.ts";
import type { Running } from "./service.ts";
import { regionalName, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** What watches from outside and tells people, and keeps users where a failover has put them. */
export interface Latch {
  readonly topic: Topic;
  /** Undefined with one region, and where users return by themselves. */
  readonly latch: FailoverLatch | undefined;
  readonly alarms: readonly Alarms[];
  /** Who asks the only region; with two, the failover stack has who asks them. */
  readonly check: HealthCheck | undefined;
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
  const { stack, topic, watch } = outside(app, primary, services);
  const latch =
    primary.standby?.failback === "automatic-to-stale-data"
      ? undefined
      : new FailoverLatch(stack, "latch", { primary: failover.primaryHealth, notify: [topic] });
  // WHY the first region only where nothing latches: the latch has an alarm on the same status, and one event is one piece of news.
  const first = latch === undefined ? [watch("primary", failover.primaryHealth.endpoint, regionalName(primary))] : [];
  return {
    topic,
    latch,
    alarms: [...first, watch("standby", failover.standbyHealth, regionalName(standby))],
    check: undefined,
  };
}

/**
 * Watches the only region from outside: its loss takes its own alarms with it, and none of them sees a name that is not answered. About
 * 2.60 USD a month; an environment whose state is on one machine goes without.
 */
export function outsideStack(app: App, site: Site, services: readonly Running[]): Latch | undefined {
  // WHY not by `production`: that is turned off before an environment is taken down, which would leave this stack behind.
  if (site.state.kind === "local" || site.standby !== undefined) return undefined;
  const { stack, topic, watch } = outside(app, site, services);
  const { name } = site.domain;
  const check = new HealthCheck(stack, "entrance", { name, path: contract.health.readyPath });
  return { topic, latch: undefined, alarms: [watch("primary", check, name)], check };
}

function outside(app: App, site: Site, services: readonly Running[]) {
  const stack = clinicStack(app, "latch", site, routeRegion);
  for (const { cluster } of services) stack.addDependency(TerraformStack.of(cluster));
  const topic = new Topic(stack, "news", { subscribers: site.notify });
  const watch = (id: string, check: { readonly id: string }, name: string) =>
    new Alarms(stack, id, { subject: watchHealthCheck(check, name), notify: topic });
  return { stack, topic, watch };
}
