import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { email, graphsOnly, RegionMonitoring, type RegionMonitoringProps, Topic, watchService } from "./index.ts";
import { small, testHealthCheck, testService, testSubjects } from "./testing.ts";

const pager = {
  arn: "arn:aws:sns:eu-west-1:123456789012:pager",
  region: "eu-west-1",
} as const;
/** Everything as tests have it, once: most only read. */
const standard = synth({});
const list = {
  arn: "arn:aws:sns:eu-west-1:123456789012:list",
  region: "eu-west-1",
} as const;

describe("RegionMonitoring", () => {
  it("tells people once that users notice, whichever alarm says so", () => {
    const found = standard;
    expect(found.named(CloudwatchCompositeAlarm, "watch_users-notice")).toMatchObject({
      alarm_name: "clinic-test-watch-users-notice",
      alarm_rule: [
        "watch_entrance_server-errors",
        "watch_entrance_slow",
        "watch_api_no-healthy-hosts",
        "watch_database_storage-full",
      ]
        .map((name) => `ALARM("${reference(`aws_cloudwatch_metric_alarm.${name}.alarm_name`)}")`)
        .join(" OR "),
      alarm_actions: [pager.arn],
      ok_actions: [pager.arn],
    });
  });

  it("tells whom to look of each subject apart, so that one long trouble does not hide another", () => {
    const found = synth({ tickets: list });
    expect(Object.keys(found.all(CloudwatchCompositeAlarm))).toEqual([
      "watch_api-look-soon",
      "watch_database-look-soon",
      "watch_documents-look-soon",
      "watch_machines-look-soon",
      "watch_users-notice",
      "watch_way-out-look-soon",
    ]);
    expect(found.named(CloudwatchCompositeAlarm, "watch_machines-look-soon")).toMatchObject({
      alarm_actions: [list.arn],
      ok_actions: [list.arn],
      alarm_rule: ["below-desired", "at-max"]
        .map((name) => `ALARM("${reference(`aws_cloudwatch_metric_alarm.watch_machines_${name}.alarm_name`)}")`)
        .join(" OR "),
    });
    expect(standard.named(CloudwatchCompositeAlarm, "watch_machines-look-soon").alarm_actions).toEqual([pager.arn]);
  });

  it("keeps tickets back while users notice, and tells what is left of them afterwards", () => {
    const { "watch_users-notice": page, ...tickets } = standard.all(CloudwatchCompositeAlarm);
    expect(page).not.toHaveProperty("actions_suppressor");
    expect(page?.lifecycle).toEqual({ create_before_destroy: true });
    for (const ticket of Object.values(tickets)) {
      expect(ticket.actions_suppressor).toEqual({
        alarm: reference("aws_cloudwatch_composite_alarm.watch_users-notice.alarm_name"),
        wait_period: 180,
        extension_period: 300,
      });
    }
  });

  it("leaves the news to the composite alarms, so that nothing is told twice", () => {
    for (const alarm of Object.values(standard.all(CloudwatchMetricAlarm))) {
      expect(alarm).toMatchObject({ alarm_actions: [], ok_actions: [] });
    }
  });

  it("hears the alarms that take a deployment back, by name", () => {
    const alarm = (alarmName: string) => ({
      alarmName,
      arn: `arn:${alarmName}`,
    });
    const service = {
      ...testService,
      alarms: { serverErrors: alarm("errors"), unhealthyHosts: alarm("hosts") },
    };
    const api = watchService({
      service,
      cluster: { name: "cluster" },
      capacity: { kind: "fixed" },
    });
    const found = synth({ subjects: { api } });
    const ruleOf = (name: string) => found.named(CloudwatchCompositeAlarm, name).alarm_rule;
    expect(ruleOf("watch_users-notice")).toContain('ALARM("errors")');
    expect(ruleOf("watch_users-notice")).not.toContain('ALARM("hosts")');
    expect(ruleOf("watch_api-look-soon")).not.toContain('ALARM("errors")');
    expect(ruleOf("watch_api-look-soon")).toContain('ALARM("hosts")');
    expect(found.the(CloudwatchDashboard).dashboard_body).toContain('"arn:errors","arn:hosts"');
  });

  it("says in the message itself where to look: the region's dashboard, by a name that no other region has", () => {
    const found = standard;
    expect(found.the(CloudwatchDashboard).dashboard_name).toBe("clinic-test-eu-west-1-watch");
    for (const { alarm_description: text } of Object.values(found.all(CloudwatchCompositeAlarm))) {
      expect(text).toContain("#dashboards/dashboard/clinic-test-eu-west-1-watch");
    }
  });

  it("shows all of it on the dashboard", () => {
    const { dashboard_body: body } = standard.the(CloudwatchDashboard);
    const { widgets } = JSON.parse(body);
    const alarms = widgets.flatMap(({ properties }: { properties: { alarms?: string[] } }) => properties.alarms ?? []);
    const made = [
      ...Object.keys(standard.all(CloudwatchCompositeAlarm)).map((name) => `aws_cloudwatch_composite_alarm.${name}`),
      ...Object.keys(standard.all(CloudwatchMetricAlarm)).map((name) => `aws_cloudwatch_metric_alarm.${name}`),
    ];
    expect(alarms.toSorted()).toEqual(made.map((name) => reference(`${name}.arn`)).toSorted());
  });

  it("pain 1: a list that shifts recreates what is there: another zone and another replica change no alarm and no address", () => {
    const alarmsOf = (size: Parameters<typeof testSubjects>[0]) => synth({ subjects: testSubjects(size) });
    const before = alarmsOf(small);
    const after = alarmsOf({
      zones: ["eu-west-1c", ...small.zones],
      replicas: ["reports"],
    });
    expect(after.addresses).toEqual(expect.arrayContaining([...before.addresses]));
    expect(after.all(CloudwatchMetricAlarm)).toMatchObject(before.all(CloudwatchMetricAlarm));
    expect(after.addresses.filter((address) => !before.addresses.includes(address))).toEqual([
      "aws_cloudwatch_metric_alarm.watch_database_replica-lag-reports",
      "aws_cloudwatch_metric_alarm.watch_way-out_dropped-eu-west-1c",
      "aws_cloudwatch_metric_alarm.watch_way-out_port-errors-eu-west-1c",
    ]);
  });

  it("leaves out what a subject does not have", () => {
    const { api, "way-out": wayOut } = testSubjects({
      zones: [],
      replicas: [],
    });
    if (api === undefined || wayOut === undefined) throw new Error("there are no such subjects");
    const { "no-healthy-hosts": _page, ...tickets } = api.alarms;
    const found = synth({
      subjects: { api: { ...api, alarms: tickets }, "way-out": wayOut },
    });
    expect(Object.keys(found.all(CloudwatchCompositeAlarm))).toEqual(["watch_api-look-soon"]);
    expect(found.named(CloudwatchCompositeAlarm, "watch_api-look-soon")).not.toHaveProperty("actions_suppressor");
    const { widgets } = JSON.parse(found.the(CloudwatchDashboard).dashboard_body);
    expect(widgets.filter(({ width }: { width: number }) => width !== 24)).toEqual([]);
  });

  it("shows a health check of us-east-1 beside its region, without an alarm that would see nothing", () => {
    const stack = stackOf({ subjects: { name: graphsOnly(testHealthCheck), ...testSubjects() } });
    expect(mistakes(stack)).toBe("");
    const found = synthesize(stack);
    expect(Object.keys(found.all(CloudwatchMetricAlarm))).toEqual(Object.keys(standard.all(CloudwatchMetricAlarm)));
    const { widgets } = JSON.parse(found.the(CloudwatchDashboard).dashboard_body);
    const regions = widgets.flatMap(({ properties }: { properties: { title?: string; region?: string } }) =>
      properties.title?.startsWith("name: ") ? [properties.region] : [],
    );
    expect(regions).toEqual(["us-east-1", "us-east-1"]);
  });

  it("reports every mistake at once, with the fix", () => {
    const subjects = testSubjects();
    const [some] = Object.values(subjects);
    if (some === undefined) throw new Error("there is no subject");
    const elsewhere = { arn: "arn", region: "eu-central-1" } as const;
    const text = mistakes(
      stackOf({
        pages: elsewhere,
        tickets: { ...elsewhere },
        subjects: {
          ...subjects,
          dashboard: some,
          "users-notice": some,
          Api_2: some,
          "api-look-soon": some,
        },
      }),
    );
    for (const part of [
      /pages\.region is "eu-central-1"; allowed: eu-west-1/,
      /tickets\.region is "eu-central-1"/,
      /subjects\.dashboard is "dashboard"/,
      /subjects\.users-notice/,
      /subjects\.Api_2 is "Api_2"/,
      /subjects\.api-look-soon/,
    ]) {
      expect(text).toMatch(part);
    }
    expect(mistakes(stackOf({ subjects: {} }))).toContain("subjects is {}; allowed: at least one");
  });

  it("refuses more than CloudWatch takes into one composite alarm", () => {
    const [page] = Object.values(testSubjects().entrance?.alarms ?? {});
    if (page === undefined) throw new Error("there is no page");
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, page]));
    expect(mistakes(stackOf({ subjects: { all: { alarms: many(100), graphs: [] } } }))).toBe("");
    expect(mistakes(stackOf({ subjects: { all: { alarms: many(101), graphs: [] } } }))).toContain(
      'subjects is "101 alarms that page"; allowed: 100 at most',
    );
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    const stack = testStack({ life: "monitoring" });
    const pages = new Topic(stack, "alarms", {
      subscribers: [email("ops@example.com")],
    });
    new RegionMonitoring(stack, "watch", {
      pages,
      subjects: testSubjects({ ...small, replicas: ["reports"] }),
    });
    expect(synthesize(stack).addresses).toMatchInlineSnapshot(`
      [
        "aws_cloudwatch_composite_alarm.watch_api-look-soon",
        "aws_cloudwatch_composite_alarm.watch_database-look-soon",
        "aws_cloudwatch_composite_alarm.watch_documents-look-soon",
        "aws_cloudwatch_composite_alarm.watch_machines-look-soon",
        "aws_cloudwatch_composite_alarm.watch_users-notice",
        "aws_cloudwatch_composite_alarm.watch_way-out-look-soon",
        "aws_cloudwatch_dashboard.watch_dashboard",
        "aws_cloudwatch_metric_alarm.watch_api_below-desired",
        "aws_cloudwatch_metric_alarm.watch_api_cpu",
        "aws_cloudwatch_metric_alarm.watch_api_memory",
        "aws_cloudwatch_metric_alarm.watch_api_no-healthy-hosts",
        "aws_cloudwatch_metric_alarm.watch_api_unhealthy-hosts",
        "aws_cloudwatch_metric_alarm.watch_database_connections",
        "aws_cloudwatch_metric_alarm.watch_database_cpu",
        "aws_cloudwatch_metric_alarm.watch_database_replica-lag-reports",
        "aws_cloudwatch_metric_alarm.watch_database_storage-full",
        "aws_cloudwatch_metric_alarm.watch_database_storage-low",
        "aws_cloudwatch_metric_alarm.watch_documents_throughput",
        "aws_cloudwatch_metric_alarm.watch_entrance_server-errors",
        "aws_cloudwatch_metric_alarm.watch_entrance_slow",
        "aws_cloudwatch_metric_alarm.watch_machines_at-max",
        "aws_cloudwatch_metric_alarm.watch_machines_below-desired",
        "aws_cloudwatch_metric_alarm.watch_way-out_dropped-eu-west-1a",
        "aws_cloudwatch_metric_alarm.watch_way-out_dropped-eu-west-1b",
        "aws_cloudwatch_metric_alarm.watch_way-out_port-errors-eu-west-1a",
        "aws_cloudwatch_metric_alarm.watch_way-out_port-errors-eu-west-1b",
        "aws_kms_key.alarms_key",
        "aws_sns_topic.alarms_topic",
        "aws_sns_topic_policy.alarms_policy",
        "aws_sns_topic_subscription.alarms_email-ops-example-com-af3c82",
      ]
    `);
  });
});

function stackOf(props: Partial<RegionMonitoringProps>) {
  const stack = testStack({ life: "monitoring" });
  new RegionMonitoring(stack, "watch", {
    pages: pager,
    subjects: testSubjects(),
    ...props,
  });
  return stack;
}

function synth(props: Partial<RegionMonitoringProps>) {
  return synthesize(stackOf(props));
}
