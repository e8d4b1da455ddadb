import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";

export interface BackupRoleProps {
  readonly does: "backup" | "restore";
}

const managed = {
  backup: "AWSBackupServiceRolePolicyForBackup",
  restore: "AWSBackupServiceRolePolicyForRestores",
} as const;

/**
 * A role that AWS Backup takes, with the policy that AWS keeps for one purpose.
 *
 * WHY theirs and two: what a job needs changes with each service that AWS Backup learns; and what runs every night needs no way to
 * overwrite.
 */
export class BackupRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicyAttachment;

  constructor(scope: Construct, id: string, { does }: BackupRoleProps) {
    super(scope, id);
    this.role = new IamRole(this, "role", {
      name: nameOf(this, "iamRole"),
      description: does === "backup" ? "Makes and copies recovery points" : "Restores recovery points",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    this.policy = new IamRolePolicyAttachment(this, "policy", {
      role: this.role.name,
      policyArn: `arn:aws:iam::aws:policy/service-role/${managed[does]}`,
    });
  }
}
