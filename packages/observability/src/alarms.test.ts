import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { describe, expect, it } from "@jest/globals";
import type { Region } from "@mainstay/core";
import { mistakes, synthesize, testStack } from "@mainstay/testing";
import {
  Alarms,
  type AlarmsProps,
  byComposite,
  email,
  metric,
  metricsOf,
  type Subject,
  Topic,
  watchDatabase,
} from "./index.ts";
import { testDatabase, testHealthCheck, testSubjects } from "./testing.ts";

const topicIn = (region: Region) => ({ arn: `arn:aws:sns:${region}:123456789012:alarms`, region });

describe("Alarms", () => {
  it("watch one metric by its own name", () => {
    expect(synth(testHealthCheck, topicIn("us-east-1"), "us-east-1").the(CloudwatchMetricAlarm)).toMatchObject({
      alarm_name: "clinic-test-watched-unhealthy",
      alarm_description: expect.stringMatching(/^PAGE: act now\.\nclinic\.example\.com does not answer/),
      namespace: "AWS/Route53",
      metric_name: "HealthCheckStatus",
      dimensions: { HealthCheckId: "check-1" },
      statistic: "Minimum",
      period: 60,
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      evaluation_periods: 2,
      datapoints_to_alarm: 2,
      treat_missing_data: "breaching",
    });
  });

  it("watch several by a formula, which alone gives the value", () => {
    const { metric_query: queries, ...rest } = synth(subjectOf("entrance"), byComposite).named(
      CloudwatchMetricAlarm,
      "watched_server-errors",
    );
    expect(rest).toMatchObject({
      comparison_operator: "GreaterThanThreshold",
      threshold: 5,
      treat_missing_data: "notBreaching",
    });
    for (const single of ["metric_name", "namespace", "period", "statistic"]) expect(rest).not.toHaveProperty(single);
    expect(queries).toEqual([
      ...["HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "RequestCount"].map((name, index) => ({
        id: ["own", "target", "requests"][index],
        metric: {
          namespace: "AWS/ApplicationELB",
          metric_name: name,
          dimensions: { LoadBalancer: "app/entrance/1" },
          period: 60,
          stat: "Sum",
        },
      })),
      expect.objectContaining({ id: "result", expression: expect.stringContaining("FILL(own, 0)"), return_data: true }),
    ]);
  });

  it("look back M out of N minutes", () => {
    expect(synth(subjectOf("entrance"), byComposite).named(CloudwatchMetricAlarm, "watched_slow")).toMatchObject({
      datapoints_to_alarm: 5,
      evaluation_periods: 10,
    });
  });

  it("take a percentile as one", () => {
    const { alarms, ...rest } = testHealthCheck;
    const [unhealthy] = Object.values(alarms);
    if (unhealthy === undefined) throw new Error("there is no alarm");
    const signal = metric(metricsOf("AWS/ApplicationELB", { LoadBalancer: "x" })("TargetResponseTime", "p95"));
    const subject = { ...rest, alarms: { slow: { ...unhealthy, signal } } };
    const found = synth(subject, byComposite, "us-east-1").the(CloudwatchMetricAlarm);
    expect(found).toMatchObject({ extended_statistic: "p95" });
    expect(found).not.toHaveProperty("statistic");
  });

  it("tell who listens of their beginning and end, unless composite alarms do", () => {
    const listener = topicIn("eu-west-1");
    for (const alarm of Object.values(synth(subjectOf("database"), listener).all(CloudwatchMetricAlarm))) {
      expect(alarm).toMatchObject({ alarm_actions: [listener.arn], ok_actions: [listener.arn] });
    }
    for (const alarm of Object.values(synth(subjectOf("database"), byComposite).all(CloudwatchMetricAlarm))) {
      expect(alarm).toMatchObject({ alarm_actions: [], ok_actions: [] });
    }
  });

  it("are deleted after the composite alarms that name them have changed, since CloudWatch refuses it before", () => {
    for (const alarm of Object.values(synth(subjectOf("database"), byComposite).all(CloudwatchMetricAlarm))) {
      expect(alarm.lifecycle).toEqual({ create_before_destroy: true });
    }
  });

  it("pain 25: us-east-1 traps: an alarm on a Route 53 health check is refused anywhere else", () => {
    const stackIn = (region: Region) => {
      const stack = testStack({ life: "failover", region });
      new Alarms(stack, "name-healthy", {
        subject: testHealthCheck,
        notify: new Topic(stack, "alarms", { subscribers: [email("ops@example.com")] }),
      });
      return stack;
    };
    expect(mistakes(stackIn("us-east-1"))).toBe("");
    expect(mistakes(stackIn("eu-west-1"))).toContain(
      'region is "eu-west-1"; allowed: us-east-1: AWS publishes the metrics of name-healthy nowhere else. Put its alarms into a stack of us-east-1, with a topic there.',
    );
  });

  it("pain 25: us-east-1 traps: a topic of another region is refused, which CloudWatch would do as late as possible", () => {
    expect(mistakes(stackOf(testHealthCheck, topicIn("eu-west-1"), "us-east-1"))).toContain(
      'notify.region is "eu-west-1"; allowed: us-east-1: an alarm can only tell a topic of its own region. Make a Topic in us-east-1, with the same subscribers.',
    );
  });

  it("report the subject's own mistakes", () => {
    const subject = watchDatabase({ database: { ...testDatabase, class: "db.z9.large" } });
    expect(mistakes(stackOf(subject, byComposite))).toContain('database.class is "db.z9.large"');
  });
});

function subjectOf(name: string): Subject {
  const subject = testSubjects()[name];
  if (subject === undefined) throw new Error(`there is no subject ${name}`);
  return subject;
}

function stackOf(subject: Subject, notify: AlarmsProps["notify"], region: Region = "eu-west-1") {
  const stack = testStack({ life: "monitoring", region });
  new Alarms(stack, "watched", { subject, notify });
  return stack;
}

function synth(subject: Subject, notify: AlarmsProps["notify"], region?: Region) {
  return synthesize(stackOf(subject, notify, region));
}
