export { type Access, allow, type Endpoint, type Opening } from "./access.ts";
export { maxZones, subnetCidr, type Tier, tiers } from "./decisions.ts";
export type { Network, Subnet } from "./network.ts";
