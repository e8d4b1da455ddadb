import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import type { Policy } from "./permissions.ts";
import { type Trust, trustPolicy } from "./trust.ts";

export interface DeliveryRoleProps extends Trust {
  /** What it is for, in words: shown in the console. */
  readonly description: string;
  readonly policy: Policy;
  /**
   * Policies of AWS beside it, by ARN.
   *
   * @default none
   */
  readonly managed?: Readonly<Record<string, string>>;
  /**
   * ARN of the permission boundary.
   *
   * @default none: for roles that can change nothing
   */
  readonly boundary?: string;
}

/** A role that jobs of one repository take for an hour, and nobody else. */
export class DeliveryRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly managed: readonly IamRolePolicyAttachment[];
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DeliveryRoleProps) {
    super(scope, id);
    const { description, policy, managed = {}, boundary, ...trust } = props;
    const name = nameOf(this, "iamRole");
    this.role = new IamRole(this, "role", {
      name,
      description,
      assumeRolePolicy: JSON.stringify(trustPolicy(trust)),
      // Seconds: AWS's least that a deployment of an hour fits into.
      maxSessionDuration: 3600,
      ...(boundary !== undefined && { permissionsBoundary: boundary }),
    });
    this.policy = new IamRolePolicy(this, "policy", { role: this.role.name, name, policy: JSON.stringify(policy) });
    this.managed = Object.entries(managed).map(
      ([word, policyArn]) => new IamRolePolicyAttachment(this, word, { role: this.role.name, policyArn }),
    );
    this.arn = this.role.arn;
  }
}
