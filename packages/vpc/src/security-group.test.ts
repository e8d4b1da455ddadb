import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { describe, expect, it } from "@jest/globals";
import { synthesize, testStack } from "@mainstay/testing";
import { Construct } from "constructs";
import { emptySecurityGroup } from "./index.ts";

describe("emptySecurityGroup", () => {
  it("pain 5: inline and separate security group rules fight: it has none, and says whose it is", () => {
    const stack = testStack();
    emptySecurityGroup(new Construct(stack, "api"), "vpc-1", "tasks");
    const group = synthesize(stack).named(SecurityGroup, "api_security-group");
    expect(group).toMatchObject({ vpc_id: "vpc-1", name: "clinic-test-api", description: "clinic-test-api tasks" });
    expect(Object.keys(group)).not.toEqual(expect.arrayContaining(["ingress"]));
    expect(Object.keys(group)).not.toEqual(expect.arrayContaining(["egress"]));
  });
});
