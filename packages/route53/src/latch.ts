/** Healthy children that a latched gate asks for: one more than it has, so that it is never healthy (Route 53 API, HealthThreshold). */
export const latchedAt = 2;

/** How the gate is set by hand. */
export function thresholdCommand(healthCheckId: string, threshold: number): string {
  return `aws route53 update-health-check --health-check-id ${healthCheckId} --health-threshold ${threshold}`;
}

/**
 * When the alarm rings: the status that Route 53 publishes each minute was 0 once.
 *
 * WHY so soon: the patience is in the health check, and the latch has to be set before the endpoint can be healthy again, which takes
 * as long. WHY "ignore": a gap in the metric is no outage, it neither sets the latch nor counts as a recovery.
 */
export const statusAlarm = {
  namespace: "AWS/Route53",
  metricName: "HealthCheckStatus",
  statistic: "Minimum",
  period: 60,
  evaluationPeriods: 1,
  comparisonOperator: "LessThanThreshold",
  threshold: 1,
  treatMissingData: "ignore",
} as const;

/**
 * The one event that sets the latch: this alarm went from OK to ALARM.
 *
 * WHY only from OK: a new alarm starts with insufficient data. Where the region has not answered yet, because it is being deployed for
 * the first time, it was not left either.
 */
export function latchPattern(alarmArn: string) {
  return {
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    resources: [alarmArn],
    detail: { state: { value: ["ALARM"] }, previousState: { value: ["OK"] } },
  };
}

/**
 * The state machine: one call of the Route 53 API, tried for an hour.
 *
 * WHY no Lambda function: there is no code to keep up to date for a thing that runs once in years.
 */
export function latchDefinition(healthCheckId: string) {
  return {
    Comment: "Keeps traffic from returning to a region that was left",
    StartAt: "Latch",
    States: {
      Latch: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:route53:updateHealthCheck",
        Parameters: { HealthCheckId: healthCheckId, HealthThreshold: latchedAt },
        TimeoutSeconds: 30,
        Retry: [
          { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 60 },
        ],
        End: true,
      },
    },
  };
}

/** What the state machine may do: this call on this check, and its logs and traces. */
export function latchPermissions(healthCheckId: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Latch",
        Effect: "Allow",
        Action: "route53:UpdateHealthCheck",
        Resource: `arn:aws:route53:::healthcheck/${healthCheckId}`,
      },
      {
        Sid: "LogsAndTraces",
        Effect: "Allow",
        Action: [
          "logs:CreateLogDelivery",
          "logs:CreateLogStream",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutLogEvents",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "xray:GetSamplingRules",
          "xray:GetSamplingTargets",
        ],
        // WHY: none of these actions knows resources (Step Functions guide, logging to CloudWatch Logs; X-Ray tracing).
        Resource: "*",
      },
    ],
  };
}

/** Lets `service` take a role on behalf of this account's `source` and of nobody else's. */
export function trust(service: string, account: string, source: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        // WHY: else another account could have the service act here (IAM guide, confused deputy).
        Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": source } },
      },
    ],
  };
}
