import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { encryptionKey, nameOf, type Region } from "@mainstay/core";
import { Construct } from "constructs";

/** Days that CloudWatch Logs can keep a log group's events (PutRetentionPolicy). */
export type RetentionDays =
  | (1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180)
  | (365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922 | 3288 | 3653);

export interface FlowLogsProps {
  readonly vpcId: string;
  readonly region: Region;
  /** The account's 12 digits, or a reference to them. */
  readonly accountId: string;
  readonly retention: RetentionDays;
}

/** Who talked to whom in the VPC, accepted or refused, in CloudWatch Logs under a key of its own. */
export class FlowLogs extends Construct {
  readonly key: KmsKey;
  readonly logGroup: CloudwatchLogGroup;
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly flowLog: FlowLog;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    this.key = this.createKey(props);
    this.logGroup = this.createLogGroup(props);
    this.role = this.createRole(props);
    this.policy = this.createPolicy(props);
    this.flowLog = this.createFlowLog(props);
  }

  private createKey({ region, accountId }: FlowLogsProps): KmsKey {
    return encryptionKey(this, "key", { account: accountId, encrypts: "logs at rest", logsIn: region });
  }

  private createLogGroup({ retention }: FlowLogsProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "log-group", {
      name: nameOf(this, "logGroup"),
      retentionInDays: retention,
      kmsKeyId: this.key.arn,
    });
  }

  private createRole({ region, accountId }: FlowLogsProps): IamRole {
    return new IamRole(this, "role", {
      name: nameOf(this, "iamRole"),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
            // WHY: else the service could be asked by another account to write here (VPC guide, confused deputy).
            Condition: {
              StringEquals: { "aws:SourceAccount": accountId },
              ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${accountId}:vpc-flow-log/*` },
            },
          },
        ],
      }),
    });
  }

  private createPolicy({ region, accountId }: FlowLogsProps): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "write-flow-logs",
      role: this.role.name,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: `${this.logGroup.arn}:*`,
          },
          {
            // WHY: listing is granted on all log groups of the region or not at all (service authorization reference).
            Effect: "Allow",
            Action: "logs:DescribeLogGroups",
            Resource: `arn:aws:logs:${region}:${accountId}:log-group:*`,
          },
        ],
      }),
    });
  }

  private createFlowLog({ vpcId }: FlowLogsProps): FlowLog {
    return new FlowLog(this, "flow-log", {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: this.logGroup.arn,
      iamRoleArn: this.role.arn,
      tags: { Name: nameOf(this, "tag") },
      // WHY: delivery begins with an access error when the role cannot write yet (VPC guide, troubleshoot flow logs).
      dependsOn: [this.policy],
    });
  }
}
