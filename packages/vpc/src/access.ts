import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import type { Construct } from "constructs";

/** Anything that has network interfaces behind a security group of its own. */
export interface Endpoint extends Construct {
  readonly securityGroup: { readonly id: string };
}

export interface Opening {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** TCP port of the server. */
  readonly port: number;
  /** What is spoken, for example `mysql`: part of the rules' ids, so that one client can have several. */
  readonly protocol: string;
}

/** Both halves of a permission: the client may call, the server may be called. */
export interface Access {
  readonly egress: VpcSecurityGroupEgressRule;
  readonly ingress: VpcSecurityGroupIngressRule;
}

/**
 * Lets `client` reach `server` on one TCP port.
 *
 * WHY: always separate rules, since inline ones fight with them (terraform-provider-aws#32379), and always in the client's
 * scope, so that two stacks never need each other's groups (aws-cdk#3689).
 */
export function allow({ client, server, port, protocol }: Opening): Access {
  const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
  return {
    egress: new VpcSecurityGroupEgressRule(client, `to-${server.node.id}-${protocol}`, {
      ...tcp,
      securityGroupId: client.securityGroup.id,
      referencedSecurityGroupId: server.securityGroup.id,
      description: `${protocol} to ${server.node.id}`,
    }),
    ingress: new VpcSecurityGroupIngressRule(client, `into-${server.node.id}-${protocol}`, {
      ...tcp,
      securityGroupId: server.securityGroup.id,
      referencedSecurityGroupId: client.securityGroup.id,
      description: `${protocol} from ${client.node.id}`,
    }),
  };
}
