import { Construct } from "constructs";
import { Boundary } from "./boundary.ts";
import { DeliveryRole } from "./delivery-role.ts";
import { deployPolicy, planPolicy, pushPolicy, type StatePlace } from "./permissions.ts";
import { pullRequests } from "./trust.ts";

export interface EnvironmentRolesProps {
  /** ARN of the OIDC provider. */
  readonly provider: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly account: string;
  /** What its resources' names begin with: `clinic-dev`. GitHub's environment has the same name. */
  readonly environment: string;
  /** The only one it is deployed from. */
  readonly branch: string;
  readonly states: StatePlace;
  /** What the names of the roles of all environments, and of their boundaries, begin with: no deployment touches those. */
  readonly deliverers: string;
}

const readOnly = { "read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess" };

/** The three roles that delivery of one environment has, each of which can do one thing, and what bounds them. */
export class EnvironmentRoles extends Construct {
  /** Of whatever can change something, and of all roles that a deployment makes. */
  readonly boundary: Boundary;
  /** Reads everything but what users store, changes nothing. For pull requests, and for drift on the branch. */
  readonly plan: DeliveryRole;
  /** Changes the environment. For jobs that GitHub's environment has let in. */
  readonly deploy: DeliveryRole;
  /** Pushes images to the environment's repositories, from the branch. */
  readonly push: DeliveryRole;

  constructor(scope: Construct, id: string, props: EnvironmentRolesProps) {
    super(scope, id);
    const { provider, repository, environment, branch, states, account, deliverers } = props;
    this.boundary = new Boundary(this, "boundary", { account, environment, states, deliverers });
    const boundary = this.boundary.arn;
    const trust = { provider, repository };
    const onBranch = { kind: "branch", branch } as const;
    this.plan = new DeliveryRole(this, "plan", {
      ...trust,
      holders: [pullRequests, onBranch],
      description: `Plans ${environment}`,
      policy: planPolicy(props, states),
      managed: readOnly,
    });
    this.deploy = new DeliveryRole(this, "deploy", {
      ...trust,
      holders: [{ kind: "environment", environment, branch }],
      description: `Deploys ${environment} from ${branch}`,
      policy: deployPolicy(props, states, boundary),
      boundary,
    });
    this.push = new DeliveryRole(this, "push", {
      ...trust,
      holders: [onBranch],
      description: `Pushes images of ${environment} from ${branch}`,
      policy: pushPolicy(props),
      boundary,
    });
  }
}
