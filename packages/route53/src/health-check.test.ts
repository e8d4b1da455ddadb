import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import { describe, expect, it } from "@jest/globals";
import { seconds } from "@mainstay/core";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { CalculatedHealthCheck, HealthCheck, type HealthCheckProps, type HealthReference } from "./index.ts";

describe("HealthCheck", () => {
  it("asks the endpoint by HTTPS whether it is ready, with the name that chooses the certificate", () => {
    expect(synthesize(asking({})).the(Route53HealthCheck)).toEqual({
      type: "HTTPS",
      fqdn: "eu-west-1.clinic.example.com",
      port: 443,
      resource_path: "/health/ready",
      enable_sni: true,
      request_interval: 30,
      failure_threshold: 6,
      measure_latency: false,
      tags: { Name: "clinic-test-endpoint" },
      lifecycle: { create_before_destroy: true },
    });
  });

  it("asks more often, measures and gives up sooner where it is told so", () => {
    const props = { interval: 10, patience: seconds(90), outlasts: seconds(60), measureLatency: true } as const;
    expect(synthesize(asking(props)).the(Route53HealthCheck)).toMatchObject({
      request_interval: 10,
      failure_threshold: 9,
      measure_latency: true,
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const text = mistakes(asking({ name: "localhost", path: "/a b", patience: seconds(100) }));
    for (const part of [/name is "localhost"/, /path is "\/a b"/, /multiple of 30 s/, /more than 120 s/]) {
      expect(text).toMatch(part);
    }
    expect(mistakes(asking({ path: `/${"x".repeat(254)}` }))).toBe("");
    expect(mistakes(asking({ path: `/${"x".repeat(255)}` }))).toMatch(/254 printable/);
    expect(mistakes(asking({ path: "health" as "/health" }))).toMatch(/a slash/);
  });
});

describe("CalculatedHealthCheck", () => {
  const three = { one: { id: "hc-1" }, two: { id: "hc-2" }, three: { id: "hc-3" } };

  it("wants all of its children, or as many as it is told", () => {
    expect(synthesize(calculated(three)).the(Route53HealthCheck)).toEqual({
      type: "CALCULATED",
      child_healthchecks: ["hc-1", "hc-2", "hc-3"],
      child_health_threshold: 3,
      tags: { Name: "clinic-test-all" },
    });
    expect(synthesize(calculated(three, 2)).the(Route53HealthCheck).child_health_threshold).toBe(2);
  });

  it("takes the id of another check", () => {
    const stack = asking({});
    const child = new HealthCheck(stack, "other", { name: "a.example.com", path: "/" });
    new CalculatedHealthCheck(stack, "all", { children: { child } });
    expect(synthesize(stack).named(Route53HealthCheck, "all_check").child_healthchecks).toEqual([
      reference("aws_route53_health_check.other_check.id"),
    ]);
  });

  it("refuses what could never change its mind", () => {
    expect(mistakes(calculated(three, 3))).toBe("");
    expect(mistakes(calculated(three, 1))).toBe("");
    for (const wrong of [0, 4, 1.5, -1]) expect(mistakes(calculated(three, wrong))).toMatch(/allowed: 1 to 3/);
    expect(mistakes(calculated({}))).toMatch(/children is 0; allowed: 1 to 255/);
    const many = Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`c${index}`, { id: `hc-${index}` }]));
    expect(mistakes(calculated(many))).toMatch(/children is 256/);
  });
});

function asking(props: Partial<HealthCheckProps>) {
  const stack = testStack({ life: "failover", region: "us-east-1" });
  new HealthCheck(stack, "endpoint", { name: "eu-west-1.clinic.example.com", path: "/health/ready", ...props });
  return stack;
}

function calculated(children: Record<string, HealthReference>, atLeast?: number) {
  const stack = testStack({ life: "failover", region: "us-east-1" });
  new CalculatedHealthCheck(stack, "all", { children, ...(atLeast !== undefined && { atLeast }) });
  return stack;
}
