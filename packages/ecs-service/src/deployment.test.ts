import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { describe, expect, it } from "@jest/globals";
import { reference, synthesize, testStack } from "@mainstay/testing";
import { allow } from "@mainstay/vpc";
import { Construct } from "constructs";
import { imageDigest, Service, type ServiceProps } from "./index.ts";
import { containerOf, digest, testFiles, testProps, testRoute, testService } from "./testing.ts";

const synth = (props: Partial<ServiceProps> = {}) => synthesize(testService(props).stack);
const serviceOf = (props?: Partial<ServiceProps>) => synth(props).the(EcsService);

describe("deployment", () => {
  it("pain 14: minHealthy 50 % default halves capacity on deploy: all old tasks stay until new ones are healthy", () => {
    expect(serviceOf()).toMatchObject({
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      availability_zone_rebalancing: "ENABLED",
    });
  });

  it("pain 10: image drift between CI and Terraform: the digest is a required input of the stack", () => {
    const stack = testStack();
    imageDigest(stack, "api");
    const variable = synthesize(stack).json.variable.api_image_digest;
    expect(variable).toMatchObject({ nullable: false, type: "string" });
    expect(variable).not.toHaveProperty("default");
    expect(variable.validation[0].condition).toContain("^sha256:[0-9a-f]{64}$");
    expect(variable.validation[0].error_message).toContain("TF_VAR_api_image_digest=");
  });

  it("pain 10: image drift between CI and Terraform: a task names its image by digest, never by tag", () => {
    expect(containerOf(synth()).image).toBe(`registry/api@${digest}`);
  });

  it("pain 11: circuit-breaker rollback reported as success: Terraform waits, and compares what runs", () => {
    const service = serviceOf();
    expect(service).toMatchObject({
      wait_for_steady_state: true,
      deployment_circuit_breaker: { enable: true, rollback: true },
    });
    const [after] = service.lifecycle.postcondition;
    expect(after.condition).toBe(
      reference("(self.task_definition == aws_ecs_task_definition.api_task-definition.arn)"),
    );
    expect(after.error_message).toContain("back");
  });

  it("pain 11: keeps the revision that it would go back to", () => {
    expect(synth().the(EcsTaskDefinition)).toMatchObject({
      skip_destroy: true,
    });
  });

  it("is taken back by server errors and by tasks that are not ready", () => {
    const found = synth({ route: () => testRoute });
    expect(found.the(EcsService).alarms).toEqual({
      alarm_names: [
        reference("aws_cloudwatch_metric_alarm.api_server-errors.alarm_name"),
        reference("aws_cloudwatch_metric_alarm.api_unhealthy-hosts.alarm_name"),
      ],
      enable: true,
      rollback: true,
    });
    const target = {
      TargetGroup: "targetgroup/api/1",
      LoadBalancer: "app/entrance/2",
    };
    const errors = found.named(CloudwatchMetricAlarm, "api_server-errors");
    expect(errors.metric_query[0].metric).toMatchObject({
      metric_name: "HTTPCode_Target_5XX_Count",
      dimensions: target,
    });
    expect(found.named(CloudwatchMetricAlarm, "api_unhealthy-hosts")).toMatchObject({
      metric_name: "UnHealthyHostCount",
      dimensions: target,
      threshold: 0,
    });
  });

  it("does not take silence for failure", () => {
    const alarms = Object.values(synth({ route: () => testRoute }).all(CloudwatchMetricAlarm));
    expect(alarms.map(({ treat_missing_data }) => treat_missing_data)).toEqual(["notBreaching", "notBreaching"]);
  });

  it("tells who wants to know", () => {
    const alarms = synth({
      route: () => testRoute,
      notify: [{ arn: "arn:topic" }],
    }).all(CloudwatchMetricAlarm);
    for (const alarm of Object.values(alarms)) expect(alarm.alarm_actions).toEqual(["arn:topic"]);
  });

  it("has no alarms and no grace period where no load balancer looks at it", () => {
    const found = synth();
    expect(found.all(CloudwatchMetricAlarm)).toEqual({});
    expect(found.the(EcsService)).not.toHaveProperty("alarms");
    expect(found.the(EcsService)).not.toHaveProperty("health_check_grace_period_seconds");
  });
});

describe("order", () => {
  it("pain 12: service stuck DRAINING because its IAM policy went first: it depends on every policy and on the rule", () => {
    const found = synth({
      route: () => testRoute,
      storage: { files: testFiles(), directory: "/documents" },
    });
    const policies = Object.keys(found.all(IamRolePolicy)).map((name) => `aws_iam_role_policy.${name}`);
    expect(policies).toHaveLength(2);
    expect(found.the(EcsService).depends_on).toEqual(expect.arrayContaining([...policies, "aws_lb_listener_rule.api"]));
  });

  it("pain 12: depends on access that is granted after it was constructed", () => {
    const { stack, service } = testService();
    allow({
      client: service,
      server: new Database(stack, "database"),
      port: 3306,
      protocol: "mysql",
    });
    expect(synthesize(stack).the(EcsService).depends_on).toEqual(
      expect.arrayContaining([
        "aws_vpc_security_group_egress_rule.api_to-database-mysql",
        "aws_vpc_security_group_ingress_rule.api_into-database-mysql",
      ]),
    );
  });

  it("depends on nothing of another service's", () => {
    const { stack } = testService();
    const web = new Service(stack, "web", testProps);
    allow({
      client: web,
      server: new Database(stack, "database"),
      port: 3306,
      protocol: "mysql",
    });
    const depends: string[] = synthesize(stack).named(EcsService, "api_service").depends_on;
    expect(depends.filter((name) => name.includes(".web_"))).toEqual([]);
  });

  it("makes its route with its own security group, before it starts", () => {
    const asked: string[] = [];
    const { service } = testService({
      route: (server) => {
        asked.push(server.securityGroup.id);
        return testRoute;
      },
    });
    expect(asked).toHaveLength(1);
    expect(service.route).toBe(testRoute);
  });
});

class Database extends Construct {
  readonly securityGroup = { id: "sg-database" };
}
