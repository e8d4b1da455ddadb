import { NetworkAcl } from "@cdktf/provider-aws/lib/network-acl/index.js";
import { NetworkAclAssociation } from "@cdktf/provider-aws/lib/network-acl-association/index.js";
import { NetworkAclRule } from "@cdktf/provider-aws/lib/network-acl-rule/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import { type AclProps, aclEntries, type Entry } from "./acl.ts";
import { type Tier, tiers } from "./decisions.ts";
import type { Subnet } from "./network.ts";

export interface AccessListsProps extends AclProps {
  readonly vpcId: string;
  readonly subnets: (tier: Tier) => readonly Subnet[];
}

/** A network ACL per tier, which lets declared flows pass and nothing else. */
export class AccessLists extends Construct {
  readonly lists: Readonly<Record<Tier, NetworkAcl>>;
  readonly rules: readonly NetworkAclRule[];
  readonly associations: readonly NetworkAclAssociation[];

  constructor(scope: Construct, id: string, props: AccessListsProps) {
    super(scope, id);
    this.lists = {
      public: this.createList("public", props),
      application: this.createList("application", props),
      data: this.createList("data", props),
    };
    this.rules = aclEntries(props).map((entry) => this.createRule(entry));
    this.associations = tiers.flatMap((tier) => props.subnets(tier).map((subnet) => this.associate(tier, subnet)));
  }

  private createList(tier: Tier, { vpcId }: AccessListsProps): NetworkAcl {
    return new NetworkAcl(this, tier, { vpcId, tags: { Name: nameOf(this, "tag", tier) } });
  }

  /**
   * WHY: a resource per rule, not a list inside of the network ACL: a new flow is then a rule added in the plan and nothing else,
   * where an inline list shows every rule again. The two must not be mixed (provider docs, aws_network_acl).
   */
  private createRule({ id, tier, direction, number, action, protocol, cidr, ports }: Entry): NetworkAclRule {
    return new NetworkAclRule(this, id, {
      networkAclId: this.lists[tier].id,
      egress: direction === "egress",
      ruleNumber: number,
      ruleAction: action,
      protocol: protocol === "all" ? "-1" : protocol,
      cidrBlock: cidr,
      ...(ports !== undefined && { fromPort: ports[0], toPort: ports[1] }),
      // Destination unreachable: fragmentation needed.
      ...(protocol === "icmp" && { icmpType: 3, icmpCode: 4 }),
    });
  }

  /** WHY: an association per subnet, so that a new zone changes no network ACL. */
  private associate(tier: Tier, { id, zone }: Subnet): NetworkAclAssociation {
    return new NetworkAclAssociation(this, `${tier}-${zone}`, { networkAclId: this.lists[tier].id, subnetId: id });
  }
}
