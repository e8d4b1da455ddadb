import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group/index.js";
import { Eip } from "@cdktf/provider-aws/lib/eip/index.js";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway/index.js";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway/index.js";
import { Route } from "@cdktf/provider-aws/lib/route/index.js";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table/index.js";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association/index.js";
import { Subnet as AwsSubnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { check, nameOf, type Region, regionOf, type Zone } from "@mainstay/core";
import { Construct } from "constructs";
import { AccessLists } from "./access-lists.ts";
import { aclProblems, type Flow } from "./acl.ts";
import { layoutProblems, type Nat, natZone, subnetCidr, type Tier, tierCidr } from "./decisions.ts";
import type { InterfaceEndpoint } from "./endpoint-policy.ts";
import { Endpoints } from "./endpoints.ts";
import { FlowLogs, type RetentionDays } from "./flow-logs.ts";
import type { Network, Subnet } from "./network.ts";

export interface VpcProps {
  /**
   * Two or more, of the stack's region. The order matters to `nat: "single"` only.
   *
   * Adding one creates its subnets beside the others and changes no address. Removing one destroys what is in it.
   */
  readonly zones: readonly Zone[];

  /**
   * Private IPv4 range, /16 to /20. Changing it replaces the VPC and everything in it.
   *
   * @default "10.0.0.0/16"
   */
  readonly cidr?: string;

  /**
   * How the application tier reaches the internet. Each NAT gateway costs about 0.045 USD per hour and per GB
   * (us-east-1, VPC price list); changing it replaces nothing but breaks connections that are open through a gateway.
   */
  readonly nat: Nat;

  /**
   * AWS services with an address inside of the VPC, in every zone. Each costs about 0.01 USD per hour and zone
   * (us-east-1, PrivateLink price list). Traffic to them needs no NAT. Changing it replaces nothing.
   *
   * @default []
   */
  readonly interfaceEndpoints?: readonly InterfaceEndpoint[];

  /**
   * Connections that may be opened between tiers and with the internet; everything else is refused at the subnets' borders.
   *
   * Security groups still decide per service. What the endpoints above need is added by itself; DNS, time and
   * instance metadata of AWS pass in any case. Adding a flow adds its rules and changes no other.
   */
  readonly flows: readonly Flow[];

  /**
   * Days that the record of connections is kept in CloudWatch Logs. Costs per GB of records.
   *
   * @default 30
   */
  readonly flowLogs?: RetentionDays;
}

/** Subnets by tier and zone. */
type Subnets = Readonly<Record<Tier, ReadonlyMap<Zone, AwsSubnet>>>;

/**
 * A network of three tiers in several zones: public (load balancers, NAT), application, data (no way out).
 *
 * Survives the loss of a zone: every zone has its own subnets, its own way out, and depends on no other. Every id is made of
 * tier and zone, never of a position in a list.
 */
export class Vpc extends Construct implements Network {
  readonly region: Region;
  readonly cidr: string;
  readonly zones: readonly Zone[];

  readonly account: DataAwsCallerIdentity;
  readonly vpc: AwsVpc;
  readonly defaultSecurityGroup: DefaultSecurityGroup;
  readonly internetGateway: InternetGateway;
  readonly awsSubnets: Subnets;
  /** By the zone that they are in; one with `nat: "single"`, none with `"none"`. */
  readonly natGateways: ReadonlyMap<Zone, NatGateway>;
  readonly natAddresses: ReadonlyMap<Zone, Eip>;
  readonly publicRouteTable: RouteTable;
  readonly publicRoute: Route;
  /** One per zone. */
  readonly applicationRouteTables: ReadonlyMap<Zone, RouteTable>;
  /** By the zone that they lead out of; none with `nat: "none"`. */
  readonly applicationRoutes: ReadonlyMap<Zone, Route>;
  /** Leads nowhere but to the VPC. */
  readonly dataRouteTable: RouteTable;
  /** Which table each subnet has. */
  readonly routeTableAssociations: Readonly<Record<Tier, ReadonlyMap<Zone, RouteTableAssociation>>>;
  readonly endpoints: Endpoints;
  readonly accessLists: AccessLists;
  readonly flowLogs: FlowLogs;

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const { zones, cidr = "10.0.0.0/16", nat, interfaceEndpoints = [], flows, flowLogs = 30 } = props;
    this.region = regionOf(this);
    this.cidr = cidr;
    this.zones = [...new Set(zones)];
    check(this, layoutProblems({ zones, cidr }, this.region));
    check(this, aclProblems({ cidr, flows, interfaceEndpoints, nat }));

    this.account = new DataAwsCallerIdentity(this, "account", {});
    this.vpc = this.createVpc();
    this.defaultSecurityGroup = this.emptyDefaultSecurityGroup();
    this.internetGateway = this.createInternetGateway();
    this.awsSubnets = {
      public: this.createSubnets("public"),
      application: this.createSubnets("application"),
      data: this.createSubnets("data"),
    };
    this.natAddresses = this.createNatAddresses(nat);
    this.natGateways = this.createNatGateways();
    this.publicRouteTable = this.createRouteTable("public");
    this.publicRoute = this.createPublicRoute();
    this.applicationRouteTables = new Map(this.zones.map((zone) => [zone, this.createRouteTable("application", zone)]));
    this.applicationRoutes = this.createApplicationRoutes(nat);
    this.dataRouteTable = this.createRouteTable("data");
    const everywhere = (table: RouteTable) => new Map(this.zones.map((zone) => [zone, table]));
    this.routeTableAssociations = {
      public: this.associate("public", everywhere(this.publicRouteTable)),
      application: this.associate("application", this.applicationRouteTables),
      data: this.associate("data", everywhere(this.dataRouteTable)),
    };
    this.endpoints = this.createEndpoints(interfaceEndpoints);
    this.accessLists = this.createAccessLists(flows, interfaceEndpoints);
    this.flowLogs = this.createFlowLogs(flowLogs);
  }

  get vpcId(): string {
    return this.vpc.id;
  }

  subnets(tier: Tier): readonly Subnet[] {
    return [...this.awsSubnets[tier]].map(([zone, { id }]) => ({ id, zone }));
  }

  tierCidr(tier: Tier): string {
    return tierCidr(this.cidr, tier);
  }

  private createVpc(): AwsVpc {
    return new AwsVpc(this, "vpc", {
      cidrBlock: this.cidr,
      enableDnsSupport: true,
      // WHY: private names of interface endpoints and EFS mount targets need both (VPC guide, DNS attributes).
      enableDnsHostnames: true,
      tags: { Name: nameOf(this, "tag") },
    });
  }

  /** What AWS creates with every VPC lets its members talk to each other and everywhere; nothing should ever land there. */
  private emptyDefaultSecurityGroup(): DefaultSecurityGroup {
    return new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpc.id,
      // WHY: explicit lists are enforced by every plan; left out, only the first one empties the group.
      ingress: [],
      egress: [],
      tags: { Name: nameOf(this, "tag", "default-unused") },
    });
  }

  private createInternetGateway(): InternetGateway {
    return new InternetGateway(this, "internet-gateway", { vpcId: this.vpc.id, tags: { Name: nameOf(this, "tag") } });
  }

  private createSubnets(tier: Tier): ReadonlyMap<Zone, AwsSubnet> {
    const create = (zone: Zone) =>
      new AwsSubnet(this, `${tier}-${zone}`, {
        vpcId: this.vpc.id,
        availabilityZone: zone,
        cidrBlock: subnetCidr(this.cidr, tier, zone),
        tags: { Name: nameOf(this, "tag", tier, zone), Tier: tier },
      });
    return new Map(this.zones.map((zone) => [zone, create(zone)]));
  }

  private createNatAddresses(nat: Nat): ReadonlyMap<Zone, Eip> {
    const used = new Set(this.zones.map((zone) => natZone(nat, this.zones, zone)));
    const create = (zone: Zone) =>
      new Eip(this, `nat-address-${zone}`, { domain: "vpc", tags: { Name: nameOf(this, "tag", "nat", zone) } });
    return new Map(this.zones.filter((zone) => used.has(zone)).map((zone) => [zone, create(zone)]));
  }

  private createNatGateways(): ReadonlyMap<Zone, NatGateway> {
    const create = (zone: Zone, subnet: AwsSubnet, address: Eip) =>
      new NatGateway(this, `nat-${zone}`, {
        subnetId: subnet.id,
        allocationId: address.allocationId,
        tags: { Name: nameOf(this, "tag", "nat", zone) },
        // WHY: a NAT gateway without a way out fails when it is created (provider docs, aws_nat_gateway).
        dependsOn: [this.internetGateway],
      });
    const places = inBoth(this.awsSubnets.public, this.natAddresses);
    return new Map(places.map(([zone, subnet, address]) => [zone, create(zone, subnet, address)]));
  }

  private createPublicRoute(): Route {
    return new Route(this, "public-to-internet", {
      routeTableId: this.publicRouteTable.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: this.internetGateway.id,
    });
  }

  private createApplicationRoutes(nat: Nat): ReadonlyMap<Zone, Route> {
    return new Map(
      [...this.applicationRouteTables].flatMap(([zone, table]): [Zone, Route][] => {
        const server = natZone(nat, this.zones, zone);
        const gateway = server && this.natGateways.get(server);
        if (gateway === undefined) return [];
        const route = new Route(this, `application-${zone}-to-internet`, {
          routeTableId: table.id,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: gateway.id,
        });
        return [[zone, route]];
      }),
    );
  }

  private createRouteTable(...name: string[]): RouteTable {
    return new RouteTable(this, ["routes", ...name].join("-"), {
      vpcId: this.vpc.id,
      tags: { Name: nameOf(this, "tag", ...name) },
    });
  }

  private associate(tier: Tier, tables: ReadonlyMap<Zone, RouteTable>): ReadonlyMap<Zone, RouteTableAssociation> {
    const create = (zone: Zone, subnet: AwsSubnet, table: RouteTable) =>
      new RouteTableAssociation(this, `routes-of-${tier}-${zone}`, { subnetId: subnet.id, routeTableId: table.id });
    const pairs = inBoth(this.awsSubnets[tier], tables);
    return new Map(pairs.map(([zone, subnet, table]) => [zone, create(zone, subnet, table)]));
  }

  private createEndpoints(services: readonly InterfaceEndpoint[]): Endpoints {
    return new Endpoints(this, "endpoints", {
      vpcId: this.vpc.id,
      cidr: this.cidr,
      region: this.region,
      accountId: this.account.accountId,
      services,
      subnets: this.subnets("application"),
      routeTables: this.applicationRouteTables,
    });
  }

  private createAccessLists(flows: readonly Flow[], interfaceEndpoints: readonly InterfaceEndpoint[]): AccessLists {
    return new AccessLists(this, "acl", {
      vpcId: this.vpc.id,
      cidr: this.cidr,
      flows,
      interfaceEndpoints,
      subnets: (tier) => this.subnets(tier),
    });
  }

  private createFlowLogs(retention: RetentionDays): FlowLogs {
    return new FlowLogs(this, "flow-logs", {
      vpcId: this.vpc.id,
      region: this.region,
      accountId: this.account.accountId,
      retention,
    });
  }
}

/** What both have a value for. */
function inBoth<A, B>(one: ReadonlyMap<Zone, A>, other: ReadonlyMap<Zone, B>): (readonly [Zone, A, B])[] {
  return [...one].flatMap(([zone, a]) => {
    const b = other.get(zone);
    return b === undefined ? [] : [[zone, a, b] as const];
  });
}
