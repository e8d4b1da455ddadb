import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { describe, expect, it } from "@jest/globals";
import { reference, synthesize, testStack } from "@mainstay/testing";
import { FlowLogs } from "./flow-logs.ts";

const stack = testStack({ life: "network" });
new FlowLogs(stack, "flow-logs", { vpcId: "vpc-1", region: "eu-west-1", accountId: "123456789012", retention: 14 });
const logs = synthesize(stack);

describe("FlowLogs", () => {
  it("records all traffic of the VPC, refused or not", () => {
    expect(logs.the(FlowLog)).toMatchObject({
      vpc_id: "vpc-1",
      traffic_type: "ALL",
      log_destination: reference("aws_cloudwatch_log_group.flow-logs_log-group.arn"),
      iam_role_arn: reference("aws_iam_role.flow-logs_role.arn"),
    });
  });

  it("encrypts the records with a key of its own, which changes every year", () => {
    expect(logs.the(CloudwatchLogGroup)).toMatchObject({
      name: "clinic-test-flow-logs",
      retention_in_days: 14,
      kms_key_id: reference("aws_kms_key.flow-logs_key.arn"),
    });
    expect(logs.the(KmsKey)).toMatchObject({
      enable_key_rotation: true,
      policy: expect.stringContaining("logs.eu-west-1.amazonaws.com"),
    });
  });

  it("writes by a role that can do nothing else, and that no other account can have used", () => {
    const trust = JSON.parse(logs.the(IamRole).assume_role_policy).Statement[0];
    expect(trust).toMatchObject({
      Principal: { Service: "vpc-flow-logs.amazonaws.com" },
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*" },
      },
    });
    expect(JSON.parse(logs.the(IamRolePolicy).policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `${reference("aws_cloudwatch_log_group.flow-logs_log-group.arn")}:*`,
      },
      {
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:*",
      },
    ]);
  });
});
