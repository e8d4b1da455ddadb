import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule/index.js";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { mistakes, reference, synthesize, testApp, testStack } from "@mainstay/testing";
import type { Endpoint } from "@mainstay/vpc";
import { testNetwork } from "@mainstay/vpc/testing";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { LoadBalancer } from "./load-balancer.ts";
import type { RouteProps } from "./route.ts";

describe("Route", () => {
  it("checks, drains and warms up targets as the contract says", () => {
    expect(synth({}).the(LbTargetGroup)).toMatchObject({
      target_type: "ip",
      vpc_id: "vpc-1",
      port: contract.port,
      deregistration_delay: String(contract.shutdown.deregistration),
      slow_start: contract.slowStart,
      health_check: {
        path: contract.health.readyPath,
        interval: contract.health.interval,
        timeout: contract.health.timeout,
        healthy_threshold: contract.health.healthyThreshold,
        unhealthy_threshold: contract.health.unhealthyThreshold,
        matcher: "200",
      },
    });
  });

  it("takes another service's contract", () => {
    const web = { ...contract, port: 3000, health: { ...contract.health, readyPath: "/ready" } };
    const stack = synth({ contract: web });
    expect(stack.the(LbTargetGroup)).toMatchObject({ port: 3000, health_check: { path: "/ready" } });
    expect(stack.the(VpcSecurityGroupEgressRule)).toMatchObject({ from_port: 3000, to_port: 3000 });
  });

  it("takes every path of any host, or those that are given", () => {
    const condition = (props: Partial<RouteProps>) => synth(props).the(LbListenerRule).condition;
    expect(condition({})).toEqual([{ path_pattern: { values: ["/*"] } }]);
    expect(condition({ hosts: ["api.example.com"], paths: [] })).toEqual([
      { host_header: { values: ["api.example.com"] } },
    ]);
    expect(condition({ hosts: ["api.example.com"], paths: ["/v1/*"] })).toEqual([
      { host_header: { values: ["api.example.com"] } },
      { path_pattern: { values: ["/v1/*"] } },
    ]);
  });

  it("sends what matches to the target group, in the order of priorities", () => {
    expect(synth({ priority: 42 }).the(LbListenerRule)).toMatchObject({
      priority: 42,
      action: [{ type: "forward", target_group_arn: reference("aws_lb_target_group.api_route_target-group.arn") }],
    });
  });

  it("pain 6: circular security groups across stacks: a route lives in the service's stack whole, and the load balancer's needs nothing of it", () => {
    const { edge, service } = join(build({}));
    expect(synthesize(service).addresses).toEqual([
      "aws_lb_listener_rule.api_route_rule",
      "aws_lb_target_group.api_route_target-group",
      "aws_vpc_security_group_egress_rule.api_route_entry-to-api-http",
      "aws_vpc_security_group_ingress_rule.api_route_entry-into-api-http",
    ]);
    const entry = synthesize(edge);
    expect(entry.json.data).not.toHaveProperty("terraform_remote_state");
    expect(entry.addresses.filter((address) => address.includes("api"))).toEqual([]);
    expect(service.dependsOn(edge)).toBe(true);
    expect(edge.dependsOn(service)).toBe(false);
  });

  it("opens the service to the load balancer only", () => {
    const stack = synthesize(join(build({})).service);
    const port = { from_port: contract.port, to_port: contract.port };
    const entry = expect.stringMatching(/remote_state.*-edge\.outputs\..*entry_security-group-id/);
    expect(stack.the(VpcSecurityGroupIngressRule)).toMatchObject({
      ...port,
      security_group_id: "sg-api",
      referenced_security_group_id: entry,
    });
    expect(stack.the(VpcSecurityGroupEgressRule)).toMatchObject({
      ...port,
      security_group_id: entry,
      referenced_security_group_id: "sg-api",
    });
  });

  it("pain 12: service stuck DRAINING: who depends on the rule depends on the whole way", () => {
    const rule = synth({}).the(LbListenerRule);
    expect(rule.depends_on).toEqual([
      "aws_vpc_security_group_egress_rule.api_route_entry-to-api-http",
      "aws_vpc_security_group_ingress_rule.api_route_entry-into-api-http",
    ]);
    expect(JSON.stringify(rule.action)).toContain("api_route_target-group");
  });

  it("pain 13: target group in use on replace: another port or VPC is a new target group beside the old one", () => {
    const group = (props: Partial<RouteProps>, cidr?: string) =>
      synthesize(build(props, cidr).service).the(LbTargetGroup);
    const name = group({}).name;
    expect(group({}).lifecycle).toEqual({ create_before_destroy: true });
    expect(group({ contract: { ...contract, port: 3000 } }).name).not.toBe(name);
    expect(group({}, "10.1.0.0/16").name).not.toBe(name);
    expect(group({ priority: 7, contract: { ...contract, slowStart: 60 } }).name).toBe(name);
  });

  it("names itself for scaling on requests per target, and its load balancer for alarms", () => {
    const { service, route } = build({});
    new TerraformOutput(service, "label", { value: route.requestCountLabel });
    new TerraformOutput(service, "dimension", { value: route.loadBalancer.arnSuffix });
    const { label, dimension } = synthesize(service).json.output;
    expect(dimension.value).toMatch(/outputs\.cross-stack-output-aws_lb-entry_load-balancer-arn_suffix}$/);
    expect(label.value).toBe(
      [dimension.value, reference("aws_lb_target_group.api_route_target-group.arn_suffix")].join("/"),
    );
  });

  it("refuses a priority that another route of the load balancer has, across stacks", () => {
    const { edge, service, entry, api } = build({ priority: 10 });
    expect(mistakes(edge)).toBe("");
    entry.route(api, "second", { server: api, priority: 10 });
    expect(mistakes(edge)).toContain("Change one of");
    expect(mistakes(service)).toBe("");
  });

  it("reports every mistake at once, with the fix", () => {
    const { service } = build({ priority: 0, paths: ["api"], contract: { ...contract, slowStart: 5 } });
    expect(mistakes(service)).toMatch(/priority is 0[\s\S]*paths\[0\] is "api"[\s\S]*contract.slowStart is 5/);
  });
});

class Service extends Construct implements Endpoint {
  readonly securityGroup = { id: "sg-api" };
}

/** A load balancer in its own stack, and a service in another. */
function build(props: Partial<RouteProps>, cidr?: string) {
  const app = testApp();
  const [edge, service] = [testStack({ life: "edge" }, app), testStack({}, app)];
  const network = testNetwork(["eu-west-1a", "eu-west-1b"], cidr);
  const entry = new LoadBalancer(edge, "entry", { network, certificate: { arn: "arn:certificate" } });
  const api = new Service(service, "api");
  const route = entry.route(api, "route", { server: api, priority: 10, ...props });
  return { edge, service, entry, api, route };
}

/** Turns references between stacks into what is deployed: outputs and remote state. */
function join<Stacks extends { readonly edge: TerraformStack; readonly service: TerraformStack }>(
  stacks: Stacks,
): Stacks {
  stacks.service.prepareStack();
  stacks.edge.prepareStack();
  return stacks;
}

function synth(props: Partial<RouteProps>) {
  return synthesize(build(props).service);
}
