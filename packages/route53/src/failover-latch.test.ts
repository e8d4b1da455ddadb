import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine/index.js";
import { describe, expect, it } from "@jest/globals";
import type { Region } from "@mainstay/core";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { FailoverLatch, PrimaryHealth } from "./index.ts";

const found = synthesize(stack("us-east-1"));
const gate = reference("aws_route53_health_check.primary_gate_check.id");
const endpoint = reference("aws_route53_health_check.primary_endpoint_check.id");

describe("PrimaryHealth", () => {
  it("says what the endpoint says, through a gate", () => {
    expect(found.named(Route53HealthCheck, "primary_gate_check")).toMatchObject({
      type: "CALCULATED",
      child_healthchecks: [endpoint],
      child_health_threshold: 1,
    });
    expect(found.json.output.id.value).toBe(gate);
  });

  it("gives the two commands that a person needs", () => {
    const command = (threshold: number) =>
      `aws route53 update-health-check --health-check-id ${gate} --health-threshold ${threshold}`;
    expect(found.json.output.leave.value).toBe(command(2));
    expect(found.json.output["fail-back"].value).toBe(command(1));
  });
});

describe("FailoverLatch", () => {
  it("watches the endpoint and not the gate, which would be unhealthy for good", () => {
    expect(found.named(CloudwatchMetricAlarm, "latch_left")).toMatchObject({
      namespace: "AWS/Route53",
      metric_name: "HealthCheckStatus",
      dimensions: { HealthCheckId: endpoint },
      statistic: "Minimum",
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      period: 60,
      evaluation_periods: 1,
    });
  });

  it("takes a gap in the metric for nothing: neither an outage nor a recovery", () => {
    expect(found.named(CloudwatchMetricAlarm, "latch_left").treat_missing_data).toBe("ignore");
  });

  it("is started by this alarm alone, and only when the region was healthy before: not by a first deployment", () => {
    expect(JSON.parse(found.the(CloudwatchEventRule).event_pattern)).toEqual({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      resources: [reference("aws_cloudwatch_metric_alarm.latch_left.arn")],
      detail: { state: { value: ["ALARM"] }, previousState: { value: ["OK"] } },
    });
    expect(found.the(CloudwatchEventTarget)).toMatchObject({
      rule: reference("aws_cloudwatch_event_rule.latch_rule.name"),
      arn: reference("aws_sfn_state_machine.latch_machine.arn"),
      role_arn: reference("aws_iam_role.latch_rule-role.arn"),
      depends_on: ["aws_iam_role_policy.latch_rule-policy"],
    });
  });

  it("tries for an hour", () => {
    const [retry] = JSON.parse(found.the(SfnStateMachine).definition).States.Latch.Retry;
    expect(retry.ErrorEquals).toEqual(["States.ALL"]);
    const waits = Array.from({ length: retry.MaxAttempts }, (_, attempt) =>
      Math.min(retry.IntervalSeconds * retry.BackoffRate ** attempt, retry.MaxDelaySeconds),
    );
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(3000);
  });

  it("may do nothing but this, and no other account can have it done", () => {
    const policy = (name: string) => JSON.parse(found.named(IamRolePolicy, name).policy).Statement;
    expect(policy("latch_machine-policy")).toEqual([
      {
        Sid: "Latch",
        Effect: "Allow",
        Action: "route53:UpdateHealthCheck",
        Resource: `arn:aws:route53:::healthcheck/${gate}`,
      },
      expect.objectContaining({ Sid: "LogsAndTraces", Resource: "*" }),
    ]);
    expect(policy("latch_machine-policy")[1].Action.filter((action: string) => !/^(logs|xray):/.test(action))).toEqual(
      [],
    );
    expect(policy("latch_rule-policy")).toEqual([
      {
        Effect: "Allow",
        Action: "states:StartExecution",
        Resource: reference("aws_sfn_state_machine.latch_machine.arn"),
      },
    ]);
    const trusted = (name: string) => JSON.parse(found.named(IamRole, name).assume_role_policy).Statement;
    const account = reference("data.aws_caller_identity.latch_account.account_id");
    expect(trusted("latch_machine-role")).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "states.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: {
            "aws:SourceArn": `arn:aws:states:us-east-1:${account}:stateMachine:*`,
          },
        },
      },
    ]);
    expect(trusted("latch_rule-role")).toMatchObject([
      {
        Principal: { Service: "events.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: {
            "aws:SourceArn": reference("aws_cloudwatch_event_rule.latch_rule.arn"),
          },
        },
      },
    ]);
  });

  it("writes an encrypted log and traces", () => {
    expect(found.the(SfnStateMachine)).toMatchObject({
      logging_configuration: {
        level: "ALL",
        include_execution_data: true,
        log_destination: `${reference("aws_cloudwatch_log_group.latch_logs.arn")}:*`,
      },
      tracing_configuration: { enabled: true },
      depends_on: ["aws_iam_role_policy.latch_machine-policy"],
    });
    expect(found.the(CloudwatchLogGroup)).toMatchObject({
      name: "/aws/vendedlogs/states/clinic-test-latch",
      kms_key_id: reference("aws_kms_key.latch_key.arn"),
      retention_in_days: 365,
    });
    expect(found.the(KmsKey).policy).toContain("logs.us-east-1.amazonaws.com");
  });

  it("tells people when the region is left, when it is back, and when it could not be latched", () => {
    expect(found.named(CloudwatchMetricAlarm, "latch_left")).toMatchObject({
      alarm_actions: ["arn:aws:sns:us-east-1:111122223333:alarms"],
      ok_actions: ["arn:aws:sns:us-east-1:111122223333:alarms"],
    });
    expect(found.named(CloudwatchMetricAlarm, "latch_not-latched")).toMatchObject({
      namespace: "AWS/States",
      metric_name: "ExecutionsFailed",
      dimensions: {
        StateMachineArn: reference("aws_sfn_state_machine.latch_machine.arn"),
      },
      statistic: "Sum",
      comparison_operator: "GreaterThanThreshold",
      threshold: 0,
      treat_missing_data: "notBreaching",
      alarm_actions: ["arn:aws:sns:us-east-1:111122223333:alarms"],
    });
  });

  it("pain 25: us-east-1 traps: refused in a region where the metric never is", () => {
    expect(mistakes(stack("us-east-1"))).toBe("");
    expect(mistakes(stack("eu-west-1"))).toMatch(
      /region of the stack is "eu-west-1"; allowed: us-east-1: Route 53 publishes .* Put the latch into a stack of us-east-1/,
    );
  });

  it("pain 26: unintended failback: the gate asks for more than it has, and no deployment opens it again", () => {
    const { States: states } = JSON.parse(found.the(SfnStateMachine).definition);
    const { child_healthchecks: children, lifecycle } = found.named(Route53HealthCheck, "primary_gate_check");
    expect(states.Latch).toMatchObject({
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:route53:updateHealthCheck",
      Parameters: { HealthCheckId: gate },
      End: true,
    });
    expect(states.Latch.Parameters.HealthThreshold).toBeGreaterThan(children.length);
    expect(lifecycle).toEqual({ ignore_changes: ["child_health_threshold"] });
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(found.addresses).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_event_rule.latch_rule",
        "aws_cloudwatch_event_target.latch_target",
        "aws_cloudwatch_log_group.latch_logs",
        "aws_cloudwatch_metric_alarm.latch_left",
        "aws_cloudwatch_metric_alarm.latch_not-latched",
        "aws_iam_role.latch_machine-role",
        "aws_iam_role.latch_rule-role",
        "aws_iam_role_policy.latch_machine-policy",
        "aws_iam_role_policy.latch_rule-policy",
        "aws_kms_key.latch_key",
        "aws_route53_health_check.primary_endpoint_check",
        "aws_route53_health_check.primary_gate_check",
        "aws_sfn_state_machine.latch_machine",
      ]
    `);
  });
});

function stack(region: Region) {
  const owner = testStack({ life: "failover", region });
  const primary = new PrimaryHealth(owner, "primary", {
    name: "eu-west-1.clinic.example.com",
    path: "/health/ready",
  });
  new FailoverLatch(owner, "latch", {
    primary,
    notify: [{ arn: "arn:aws:sns:us-east-1:111122223333:alarms" }],
  });
  for (const [name, value] of Object.entries({
    id: primary.id,
    leave: primary.leave,
    "fail-back": primary.failBack,
  })) {
    new TerraformOutput(owner, name, { value });
  }
  return owner;
}
