import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, synthesize, testStack } from "@mainstay/testing";
import { AliasRecord } from "./index.ts";

const zone = { id: "Z1", name: "example.com" };
const target = {
  dnsName: "lb.eu-west-1.elb.amazonaws.com",
  zoneId: "Z32O12XQLNTSW2",
};

describe("AliasRecord", () => {
  it("points IPv4 and IPv6 at the target, as long as that is healthy", () => {
    const found = synthesize(stack("clinic.example.com"));
    const alias = {
      name: target.dnsName,
      zone_id: target.zoneId,
      evaluate_target_health: true,
    };
    expect(found.all(Route53Record)).toEqual({
      web_a: expect.objectContaining({
        zone_id: "Z1",
        name: "clinic.example.com",
        type: "A",
        alias,
      }),
      web_aaaa: expect.objectContaining({
        zone_id: "Z1",
        name: "clinic.example.com",
        type: "AAAA",
        alias,
      }),
    });
  });

  it("has no lifetime of its own: Route 53 refuses one", () => {
    expect(synthesize(stack("clinic.example.com")).named(Route53Record, "web_a")).not.toHaveProperty("ttl");
  });

  it("refuses a name of another zone", () => {
    expect(mistakes(stack("clinic.example.org"))).toMatch(/name is "clinic\.example\.org"; allowed: example\.com/);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synthesize(stack("example.com")).addresses).toMatchInlineSnapshot(`
      [
        "aws_route53_record.web_a",
        "aws_route53_record.web_aaaa",
      ]
    `);
  });
});

function stack(name: string) {
  const owner = testStack();
  new AliasRecord(owner, "web", { zone, name, target });
  return owner;
}
