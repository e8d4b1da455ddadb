import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, synthesize, testStack } from "@mainstay/testing";
import { AliasRecord, failover, type Routing } from "./index.ts";

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

  it("stands for one of two regions, the primary as long as its health check says so", () => {
    const primary = failover({ role: "primary", region: "eu-west-1", healthCheck: { id: "hc-1" } });
    for (const record of Object.values(synthesize(stack("clinic.example.com", primary)).all(Route53Record))) {
      expect(record).toMatchObject({
        set_identifier: "eu-west-1",
        failover_routing_policy: { type: "PRIMARY" },
        health_check_id: "hc-1",
      });
    }
    const secondary = failover({ role: "secondary", region: "eu-central-1" });
    const found = synthesize(stack("clinic.example.com", secondary)).named(Route53Record, "web_a");
    expect(found).toMatchObject({ set_identifier: "eu-central-1", failover_routing_policy: { type: "SECONDARY" } });
    expect(found).not.toHaveProperty("health_check_id");
    const checked = failover({ role: "secondary", region: "eu-central-1", healthCheck: { id: "hc-2" } });
    expect(synthesize(stack("clinic.example.com", checked)).named(Route53Record, "web_a").health_check_id).toBe("hc-2");
  });

  it("leaves a region by its health check alone: a database that fails over makes every target unready", () => {
    const secondary = failover({ role: "secondary", region: "eu-central-1" });
    for (const record of Object.values(synthesize(stack("clinic.example.com", secondary)).all(Route53Record))) {
      expect(record.alias.evaluate_target_health).toBe(false);
    }
  });

  it("is simple unless told otherwise, with no trace of another region", () => {
    const found = synthesize(stack("clinic.example.com")).named(Route53Record, "web_a");
    expect(Object.keys(found).toSorted()).toEqual(["alias", "name", "type", "zone_id"]);
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

  it("pain 27: construct renames destroy resources: another routing moves no address", () => {
    const primary = failover({ role: "primary", region: "eu-west-1", healthCheck: { id: "hc-1" } });
    expect(synthesize(stack("example.com", primary)).addresses).toEqual(synthesize(stack("example.com")).addresses);
  });
});

function stack(name: string, routing?: Routing) {
  const owner = testStack();
  new AliasRecord(owner, "web", { zone, name, target, ...(routing && { routing }) });
  return owner;
}
