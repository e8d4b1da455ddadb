import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { synthesize, testStack } from "@mainstay/testing";
import { Construct } from "constructs";
import {
  allow,
  allowFromInternet,
  allowFromPrefixList,
  allowFromRange,
  allowToInternet,
  allowToPrefixList,
  allowToRange,
  type Endpoint,
} from "./index.ts";

describe("allow", () => {
  it("opens one port, at the client's end and at the server's", () => {
    const stack = testStack();
    allow({ client: new Member(stack, "api"), server: new Member(stack, "database"), port: 3306, protocol: "mysql" });
    const port = { ip_protocol: "tcp", from_port: 3306, to_port: 3306 };
    const synthesized = synthesize(stack);
    expect(synthesized.the(VpcSecurityGroupEgressRule)).toMatchObject({
      ...port,
      security_group_id: "sg-api",
      referenced_security_group_id: "sg-database",
    });
    expect(synthesized.the(VpcSecurityGroupIngressRule)).toMatchObject({
      ...port,
      security_group_id: "sg-database",
      referenced_security_group_id: "sg-api",
    });
  });

  it("pain 6: circular security groups across stacks: both rules live in the client's stack", () => {
    const [data, service] = [testStack({ life: "data" }), testStack()];
    allow({ client: new Member(service, "api"), server: new Member(data, "database"), port: 3306, protocol: "mysql" });
    expect(synthesize(data).addresses).toEqual([]);
    expect(synthesize(service).addresses).toEqual([
      "aws_vpc_security_group_egress_rule.api_to-database-mysql",
      "aws_vpc_security_group_ingress_rule.api_into-database-mysql",
    ]);
  });

  it("pain 6: circular security groups across stacks: a client that is there first leaves both rules to the server's", () => {
    const [edge, service] = [testStack({ life: "edge" }), testStack()];
    const server = new Member(service, "api");
    for (const id of ["entry", "internal-entry"]) {
      allow({ client: new Member(edge, id), server, port: 8080, protocol: "http", scope: server });
    }
    expect(synthesize(edge).addresses).toEqual([]);
    expect(synthesize(service).addresses).toEqual([
      "aws_vpc_security_group_egress_rule.api_entry-to-api-http",
      "aws_vpc_security_group_egress_rule.api_internal-entry-to-api-http",
      "aws_vpc_security_group_ingress_rule.api_entry-into-api-http",
      "aws_vpc_security_group_ingress_rule.api_internal-entry-into-api-http",
    ]);
  });
});

describe("rules for what has no security group", () => {
  it("belong to the endpoint that they open", () => {
    const stack = testStack();
    const member = new Member(stack, "api");
    const https = { port: 443, protocol: "https" };
    allowToInternet({ client: member, ...https });
    allowToRange({ client: member, range: { name: "office", cidr: "192.0.2.0/24" }, ...https });
    allowToPrefixList({ client: member, prefixList: { name: "s3", id: "pl-1" }, ...https });
    allowFromInternet({ server: member, ...https });
    allowFromRange({ server: member, range: { name: "office", cidr: "192.0.2.0/24" }, ...https });
    allowFromPrefixList({ server: member, prefixList: { name: "cloudfront", id: "pl-2" }, ...https });
    const common = { ip_protocol: "tcp", from_port: 443, to_port: 443, security_group_id: "sg-api" };
    const synthesized = synthesize(stack);
    expect(synthesized.all(VpcSecurityGroupEgressRule)).toMatchObject({
      "api_to-internet-https": { ...common, cidr_ipv4: "0.0.0.0/0" },
      "api_to-office-https": { ...common, cidr_ipv4: "192.0.2.0/24" },
      "api_to-s3-https": { ...common, prefix_list_id: "pl-1" },
    });
    expect(synthesized.all(VpcSecurityGroupIngressRule)).toMatchObject({
      "api_from-internet-https": { ...common, cidr_ipv4: "0.0.0.0/0" },
      "api_from-office-https": { ...common, cidr_ipv4: "192.0.2.0/24" },
      "api_from-cloudfront-https": { ...common, prefix_list_id: "pl-2" },
    });
    expect(synthesized.addresses).toHaveLength(6);
  });
});

class Member extends Construct implements Endpoint {
  readonly securityGroup = { id: `sg-${this.node.id}` };
}
