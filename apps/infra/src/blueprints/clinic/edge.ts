import { LoadBalancer } from "@mainstay/alb";
import { AliasRecord, Certificate, DnsZone, type HostedZone, type Routing, simple } from "@mainstay/route53";
import type { Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { regionalName, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";
import { timed } from "./timing.ts";

/** The way into a region. */
export interface Edge {
  readonly zone: HostedZone;
  readonly certificate: Certificate;
  readonly entrance: LoadBalancer;
  /** The name that users type, as far as this region answers it. */
  readonly name: AliasRecord;
  /** The name that reaches this region and no other. */
  readonly regionalName: AliasRecord;
}

/** The way in: name, certificate, load balancer. Services come and go behind it. */
export function edgeStack(app: App, site: Site, network: Network, routing: Routing = simple): Edge {
  const { domain, protect = true } = site;
  const stack = clinicStack(app, "edge", site);
  const zone = new DnsZone(stack, "zone", { zone: domain.zone, protect });
  const edge = wayIn(stack, site, { network, zone, routing });
  new TerraformOutput(stack, "url", { value: `https://${domain.name}`, description: "What users type" });
  new TerraformOutput(stack, "name-servers", {
    value: zone.nameServers,
    description: "What the parent zone delegates to",
  });
  return edge;
}

/** The second region's way in, under the same name, which is looked after in the first region. */
export function standbyEdgeStack(
  app: App,
  site: Site,
  network: Network,
  { zone, routing }: { readonly zone: HostedZone; readonly routing: Routing },
): Edge {
  return wayIn(clinicStack(app, "edge", site), site, { network, zone, routing });
}

function wayIn(
  stack: Construct,
  site: Site,
  { network, zone, routing }: { readonly network: Network; readonly zone: HostedZone; readonly routing: Routing },
): Edge {
  const { domain, protect = true, timing } = site;
  const regional = regionalName(site);
  // WHY the regional name from the first day: a name more would be another certificate later.
  const certificate = new Certificate(stack, "certificate", { zone, domain: domain.name, alternatives: [regional] });
  const idleTimeout = timed(timing).connection.loadBalancerIdle;
  const entrance = new LoadBalancer(stack, "entrance", { network, certificate, protect, idleTimeout });
  const name = new AliasRecord(stack, "name", { zone, name: domain.name, target: entrance, routing });
  const regionalRecord = new AliasRecord(stack, "regional-name", { zone, name: regional, target: entrance });
  new TerraformOutput(stack, "regional-url", {
    value: `https://${regional}`,
    description: "This region and no other",
  });
  return { zone, certificate, entrance, name, regionalName: regionalRecord };
}
