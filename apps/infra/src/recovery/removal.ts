import type { Stray } from "./match.ts";

/** A stray that nobody has been given. */
export interface Left {
  readonly stray: Stray;
  /** Addresses that it fits as well as another stray does. */
  readonly fits: readonly string[];
  /** Something that Terraform manages refers to it. */
  readonly used: boolean;
  readonly deleted: boolean;
}

/** Services whose resources hold nothing that cannot be made again. A KMS key can be brought back for 30 days. */
const disposable = /^(?:ec2|elasticloadbalancing|kms):/;

/**
 * Whether a stray may be deleted without asking: it holds no data, nothing that Terraform manages refers to it, and it is not one of two
 * between which a person has to choose.
 */
export function isDisposable({ stray, fits, used }: Pick<Left, "stray" | "fits" | "used">): boolean {
  return disposable.test(stray.arn.kind) && !used && fits.length === 0;
}

/** What has to go first, since the rest is in its use. */
export const removalOrder: readonly (readonly string[])[] = [
  ["aws_nat_gateway", "aws_vpc_endpoint", "aws_flow_log", "aws_lb_listener_rule"],
  ["aws_lb_listener", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
  // WHY: what is imported has no dependencies, and a network ACL is given its VPC's default one before it goes.
  ["aws_lb", "aws_network_acl"],
];
