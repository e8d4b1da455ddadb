import type { Region, Zone } from "@mainstay/core";
import type { Tier } from "./decisions.ts";

/** One subnet of a {@link Network}. */
export interface Subnet {
  readonly id: string;
  readonly zone: Zone;
}

/** What other modules may know of a VPC. */
export interface Network {
  readonly region: Region;
  readonly vpcId: string;
  /** The VPC's whole range, for example `10.0.0.0/16`. Known when synthesising, and a VPC of another range is another VPC. */
  readonly cidr: string;
  /** In the order of the environment's zones. */
  readonly zones: readonly Zone[];
  /** One subnet per zone. */
  subnets(tier: Tier): readonly Subnet[];
  /** The range of all subnets of a tier, present and future, for rules about a tier. */
  tierCidr(tier: Tier): string;
}
