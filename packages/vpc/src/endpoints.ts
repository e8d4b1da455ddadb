import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { VpcEndpointRouteTableAssociation } from "@cdktf/provider-aws/lib/vpc-endpoint-route-table-association/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { nameOf, type Region, type Zone } from "@mainstay/core";
import { Construct } from "constructs";
import { type InterfaceEndpoint, interfacePolicy, s3Policy } from "./endpoint-policy.ts";
import type { Subnet } from "./network.ts";
import { emptySecurityGroup } from "./security-group.ts";

export interface EndpointsProps {
  readonly vpcId: string;
  readonly cidr: string;
  readonly region: Region;
  /** The account's 12 digits, or a reference to them. */
  readonly accountId: string;
  /** Services with an address in each of `subnets`. */
  readonly services: readonly InterfaceEndpoint[];
  readonly subnets: readonly Subnet[];
  /** Zones, each with the route table that leads to S3. */
  readonly routeTables: ReadonlyMap<Zone, { readonly id: string }>;
}

/** Ways to AWS services that do not leave the VPC. */
export class Endpoints extends Construct {
  /** Free of charge, so always there: image layers would else be paid for at the NAT gateway. */
  readonly s3: VpcEndpoint;
  readonly s3Associations: ReadonlyMap<Zone, VpcEndpointRouteTableAssociation>;
  /** Answers https from inside of the VPC; undefined where no interface endpoint has it. */
  readonly securityGroup: SecurityGroup | undefined;
  readonly ingress: VpcSecurityGroupIngressRule | undefined;
  readonly interfaces: ReadonlyMap<InterfaceEndpoint, VpcEndpoint>;

  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    this.s3 = this.createS3(props);
    this.s3Associations = this.routeToS3(props);
    const services = [...new Set(props.services)];
    if (services.length > 0) {
      this.securityGroup = emptySecurityGroup(this, props.vpcId, "interface endpoints");
      this.ingress = this.openTo(props.cidr, this.securityGroup);
    }
    this.interfaces = new Map(services.map((service) => [service, this.createInterface(service, props)]));
  }

  private createS3({ vpcId, region, accountId }: EndpointsProps): VpcEndpoint {
    return new VpcEndpoint(this, "s3", {
      vpcId,
      vpcEndpointType: "Gateway",
      serviceName: `com.amazonaws.${region}.s3`,
      policy: JSON.stringify(s3Policy(region, accountId)),
      tags: { Name: nameOf(this, "tag", "s3") },
    });
  }

  /** WHY: an association per zone instead of a list in the endpoint, so that a new zone changes nothing that is there. */
  private routeToS3({ routeTables }: EndpointsProps): ReadonlyMap<Zone, VpcEndpointRouteTableAssociation> {
    const create = (zone: Zone, routeTableId: string) =>
      new VpcEndpointRouteTableAssociation(this, `s3-${zone}`, { vpcEndpointId: this.s3.id, routeTableId });
    return new Map([...routeTables].map(([zone, { id }]) => [zone, create(zone, id)]));
  }

  private openTo(cidr: string, securityGroup: SecurityGroup): VpcSecurityGroupIngressRule {
    return new VpcSecurityGroupIngressRule(this, "from-vpc-https", {
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: cidr,
      securityGroupId: securityGroup.id,
      description: "https from vpc",
    });
  }

  private createInterface(service: InterfaceEndpoint, props: EndpointsProps): VpcEndpoint {
    const policy = interfacePolicy(service, props.accountId);
    // A dot would become a dash in the address anyway.
    const id = service.replaceAll(".", "-");
    return new VpcEndpoint(this, id, {
      vpcId: props.vpcId,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${props.region}.${service}`,
      // WHY: in place when a zone is added. Separate associations would change an endpoint once per zone, minutes each.
      subnetIds: props.subnets.map((subnet) => subnet.id),
      ...(this.securityGroup !== undefined && { securityGroupIds: [this.securityGroup.id] }),
      privateDnsEnabled: true,
      ...(policy !== undefined && { policy: JSON.stringify(policy) }),
      tags: { Name: nameOf(this, "tag", id) },
    });
  }
}
