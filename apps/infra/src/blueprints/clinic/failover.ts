import { contract } from "@mainstay/contract";
import { failover, HealthCheck, PrimaryHealth, type Routing } from "@mainstay/route53";
import { type App, TerraformOutput } from "cdktf";
import { regionalName, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** What decides which of the two regions users reach. */
export interface Failover {
  readonly primaryHealth: PrimaryHealth;
  readonly standbyHealth: HealthCheck;
  /** How the first region's name is answered. */
  readonly primary: Routing;
  /** How the second region's is. */
  readonly standby: Routing;
}

/** Route 53 is run from there; what it says of health is published nowhere else. */
export const routeRegion = "us-east-1";

/** Who is asked whether a region is well. Knows names alone, so that it stands before there is anything to ask. */
export function failoverStack(app: App, primary: Site, standby: Site): Failover {
  const stack = clinicStack(app, "failover", primary, routeRegion);
  const path = contract.health.readyPath;
  const primaryHealth = new PrimaryHealth(stack, "primary", { name: regionalName(primary), path });
  const standbyHealth = new HealthCheck(stack, "standby", { name: regionalName(standby), path });
  new TerraformOutput(stack, "leave-primary", {
    value: primaryHealth.leave,
    description: "Sends users to the standby until somebody decides otherwise",
  });
  new TerraformOutput(stack, "fail-back", {
    value: primaryHealth.failBack,
    description: "Lets users return to the first region; read packages/route53/README.md before",
  });
  return {
    primaryHealth,
    standbyHealth,
    primary: failover({ role: "primary", region: primary.region, healthCheck: primaryHealth }),
    standby: failover({ role: "secondary", region: standby.region, healthCheck: standbyHealth }),
  };
}
