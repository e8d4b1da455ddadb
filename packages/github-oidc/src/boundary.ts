import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import { type Bounds, boundaryPolicy } from "./boundary-policy.ts";

export type BoundaryProps = Omit<Bounds, "boundary">;

/** The permission boundary of one environment's deployments and of every role that they make. */
export class Boundary extends Construct {
  readonly policy: IamPolicy;
  /** Written, not read from AWS: the policy names itself. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BoundaryProps) {
    super(scope, id);
    const name = nameOf(this, "iamPolicy");
    this.arn = `arn:aws:iam::${props.account}:policy/${name}`;
    this.policy = new IamPolicy(this, "policy", {
      name,
      description: `The most that deployments of ${props.environment} and what they make can do`,
      policy: JSON.stringify(boundaryPolicy({ ...props, boundary: this.arn })),
    });
  }
}
