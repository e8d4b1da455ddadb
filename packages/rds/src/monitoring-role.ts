import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";

export interface MonitoringRoleProps {
  /** ARN of the one server that the role is for. */
  readonly database: string;
  readonly account: string;
}

/** Lets one database server send the figures of its operating system to CloudWatch (enhanced monitoring). */
export class MonitoringRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, { database, account }: MonitoringRoleProps) {
    super(scope, id);
    this.role = new IamRole(this, "role", {
      name: nameOf(this, "iamRole"),
      description: `Enhanced monitoring of ${scope.node.path}`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "monitoring.rds.amazonaws.com" },
            Action: "sts:AssumeRole",
            // WHY: RDS may take the role for this server only, never for somebody else's (RDS guide, confused deputy).
            Condition: {
              StringEquals: { "aws:SourceAccount": account },
              ArnLike: { "aws:SourceArn": database },
            },
          },
        ],
      }),
    });
    this.policy = new IamRolePolicyAttachment(this, "policy", {
      role: this.role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    });
  }
}
