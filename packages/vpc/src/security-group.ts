import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { nameOf } from "@mainstay/core";
import type { Construct } from "constructs";

/**
 * The security group of `owner`, without a single rule: who wants in or out adds one with `allow`.
 *
 * WHY: inline rules fight with separate ones (terraform-provider-aws#32379).
 *
 * @param of what has the group, in words: `tasks`. A change replaces the group.
 */
export function emptySecurityGroup(owner: Construct, vpcId: string, of: string): SecurityGroup {
  const name = nameOf(owner, "tag");
  return new SecurityGroup(owner, "security-group", {
    name: nameOf(owner, "securityGroup"),
    description: `${name} ${of}`,
    vpcId,
    tags: { Name: name },
  });
}
