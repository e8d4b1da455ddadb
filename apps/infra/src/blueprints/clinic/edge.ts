import { LoadBalancer } from "@mainstay/alb";
import { AliasRecord, Certificate, DnsZone } from "@mainstay/route53";
import type { Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { ClinicProps } from "./props.ts";
import { clinicStack } from "./stacks.ts";

/** The way in: name, certificate, load balancer. Services come and go behind it. */
export function edgeStack(app: App, props: ClinicProps, network: Network): LoadBalancer {
  const { domain, protect = true } = props;
  const stack = clinicStack(app, "edge", props);
  const zone = new DnsZone(stack, "zone", { zone: domain.zone, protect });
  const certificate = new Certificate(stack, "certificate", { zone, domain: domain.name });
  const entrance = new LoadBalancer(stack, "entrance", { network, certificate, protect });
  new AliasRecord(stack, "name", { zone, name: domain.name, target: entrance });
  new TerraformOutput(stack, "url", { value: `https://${domain.name}`, description: "What users type" });
  new TerraformOutput(stack, "name-servers", {
    value: zone.nameServers,
    description: "What the parent zone delegates to",
  });
  return entrance;
}
