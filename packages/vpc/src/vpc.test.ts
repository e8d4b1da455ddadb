import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group/index.js";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway/index.js";
import { NetworkAcl } from "@cdktf/provider-aws/lib/network-acl/index.js";
import { NetworkAclAssociation } from "@cdktf/provider-aws/lib/network-acl-association/index.js";
import { NetworkAclRule } from "@cdktf/provider-aws/lib/network-acl-rule/index.js";
import { Route } from "@cdktf/provider-aws/lib/route/index.js";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { VpcEndpointRouteTableAssociation } from "@cdktf/provider-aws/lib/vpc-endpoint-route-table-association/index.js";
import { describe, expect, it } from "@jest/globals";
import type { Zone } from "@mainstay/core";
import { mistakes, reference, type Synthesized, synthesize, testStack } from "@mainstay/testing";
import { aclEntries, type Flow } from "./acl.ts";
import { testNetwork } from "./testing.ts";
import { Vpc, type VpcProps } from "./vpc.ts";

const flows: Flow[] = [
  { from: "internet", to: "public", port: 443 },
  { from: "public", to: "application", port: 8080 },
  { from: "application", to: "data", port: 3306 },
];

/** What nothing was asked of. */
const standard = synth({});

describe("Vpc", () => {
  it("has a subnet per tier and zone, none of which gives out public addresses", () => {
    const subnets = standard.all(Subnet);
    expect(subnets).toMatchObject({
      "network_public-eu-west-1a": {
        availability_zone: "eu-west-1a",
        cidr_block: "10.0.0.0/21",
      },
      "network_public-eu-west-1b": {
        availability_zone: "eu-west-1b",
        cidr_block: "10.0.8.0/21",
      },
      "network_application-eu-west-1a": {
        availability_zone: "eu-west-1a",
        cidr_block: "10.0.64.0/21",
      },
      "network_application-eu-west-1b": {
        availability_zone: "eu-west-1b",
        cidr_block: "10.0.72.0/21",
      },
      "network_data-eu-west-1a": {
        availability_zone: "eu-west-1a",
        cidr_block: "10.0.128.0/21",
      },
      "network_data-eu-west-1b": {
        availability_zone: "eu-west-1b",
        cidr_block: "10.0.136.0/21",
      },
    });
    expect(Object.values(subnets).filter((subnet) => subnet.map_public_ip_on_launch)).toEqual([]);
    expect(Object.keys(subnets)).toHaveLength(6);
  });

  it("pain 1: a discovered AZ list shifts: another order of the zones changes nothing", () => {
    const shuffled = synth({ zones: ["eu-west-1c", "eu-west-1a", "eu-west-1b"] });
    expect(resources(shuffled)).toEqual(resources(synth({ zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] })));
  });

  it.each<[VpcProps["nat"]]>([["per-zone"], ["single"], ["none"]])(
    "pain 2: adding an AZ or a tier moves existing CIDRs: a new zone changes nothing that is there (nat %s)",
    (nat) => {
      const props = { nat, interfaceEndpoints: ["logs"] } as const;
      const before = resources(synth({ ...props, zones: ["eu-west-1c", "eu-west-1a"] }));
      const after = resources(synth({ ...props, zones: ["eu-west-1c", "eu-west-1a", "eu-west-1b"] }));
      // The one thing to change, in place: an interface endpoint gains an address in the new zone.
      const endpoint = "aws_vpc_endpoint.network_endpoints_logs";
      const addresses = ["c", "a", "b"].map((letter) =>
        reference(`aws_subnet.network_application-eu-west-1${letter}.id`),
      );
      expect(before[endpoint]?.subnet_ids).toEqual(addresses.slice(0, 2));
      expect(after).toMatchObject({ ...before, [endpoint]: { ...before[endpoint], subnet_ids: addresses } });
      const added = Object.keys(after).filter((address) => !(address in before));
      expect(added.length).toBeGreaterThan(0);
      expect(added.filter((address) => !address.includes("eu-west-1b"))).toEqual([]);
    },
  );

  it("pain 3: a shared NAT is a single point of failure: each zone goes out by its own", () => {
    const network = synth({ nat: "per-zone" });
    for (const zone of ["eu-west-1a", "eu-west-1b"]) {
      expect(network.named(NatGateway, `network_nat-${zone}`)).toMatchObject({
        subnet_id: reference(`aws_subnet.network_public-${zone}.id`),
      });
      expect(network.named(Route, `network_application-${zone}-to-internet`)).toMatchObject({
        route_table_id: reference(`aws_route_table.network_routes-application-${zone}.id`),
        nat_gateway_id: reference(`aws_nat_gateway.network_nat-${zone}.id`),
      });
      expect(network.named(RouteTableAssociation, `network_routes-of-application-${zone}`)).toMatchObject({
        subnet_id: reference(`aws_subnet.network_application-${zone}.id`),
        route_table_id: reference(`aws_route_table.network_routes-application-${zone}.id`),
      });
    }
  });

  it("pain 3: NAT cost surprise: a single NAT gateway is in the first zone listed, and none is none", () => {
    const single = synth({
      nat: "single",
      zones: ["eu-west-1b", "eu-west-1a"],
    });
    expect(Object.keys(single.all(NatGateway))).toEqual(["network_nat-eu-west-1b"]);
    expect(natRoutes(single)).toEqual([
      reference("aws_nat_gateway.network_nat-eu-west-1b.id"),
      reference("aws_nat_gateway.network_nat-eu-west-1b.id"),
    ]);
    const none = synth({ nat: "none" });
    expect(none.all(NatGateway)).toEqual({});
    expect(natRoutes(none)).toEqual([]);
  });

  it("gives the data tier no route out, not even to S3", () => {
    const table = reference("aws_route_table.network_routes-data.id");
    const associations = Object.entries(standard.all(RouteTableAssociation));
    const data = associations.filter(([, { subnet_id }]) => String(subnet_id).includes("network_data-"));
    expect(data.map(([, association]) => association.route_table_id)).toEqual([table, table]);
    const leading = [
      ...Object.values(standard.all(Route)),
      ...Object.values(standard.all(VpcEndpointRouteTableAssociation)),
    ];
    expect(leading.length).toBeGreaterThan(0);
    expect(leading.filter(({ route_table_id }) => route_table_id === table)).toEqual([]);
  });

  it("pain 4: NACL blocks ephemeral return traffic: every entry that was decided is a rule of its tier's network ACL", () => {
    const entries = aclEntries({
      cidr: "10.0.0.0/16",
      flows,
      interfaceEndpoints: [],
    });
    expect(Object.keys(standard.all(NetworkAclRule))).toHaveLength(entries.length);
    for (const { id, tier, direction, number, action, protocol, cidr, ports } of entries) {
      expect(standard.named(NetworkAclRule, `network_acl_${id}`)).toMatchObject({
        network_acl_id: reference(`aws_network_acl.network_acl_${tier}.id`),
        egress: direction === "egress",
        rule_number: number,
        rule_action: action,
        protocol: protocol === "all" ? "-1" : protocol,
        cidr_block: cidr,
        ...(ports && { from_port: ports[0], to_port: ports[1] }),
        ...(protocol === "icmp" && { icmp_type: 3, icmp_code: 4 }),
      });
    }
    for (const { network_acl_id, subnet_id } of Object.values(standard.all(NetworkAclAssociation))) {
      const [, tier] = /network_acl_(\w+)/.exec(String(network_acl_id)) ?? [];
      expect(subnet_id).toContain(`network_${tier}-`);
    }
    expect(Object.keys(standard.all(NetworkAclAssociation))).toHaveLength(6);
  });

  it("adds the rules of a new flow and changes no other", () => {
    const before = resources(standard);
    const after = resources(
      synth({
        flows: [{ from: "application", to: "data", port: 2049 }, ...flows],
      }),
    );
    expect(after).toMatchObject(before);
    expect(Object.keys(after).filter((address) => !(address in before))).toEqual([
      "aws_network_acl_rule.network_acl_application-egress-tcp-2049-data",
      "aws_network_acl_rule.network_acl_data-ingress-tcp-2049-application",
    ]);
  });

  it("pain 5: inline and separate rules fight: no security group or network ACL has a rule inside", () => {
    const network = synth({ interfaceEndpoints: ["logs"] });
    for (const group of [...Object.values(network.all(SecurityGroup)), ...Object.values(network.all(NetworkAcl))]) {
      expect(group).not.toHaveProperty("ingress");
      expect(group).not.toHaveProperty("egress");
      expect(group).not.toHaveProperty("subnet_ids");
    }
  });

  it("empties the default security group", () => {
    expect(standard.the(DefaultSecurityGroup)).toMatchObject({
      ingress: [],
      egress: [],
    });
  });

  it("reaches S3, and AWS services that are chosen, from the application tier", () => {
    const network = synth({ interfaceEndpoints: ["logs"] });
    const tables = Object.values(network.all(VpcEndpointRouteTableAssociation)).map((each) => each.route_table_id);
    expect(tables).toEqual([
      reference("aws_route_table.network_routes-application-eu-west-1a.id"),
      reference("aws_route_table.network_routes-application-eu-west-1b.id"),
    ]);
    expect(network.named(VpcEndpoint, "network_endpoints_logs").subnet_ids).toEqual([
      reference("aws_subnet.network_application-eu-west-1a.id"),
      reference("aws_subnet.network_application-eu-west-1b.id"),
    ]);
  });

  it("keeps flow logs for 30 days, or as long as is asked", () => {
    expect(standard.the(CloudwatchLogGroup)).toMatchObject({ retention_in_days: 30 });
    expect(synth({ flowLogs: 365 }).the(CloudwatchLogGroup)).toMatchObject({ retention_in_days: 365 });
  });

  it("tells other modules of its subnets and ranges, as the one for their tests does", () => {
    const zones: Zone[] = ["eu-west-1a", "eu-west-1b"];
    const real = build({ zones, cidr: "10.1.0.0/16" }).network;
    const fake = testNetwork(zones, "10.1.0.0/16");
    for (const tier of ["public", "application", "data"] as const) {
      expect(real.subnets(tier).map(({ zone }) => zone)).toEqual(fake.subnets(tier).map(({ zone }) => zone));
      expect(real.tierCidr(tier)).toBe(fake.tierCidr(tier));
    }
    expect(real).toMatchObject({
      region: fake.region,
      cidr: fake.cidr,
      zones: fake.zones,
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const { stack } = build({
      cidr: "10.0.0.0/8",
      zones: ["us-east-1a", "us-east-1a"],
      nat: "none",
      flows: [{ from: "application", to: "internet", port: 0 }],
    });
    const text = mistakes(stack);
    for (const part of [
      "two zones or more",
      "each zone once",
      "zones of the stack's region, like eu-west-1a",
      "a length of /16 to /20",
      "flows[0].port is 0",
      "Choose a NAT",
    ]) {
      expect(text).toContain(part);
    }
    expect(mistakes(build({}).stack)).toBe("");
  });

  it("pain 27: construct renames destroy resources: addresses stay", () => {
    const addresses = synth({
      flows: [{ from: "internet", to: "public", port: 443 }],
      interfaceEndpoints: ["logs"],
    }).addresses;
    expect(addresses.filter((address) => !address.includes("eu-west-1b"))).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_log_group.network_flow-logs_log-group",
        "aws_default_security_group.network_default-security-group",
        "aws_eip.network_nat-address-eu-west-1a",
        "aws_flow_log.network_flow-logs_flow-log",
        "aws_iam_role.network_flow-logs_role",
        "aws_iam_role_policy.network_flow-logs_policy",
        "aws_internet_gateway.network_internet-gateway",
        "aws_kms_key.network_flow-logs_key",
        "aws_nat_gateway.network_nat-eu-west-1a",
        "aws_network_acl.network_acl_application",
        "aws_network_acl.network_acl_data",
        "aws_network_acl.network_acl_public",
        "aws_network_acl_association.network_acl_application-eu-west-1a",
        "aws_network_acl_association.network_acl_data-eu-west-1a",
        "aws_network_acl_association.network_acl_public-eu-west-1a",
        "aws_network_acl_rule.network_acl_application-egress-border",
        "aws_network_acl_rule.network_acl_application-egress-tcp-443-application",
        "aws_network_acl_rule.network_acl_application-egress-tcp-443-internet",
        "aws_network_acl_rule.network_acl_application-egress-tcp-answers-application",
        "aws_network_acl_rule.network_acl_application-ingress-border",
        "aws_network_acl_rule.network_acl_application-ingress-path-mtu",
        "aws_network_acl_rule.network_acl_application-ingress-tcp-443-application",
        "aws_network_acl_rule.network_acl_application-ingress-tcp-answers-application",
        "aws_network_acl_rule.network_acl_application-ingress-tcp-answers-internet",
        "aws_network_acl_rule.network_acl_public-egress-border",
        "aws_network_acl_rule.network_acl_public-egress-tcp-answers-internet",
        "aws_network_acl_rule.network_acl_public-ingress-border",
        "aws_network_acl_rule.network_acl_public-ingress-path-mtu",
        "aws_network_acl_rule.network_acl_public-ingress-tcp-443-internet",
        "aws_route.network_application-eu-west-1a-to-internet",
        "aws_route.network_public-to-internet",
        "aws_route_table.network_routes-application-eu-west-1a",
        "aws_route_table.network_routes-data",
        "aws_route_table.network_routes-public",
        "aws_route_table_association.network_routes-of-application-eu-west-1a",
        "aws_route_table_association.network_routes-of-data-eu-west-1a",
        "aws_route_table_association.network_routes-of-public-eu-west-1a",
        "aws_security_group.network_endpoints_security-group",
        "aws_subnet.network_application-eu-west-1a",
        "aws_subnet.network_data-eu-west-1a",
        "aws_subnet.network_public-eu-west-1a",
        "aws_vpc.network_vpc",
        "aws_vpc_endpoint.network_endpoints_logs",
        "aws_vpc_endpoint.network_endpoints_s3",
        "aws_vpc_endpoint_route_table_association.network_endpoints_s3-eu-west-1a",
        "aws_vpc_security_group_ingress_rule.network_endpoints_from-vpc-https",
      ]
    `);
  });
});

function build(props: Partial<VpcProps>) {
  const stack = testStack({ life: "network" });
  const network = new Vpc(stack, "network", {
    zones: ["eu-west-1a", "eu-west-1b"],
    nat: "per-zone",
    flows,
    ...props,
  });
  return { stack, network };
}

function synth(props: Partial<VpcProps>): Synthesized {
  return synthesize(build(props).stack);
}

/** Everything that is emitted, by address. */
function resources({ json }: Synthesized): Record<string, Synthesized["json"]> {
  const types = Object.entries<Record<string, Synthesized["json"]>>(json.resource);
  return Object.fromEntries(
    types.flatMap(([type, named]) => Object.entries(named).map(([name, value]) => [`${type}.${name}`, value])),
  );
}

/** The NAT gateways that routes lead to. */
function natRoutes(network: Synthesized): unknown[] {
  return Object.values(network.all(Route))
    .map((route) => route.nat_gateway_id)
    .filter((gateway) => gateway !== undefined);
}
