import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine/index.js";
import { check, encryptionKey, nameOf, type Problem, regionOf } from "@mainstay/core";
import { Construct } from "constructs";
import { latchDefinition, latchPattern, latchPermissions, statusAlarm, trust } from "./latch.ts";
import type { HealthReference } from "./routing.ts";

/**
 * Who lets traffic return to the primary once it is healthy again.
 *
 * `manual`: a person, with one command; needs a {@link FailoverLatch}. `automatic-to-stale-data`: Route 53, at once. After the standby's
 * database was promoted users then read and write the old one, and the two have to be merged by hand: right only where nothing is
 * promoted, or nothing is written.
 */
export type Failback = "manual" | "automatic-to-stale-data";

export interface FailoverLatchProps {
  /** `PrimaryHealth`: what is watched, and the gate that is shut. */
  readonly primary: { readonly endpoint: HealthReference; readonly gate: HealthReference };

  /**
   * SNS topics in us-east-1 that hear when the primary is left, when it is healthy again, and when the latch could not be set.
   *
   * @default nobody: watch `alarm` and `failure` yourself
   */
  readonly notify?: readonly { readonly arn: string }[];
}

/**
 * Once the primary region was left, traffic does not return by itself: its database is behind after a promotion. A person decides.
 *
 * An alarm on the endpoint's status starts a state machine that shuts the gate of `PrimaryHealth`. Lives in us-east-1, where the metrics
 * of health checks are. WHY not an alarm as health check: Route 53 looks at an alarm's data and not at its state, so that it cannot latch.
 *
 * Deploy it after the service: a region that does not answer yet would look like one that was lost. About 1.30 USD a month (key, two
 * alarms), nothing per event worth counting.
 */
export class FailoverLatch extends Construct {
  /** Rings while the endpoint is unhealthy. */
  readonly alarm: CloudwatchMetricAlarm;
  readonly key: KmsKey;
  readonly logs: CloudwatchLogGroup;
  readonly machineRole: IamRole;
  readonly machinePolicy: IamRolePolicy;
  readonly stateMachine: SfnStateMachine;
  readonly rule: CloudwatchEventRule;
  readonly ruleRole: IamRole;
  readonly rulePolicy: IamRolePolicy;
  readonly target: CloudwatchEventTarget;
  /** Rings when the latch could not be set: then set it by hand. */
  readonly failure: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: FailoverLatchProps) {
    super(scope, id);
    check(this, problems(this));
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});

    this.alarm = this.createAlarm(props);
    this.key = encryptionKey(this, "key", { account: accountId, encrypts: "logs at rest", logsIn: metricsRegion });
    this.logs = this.createLogs();
    this.machineRole = this.createMachineRole(accountId);
    this.machinePolicy = this.allowLatching(props);
    this.stateMachine = this.createStateMachine(props);
    this.rule = this.createRule();
    this.ruleRole = this.createRuleRole(accountId);
    this.rulePolicy = this.allowStarting();
    this.target = this.createTarget();
    this.failure = this.createFailureAlarm(props);
  }

  private createAlarm({ primary, notify = [] }: FailoverLatchProps): CloudwatchMetricAlarm {
    const topics = notify.map(({ arn }) => arn);
    return new CloudwatchMetricAlarm(this, "left", {
      ...statusAlarm,
      alarmName: nameOf(this, "alarm", "left"),
      alarmDescription: [
        "PAGE: act now.",
        "The primary region is unhealthy: traffic goes to the standby and stays there.",
        "Look first: whether the region is well (its dashboard). Users return when a person says so: @mainstay/route53, Failing back.",
        "No data counts as nothing: a gap in the metric is no outage.",
      ].join("\n"),
      dimensions: { HealthCheckId: primary.endpoint.id },
      alarmActions: topics,
      okActions: topics,
    });
  }

  private createLogs(): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "logs", {
      // WHY the prefix: log delivery keeps a list of other names in one policy, which is full after some twenty (Step Functions guide).
      name: `/aws/vendedlogs/states/${nameOf(this, "logGroup")}`,
      retentionInDays: 365,
      kmsKeyId: this.key.arn,
    });
  }

  private createMachineRole(account: string): IamRole {
    return new IamRole(this, "machine-role", {
      name: nameOf(this, "iamRole", "machine"),
      description: "Sets the latch",
      assumeRolePolicy: JSON.stringify(
        trust("states.amazonaws.com", account, `arn:aws:states:${metricsRegion}:${account}:stateMachine:*`),
      ),
    });
  }

  private allowLatching({ primary }: FailoverLatchProps): IamRolePolicy {
    return new IamRolePolicy(this, "machine-policy", {
      name: "latch",
      role: this.machineRole.id,
      policy: JSON.stringify(latchPermissions(primary.gate.id)),
    });
  }

  private createStateMachine({ primary }: FailoverLatchProps): SfnStateMachine {
    return new SfnStateMachine(this, "machine", {
      name: nameOf(this, "stateMachine"),
      definition: JSON.stringify(latchDefinition(primary.gate.id)),
      roleArn: this.machineRole.arn,
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: `${this.logs.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      // WHY: Step Functions refuses a machine whose role cannot write its log yet.
      dependsOn: [this.machinePolicy],
    });
  }

  private createRule(): CloudwatchEventRule {
    return new CloudwatchEventRule(this, "rule", {
      name: nameOf(this, "eventRule"),
      description: "The primary region was left",
      eventPattern: JSON.stringify(latchPattern(this.alarm.arn)),
    });
  }

  private createRuleRole(account: string): IamRole {
    return new IamRole(this, "rule-role", {
      name: nameOf(this, "iamRole", "rule"),
      description: "Starts what sets the latch",
      assumeRolePolicy: JSON.stringify(trust("events.amazonaws.com", account, this.rule.arn)),
    });
  }

  private allowStarting(): IamRolePolicy {
    return new IamRolePolicy(this, "rule-policy", {
      name: "start",
      role: this.ruleRole.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "states:StartExecution", Resource: this.stateMachine.arn }],
      }),
    });
  }

  private createTarget(): CloudwatchEventTarget {
    return new CloudwatchEventTarget(this, "target", {
      rule: this.rule.name,
      targetId: "latch",
      arn: this.stateMachine.arn,
      roleArn: this.ruleRole.arn,
      // WHY: an event that comes before the role may start anything is retried, but better not lost to begin with.
      dependsOn: [this.rulePolicy],
    });
  }

  private createFailureAlarm({ notify = [] }: FailoverLatchProps): CloudwatchMetricAlarm {
    return new CloudwatchMetricAlarm(this, "not-latched", {
      alarmName: nameOf(this, "alarm", "not-latched"),
      alarmDescription:
        "The latch could not be set: traffic may return to the primary region by itself. Set it by hand.",
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: this.stateMachine.arn },
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      // WHY: there is a figure only when the machine has run.
      treatMissingData: "notBreaching",
      alarmActions: notify.map(({ arn }) => arn),
    });
  }
}

/** Route 53 publishes the metrics of health checks nowhere else (Route 53 guide, monitoring health checks). */
const metricsRegion = "us-east-1";

function problems(construct: Construct): Problem[] {
  const region = regionOf(construct);
  if (region === metricsRegion) return [];
  return [
    {
      property: "region of the stack",
      got: region,
      allowed: `${metricsRegion}: Route 53 publishes the metrics of health checks only there`,
      fix: `Put the latch into a stack of ${metricsRegion}; the alarm would never see a figure in ${region}.`,
    },
  ];
}
