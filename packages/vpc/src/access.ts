import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import type { Construct } from "constructs";

/** Anything that has network interfaces behind a security group of its own. */
export interface Endpoint extends Construct {
  readonly securityGroup: { readonly id: string };
}

/** A TCP port and what is spoken there. */
interface Service {
  /** TCP port of the server. */
  readonly port: number;
  /** What is spoken, for example `mysql`: part of the rules' ids, so that one client can have several. */
  readonly protocol: string;
}

export interface Opening extends Service {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /**
   * Where both rules live: what is deployed last and removed first of the two ends.
   *
   * @default the client
   */
  readonly scope?: Construct;
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
 * scope, so that two stacks never need each other's groups (aws-cdk#3689). A load balancer is the one client that is there
 * before its servers, and its stack must not need theirs: then the rules live in the server's stack, as `scope`.
 */
export function allow({ client, server, port, protocol, scope = client }: Opening): Access {
  // WHY: one scope can open the way for several clients.
  const start = scope === client ? "" : `${client.node.id}-`;
  return {
    egress: new VpcSecurityGroupEgressRule(scope, `${start}to-${server.node.id}-${protocol}`, {
      ...tcp(port),
      securityGroupId: client.securityGroup.id,
      referencedSecurityGroupId: server.securityGroup.id,
      description: `${protocol} to ${server.node.id}`,
    }),
    ingress: new VpcSecurityGroupIngressRule(scope, `${start}into-${server.node.id}-${protocol}`, {
      ...tcp(port),
      securityGroupId: server.securityGroup.id,
      referencedSecurityGroupId: client.securityGroup.id,
      description: `${protocol} from ${client.node.id}`,
    }),
  };
}

/** Addresses outside of any security group, by a name that becomes part of the rule's id. */
export interface Range {
  readonly name: string;
  readonly cidr: string;
}

/** A list of addresses that AWS keeps, such as those of S3 or CloudFront. */
export interface PrefixList {
  readonly name: string;
  readonly id: string;
}

interface To extends Service {
  readonly client: Endpoint;
}

interface From extends Service {
  readonly server: Endpoint;
}

const internet: Range = { name: "internet", cidr: "0.0.0.0/0" };

/** Lets `client` reach every IPv4 address on one TCP port. The rule lives in its scope. */
export function allowToInternet(opening: To): VpcSecurityGroupEgressRule {
  return allowToRange({ ...opening, range: internet });
}

/** Lets everybody reach `server` on one TCP port. The rule lives in its scope. */
export function allowFromInternet(opening: From): VpcSecurityGroupIngressRule {
  return allowFromRange({ ...opening, range: internet });
}

/** Lets `client` reach a range of addresses on one TCP port. The rule lives in its scope. */
export function allowToRange({ range, ...opening }: To & { readonly range: Range }): VpcSecurityGroupEgressRule {
  return egress(opening, range.name, { cidrIpv4: range.cidr });
}

/** Lets a range of addresses reach `server` on one TCP port. The rule lives in its scope. */
export function allowFromRange({ range, ...opening }: From & { readonly range: Range }): VpcSecurityGroupIngressRule {
  return ingress(opening, range.name, { cidrIpv4: range.cidr });
}

/** Lets `client` reach the addresses of a prefix list on one TCP port, for example those of S3. The rule lives in its scope. */
export function allowToPrefixList({
  prefixList,
  ...opening
}: To & { readonly prefixList: PrefixList }): VpcSecurityGroupEgressRule {
  return egress(opening, prefixList.name, { prefixListId: prefixList.id });
}

/** Lets the addresses of a prefix list reach `server` on one TCP port, for example CloudFront's. The rule lives in its scope. */
export function allowFromPrefixList({
  prefixList,
  ...opening
}: From & { readonly prefixList: PrefixList }): VpcSecurityGroupIngressRule {
  return ingress(opening, prefixList.name, { prefixListId: prefixList.id });
}

/** Where the other end is. */
type Peer = { readonly cidrIpv4: string } | { readonly prefixListId: string };

function egress({ client, port, protocol }: To, name: string, peer: Peer): VpcSecurityGroupEgressRule {
  return new VpcSecurityGroupEgressRule(client, `to-${name}-${protocol}`, {
    ...tcp(port),
    ...peer,
    securityGroupId: client.securityGroup.id,
    description: `${protocol} to ${name}`,
  });
}

function ingress({ server, port, protocol }: From, name: string, peer: Peer): VpcSecurityGroupIngressRule {
  return new VpcSecurityGroupIngressRule(server, `from-${name}-${protocol}`, {
    ...tcp(port),
    ...peer,
    securityGroupId: server.securityGroup.id,
    description: `${protocol} from ${name}`,
  });
}

function tcp(port: number) {
  return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
