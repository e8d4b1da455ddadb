import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { describe, expect, it } from "@jest/globals";
import type { EnvironmentStack } from "@mainstay/core";
import { reference, synthesize, testApp, testStack } from "@mainstay/testing";
import { email, RegionMonitoring, type Subscribers, Topic, unheardAlarms, watchService } from "./index.ts";
import { testService, testSubjects } from "./testing.ts";

const topic = { aws_sns_topic: { news: { name: "news" } } };
const subscribed = {
  ...topic,
  aws_sns_topic_subscription: { ops: { topic_arn: reference("aws_sns_topic.news.arn"), protocol: "email" } },
};
const told = { alarm_name: "told", alarm_actions: [reference("aws_sns_topic.news.arn")] };

describe("alarms that nobody hears", () => {
  it("are those without an action, and those whose topic nobody reads", () => {
    const alarms = { aws_cloudwatch_metric_alarm: { told, mute: { alarm_name: "mute" } } };
    expect(unheardAlarms({ watch: { resource: { ...subscribed, ...alarms } } })).toEqual([
      "watch: aws_cloudwatch_metric_alarm.mute",
    ]);
    expect(unheardAlarms({ watch: { resource: { ...topic, ...alarms } } })).toEqual([
      "watch: aws_cloudwatch_metric_alarm.mute",
      "watch: aws_cloudwatch_metric_alarm.told",
    ]);
  });

  it("are those that only say when it is over, and those that were turned off", () => {
    const alarms = {
      over: { alarm_name: "over", ok_actions: told.alarm_actions },
      off: { ...told, alarm_name: "off", actions_enabled: false },
    };
    expect(unheardAlarms({ watch: { resource: { ...subscribed, aws_cloudwatch_metric_alarm: alarms } } })).toHaveLength(
      2,
    );
  });

  it("are not those that a heard composite alarm names, however deep, by name or by reference", () => {
    const resource = {
      ...subscribed,
      aws_cloudwatch_metric_alarm: {
        cpu: { alarm_name: "cpu" },
        disk: { alarm_name: "disk" },
        quiet: { alarm_name: "quiet" },
        lonely: { alarm_name: "lonely" },
      },
      aws_cloudwatch_composite_alarm: {
        top: { ...told, alarm_name: "top", alarm_rule: 'ALARM("inner") AND NOT ALARM("quiet")' },
        inner: {
          alarm_name: "inner",
          alarm_rule: `ALARM(cpu) OR ALARM("${reference("aws_cloudwatch_metric_alarm.disk.alarm_name")}")`,
        },
        mute: { alarm_name: "mute", alarm_rule: 'ALARM("lonely")' },
      },
    };
    expect(unheardAlarms({ watch: { resource } })).toEqual([
      "watch: aws_cloudwatch_composite_alarm.mute",
      "watch: aws_cloudwatch_metric_alarm.lonely",
      "watch: aws_cloudwatch_metric_alarm.quiet",
    ]);
  });

  it("are those of another region that only share a name", () => {
    const provider = (region: string) => ({ provider: { aws: [{ region }] } });
    const composite = {
      aws_cloudwatch_composite_alarm: { top: { ...told, alarm_name: "top", alarm_rule: 'ALARM("cpu")' } },
    };
    const cpu = { aws_cloudwatch_metric_alarm: { cpu: { alarm_name: "cpu" } } };
    const stacks = (region: string) => ({
      watch: { ...provider("eu-west-1"), resource: { ...subscribed, ...composite } },
      service: { ...provider(region), resource: cpu },
    });
    expect(unheardAlarms(stacks("eu-west-1"))).toEqual([]);
    expect(unheardAlarms(stacks("eu-central-1"))).toEqual(["service: aws_cloudwatch_metric_alarm.cpu"]);
  });

  it("are none in a monitored environment, over all its stacks", () => {
    expect(unheardAlarms(environment([email("ops@example.com")]))).toEqual([]);
  });

  it("are all where nobody reads the topic", () => {
    const unheard = unheardAlarms(environment("nobody"));
    expect(unheard).toContain("clinic-test-eu-west-1-service: aws_cloudwatch_metric_alarm.errors");
    expect(unheard).toContain("clinic-test-eu-west-1-monitoring: aws_cloudwatch_composite_alarm.watch_users-notice");
    expect(unheard.length).toBeGreaterThan(20);
  });
});

/** A service's own alarms in one stack, the topic in another, monitoring in a third. */
function environment(subscribers: Subscribers) {
  const app = testApp();
  const [service, data, monitoring] = (["service", "data", "monitoring"] as const).map((life) =>
    testStack({ life }, app),
  );
  if (service === undefined || data === undefined || monitoring === undefined) throw new Error("there are three");
  const alarm = (name: string) =>
    new CloudwatchMetricAlarm(service, name, {
      alarmName: name,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
    });
  const alarms = { serverErrors: alarm("errors"), unhealthyHosts: alarm("hosts") };
  new RegionMonitoring(monitoring, "watch", {
    pages: new Topic(data, "alarms", { subscribers }),
    subjects: {
      ...testSubjects(),
      api: watchService({ service: { ...testService, alarms }, cluster: { name: "c" }, capacity: { kind: "fixed" } }),
    },
  });
  const json = (stack: EnvironmentStack) => [stack.node.id, synthesize(stack).json] as const;
  // What a stack reads becomes an output of the other when it is synthesised.
  return Object.fromEntries([json(monitoring), json(service), json(data)]);
}
