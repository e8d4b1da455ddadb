import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { nameOf } from "@mainstay/core";
import type { Construct } from "constructs";
import { rollbackAlarms } from "./decisions.ts";
import type { Route } from "./route.ts";

/** What takes a deployment back while its tasks run. */
export interface RollbackAlarms {
  readonly serverErrors: CloudwatchMetricAlarm;
  readonly unhealthyHosts: CloudwatchMetricAlarm;
}

const namespace = "AWS/ApplicationELB";

/** Alarms on the target group of `route`, in the scope of its service. */
export function rollbackAlarmsOf(
  scope: Construct,
  route: Route,
  notify: readonly { readonly arn: string }[],
): RollbackAlarms {
  const { serverErrors, leastRequests, period, minutes } = rollbackAlarms;
  const dimensions = { LoadBalancer: route.loadBalancer.arnSuffix, TargetGroup: route.targetGroup.arnSuffix };
  const common = {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: minutes,
    datapointsToAlarm: minutes,
    // WHY: the load balancer publishes nothing where there was nothing: no request is no error, and without a target there
    // is none that is unhealthy. A service without tasks is seen by its deployment and by the load balancer's own alarms.
    treatMissingData: "notBreaching",
    alarmActions: notify.map(({ arn }) => arn),
    okActions: notify.map(({ arn }) => arn),
  };
  const metric = (id: string, metricName: string): CloudwatchMetricAlarmMetricQuery => ({
    id,
    metric: { namespace, metricName, dimensions, period, stat: "Sum" },
  });
  return {
    serverErrors: new CloudwatchMetricAlarm(scope, "server-errors", {
      ...common,
      alarmName: nameOf(scope, "alarm", "server-errors"),
      alarmDescription: `More than ${serverErrors} % of the answers are the application's 5xx. Takes a deployment back.`,
      threshold: serverErrors,
      metricQuery: [
        metric("errors", "HTTPCode_Target_5XX_Count"),
        metric("requests", "RequestCount"),
        {
          id: "rate",
          label: "5xx in % of all requests",
          expression: `IF(requests >= ${leastRequests}, 100 * FILL(errors, 0) / requests, 0)`,
          returnData: true,
        },
      ],
    }),
    unhealthyHosts: new CloudwatchMetricAlarm(scope, "unhealthy-hosts", {
      ...common,
      alarmName: nameOf(scope, "alarm", "unhealthy-hosts"),
      alarmDescription: `A task is not ready for ${minutes} minutes. Takes a deployment back.`,
      namespace,
      metricName: "UnHealthyHostCount",
      dimensions,
      period,
      statistic: "Maximum",
      threshold: 0,
    }),
  };
}
