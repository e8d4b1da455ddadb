import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint/index.js";
import { VpcEndpointRouteTableAssociation } from "@cdktf/provider-aws/lib/vpc-endpoint-route-table-association/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { type InterfaceEndpoint, interfaceEndpointNames } from "./endpoint-policy.ts";
import { Endpoints } from "./endpoints.ts";
import { testNetwork } from "./testing.ts";

const endpoints = synthesize(build(interfaceEndpointNames));

describe("Endpoints", () => {
  it("leads each zone to S3, for buckets of this account and of AWS's images and packages only", () => {
    const s3 = endpoints.named(VpcEndpoint, "endpoints_s3");
    expect(s3).toMatchObject({ vpc_endpoint_type: "Gateway", service_name: "com.amazonaws.eu-west-1.s3" });
    const [own, aws] = JSON.parse(s3.policy).Statement;
    expect(own.Condition.StringEquals).toEqual({
      "aws:PrincipalAccount": "123456789012",
      "aws:ResourceAccount": "123456789012",
    });
    expect(aws).toMatchObject({
      Action: "s3:GetObject",
      Resource: [
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
        "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*",
      ],
    });
    expect(endpoints.all(VpcEndpointRouteTableAssociation)).toMatchObject({
      "endpoints_s3-eu-west-1a": { route_table_id: "rtb-a" },
      "endpoints_s3-eu-west-1b": { route_table_id: "rtb-b" },
    });
  });

  it.each(interfaceEndpointNames)("has an address for %s in every subnet, under its usual name", (service) => {
    expect(endpoints.named(VpcEndpoint, `endpoints_${service.replace(".", "-")}`)).toMatchObject({
      vpc_endpoint_type: "Interface",
      service_name: `com.amazonaws.eu-west-1.${service}`,
      private_dns_enabled: true,
      subnet_ids: ["subnet-application-eu-west-1a", "subnet-application-eu-west-1b"],
      security_group_ids: [reference("aws_security_group.endpoints_security-group.id")],
    });
  });

  it("admits this account's identities only, wherever AWS takes a policy", () => {
    const policies = Object.values(endpoints.all(VpcEndpoint))
      .filter(({ vpc_endpoint_type, policy }) => vpc_endpoint_type === "Interface" && policy !== undefined)
      .map(({ policy }) => JSON.parse(policy).Statement);
    expect(policies).toHaveLength(8);
    for (const statements of policies) {
      expect(statements).toEqual([
        expect.objectContaining({
          Action: expect.stringMatching(/^[a-z]+:\*$/),
          Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
        }),
      ]);
    }
  });

  it("pain 5: inline and separate security group rules fight: is open to the VPC on 443 only, by a separate rule", () => {
    expect(endpoints.the(SecurityGroup)).not.toHaveProperty("ingress");
    expect(endpoints.the(VpcSecurityGroupIngressRule)).toMatchObject({
      security_group_id: reference("aws_security_group.endpoints_security-group.id"),
      cidr_ipv4: "10.0.0.0/16",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      description: "https from vpc",
    });
  });

  it("has a security group and its rule where there are interface endpoints, and nothing empty-handed elsewhere", () => {
    const none = synthesize(build([]));
    expect(none.addresses).toEqual([
      "aws_vpc_endpoint.endpoints_s3",
      "aws_vpc_endpoint_route_table_association.endpoints_s3-eu-west-1a",
      "aws_vpc_endpoint_route_table_association.endpoints_s3-eu-west-1b",
    ]);
    const one = synthesize(build(["logs"]));
    expect(one.addresses.filter((address) => !none.addresses.includes(address))).toEqual([
      "aws_security_group.endpoints_security-group",
      "aws_vpc_endpoint.endpoints_logs",
      "aws_vpc_security_group_ingress_rule.endpoints_from-vpc-https",
    ]);
    // The first endpoint changes nothing that is there.
    expect(one.json.resource).toMatchObject(none.json.resource);
  });

  it("takes a service that is named twice once", () => {
    expect(mistakes(build(["logs", "logs"]))).toBe("");
  });
});

function build(services: readonly InterfaceEndpoint[]) {
  const stack = testStack({ life: "network" });
  const network = testNetwork();
  new Endpoints(stack, "endpoints", {
    vpcId: network.vpcId,
    cidr: network.cidr,
    region: network.region,
    accountId: "123456789012",
    services,
    subnets: network.subnets("application"),
    routeTables: new Map([
      ["eu-west-1a", { id: "rtb-a" }],
      ["eu-west-1b", { id: "rtb-b" }],
    ]),
  });
  return stack;
}
