export {
  type Access,
  allow,
  allowFromInternet,
  allowFromPrefixList,
  allowFromRange,
  allowToInternet,
  allowToPrefixList,
  allowToRange,
  type Endpoint,
  type Opening,
  type PrefixList,
  type Range,
} from "./access.ts";
export { AccessLists } from "./access-lists.ts";
export type { Entry, Flow, Protocol } from "./acl.ts";
export { overlaps } from "./cidr.ts";
export { maxZones, type Nat, subnetCidr, type Tier, tierCidr, tiers } from "./decisions.ts";
export { type InterfaceEndpoint, interfaceEndpointNames } from "./endpoint-policy.ts";
export { Endpoints } from "./endpoints.ts";
export { FlowLogs, type RetentionDays } from "./flow-logs.ts";
export type { Network, Subnet } from "./network.ts";
export { emptySecurityGroup } from "./security-group.ts";
export { Vpc, type VpcProps } from "./vpc.ts";
