import type { Zone } from "@mainstay/core";
import { tierCidr } from "./decisions.ts";
import type { Network } from "./network.ts";

/** A network for tests of other modules: its ids say what they stand for, like `subnet-data-eu-west-1a`. */
export function testNetwork(zones: readonly Zone[] = ["eu-west-1a", "eu-west-1b"], cidr = "10.0.0.0/16"): Network {
  return {
    region: "eu-west-1",
    vpcId: "vpc-1",
    cidr,
    zones,
    subnets: (tier) => zones.map((zone) => ({ id: `subnet-${tier}-${zone}`, zone })),
    tierCidr: (tier) => tierCidr(cidr, tier),
  };
}
