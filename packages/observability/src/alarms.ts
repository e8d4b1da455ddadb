import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { check, nameOf, type Problem, type Region, regionOf } from "@mainstay/core";
import { Construct } from "constructs";
import { type Alarm, describe, period, type Severity, thresholdOf } from "./alarm.ts";
import type { Metric, Signal } from "./metric.ts";
import type { Subject } from "./subject.ts";
import type { Listener } from "./topic.ts";

/** The alarms have no action of their own: a composite alarm acts for them. `unheardAlarms` finds those for which none does. */
export const byComposite = "by-composite";

export interface AlarmsProps {
  /** What is watched: what `watchDatabase(...)` and its like give. */
  readonly subject: Subject;
  /** Who hears of each alarm, and of its end; or that composite alarms act for them. A listener must be in the stack's region. */
  readonly notify: Listener | typeof byComposite;
}

/** The alarms of one subject, by their ids. 0.10 USD a month for each metric that an alarm reads, the first ten of an account free. */
export class Alarms extends Construct {
  readonly subject: Subject;
  readonly alarms: ReadonlyMap<string, CloudwatchMetricAlarm>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { subject, notify } = props;
    check(this, [...(subject.problems ?? []), ...regionProblems(id, subject, notify, regionOf(this))]);
    this.subject = subject;
    this.alarms = new Map(
      Object.entries(subject.alarms).map(([name, alarm]) => [name, this.createAlarm(name, alarm, notify)]),
    );
  }

  /** Made here or adopted, those of one severity. */
  of(severity: Severity): { readonly alarmName: string; readonly arn: string }[] {
    const own = [...this.alarms].filter(([name]) => this.subject.alarms[name]?.severity === severity);
    const { adopted = [] } = this.subject;
    return [...own.map(([, alarm]) => alarm), ...adopted.filter((one) => one.severity === severity)];
  }

  private createAlarm(name: string, alarm: Alarm, notify: AlarmsProps["notify"]): CloudwatchMetricAlarm {
    const { signal, limit, datapoints, missing } = alarm;
    const actions = notify === byComposite ? [] : [notify.arn];
    return new CloudwatchMetricAlarm(this, name, {
      alarmName: nameOf(this, "alarm", name),
      alarmDescription: describe(alarm),
      ...watching(signal),
      comparisonOperator: "above" in limit ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: thresholdOf(limit),
      evaluationPeriods: datapoints.of,
      datapointsToAlarm: datapoints.needed,
      treatMissingData: missing.treatedAs,
      alarmActions: actions,
      okActions: actions,
      // WHY: CloudWatch deletes no alarm that a composite alarm names, and Terraform would delete it before it changes the composite's
      // rule (terraform-provider-aws#34807): a zone or a replica could never go again.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}

/** An alarm sees the metrics of its own region only, and so does the topic hear only alarms of its own. */
export function regionProblems(id: string, subject: Subject, notify: AlarmsProps["notify"], region: Region): Problem[] {
  const found: Problem[] = [];
  const hasAlarms = Object.keys(subject.alarms).length > 0;
  if (hasAlarms && subject.region !== undefined && subject.region !== region) {
    found.push({
      property: "region",
      got: region,
      allowed: `${subject.region}: AWS publishes the metrics of ${id} nowhere else`,
      fix: `Put its alarms into a stack of ${subject.region}, with a topic there.`,
    });
  }
  if (notify !== byComposite) found.push(...listenerProblems("notify", notify, region));
  return found;
}

/** A listener in another region is refused by CloudWatch, as late as when the alarm is made. */
export function listenerProblems(property: string, listener: Listener, region: Region): Problem[] {
  if (listener.region === region) return [];
  return [
    {
      property: `${property}.region`,
      got: listener.region,
      allowed: `${region}: an alarm can only tell a topic of its own region`,
      fix: `Make a Topic in ${region}, with the same subscribers.`,
    },
  ];
}

/** What the alarm reads, as the provider takes it. */
function watching(signal: Signal): Partial<CloudwatchMetricAlarmConfig> {
  if (signal.kind === "formula") return { metricQuery: queries(signal.inputs, signal.formula) };
  const { namespace, name: metricName, dimensions, statistic } = signal;
  return {
    namespace,
    metricName,
    dimensions: { ...dimensions },
    period,
    ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
  };
}

function queries(inputs: Readonly<Record<string, Metric>>, expression: string): CloudwatchMetricAlarmMetricQuery[] {
  return [
    ...Object.entries(inputs).map(([id, { namespace, name: metricName, dimensions, statistic }]) => ({
      id,
      metric: { namespace, metricName, dimensions: { ...dimensions }, period, stat: statistic },
    })),
    { id: "result", label: "result", expression, returnData: true },
  ];
}
