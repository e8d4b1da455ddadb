import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { Aspects, type TerraformElement, TerraformStack } from "cdktf";
import { type Construct, Node } from "constructs";
import { addressName } from "./address.ts";
import { keepState, type State } from "./state.ts";
import { type CostTags, stackTags } from "./tags.ts";
import type { Region } from "./zone.ts";

/**
 * What a stack lives as long as. Data outlives services; nothing depends on something that lives shorter.
 *
 * `backup` holds copies of `data`, `failover` decides between two regions and `latch` keeps that decision (both in us-east-1),
 * `monitoring` watches all others. `account` is what an account has once for all environments: where states are, and who may deploy.
 */
export type Life = "account" | "network" | "data" | "backup" | "failover" | "edge" | "service" | "latch" | "monitoring";

export interface EnvironmentStackProps {
  /** The architecture, for example `clinic`. */
  readonly blueprint: string;
  /** Unique per blueprint, for example `dev`. */
  readonly name: string;
  readonly region: Region;
  readonly life: Life;
  readonly state: State;
  readonly cost: CostTags;
  /**
   * The account that may be touched, 12 digits; Terraform refuses every other one.
   *
   * @default any account that the credentials belong to
   */
  readonly account?: string;
  /**
   * ARN of the policy that every role of the stack is bounded by, as `npm run bootstrap` prints it.
   *
   * @default none: whoever deploys may make roles that can do anything
   */
  readonly permissionBoundary?: string;
}

/**
 * One Terraform state: a region and a life of an environment, with its provider, backend and tags.
 *
 * Its id, `clinic-dev-eu-west-1-network`, is what `cdktf deploy` takes.
 */
export class EnvironmentStack extends TerraformStack {
  /** Prefix of every name: `clinic-dev`. */
  readonly environment: string;
  readonly region: Region;
  readonly tags: Record<string, string>;
  readonly provider: AwsProvider;

  private readonly account: string | undefined;
  private readonly elsewhere = new Map<Region, AwsProvider>();

  constructor(scope: Construct, props: EnvironmentStackProps) {
    const { blueprint, name, region, life, state, cost, account } = props;
    const environment = `${blueprint}-${name}`;
    super(scope, `${environment}-${region}-${life}`);
    this.environment = environment;
    this.region = region;
    this.account = account;
    this.tags = stackTags({ blueprint, environment: name, life, cost });
    // WHY: cdktn refuses what came later than its least Terraform, unless it is told; cdktf does not ask.
    this.node.setContext("targetVersions", { terraform: ">=1.11.0" });
    this.provider = this.createProvider("aws", region);
    keepState(this, state, `${blueprint}/${name}/${region}/${life}`, region);
    // WHY: write-only arguments and S3 locks came with 1.11.
    this.addOverride("terraform.required_version", ">= 1.11");
    if (props.permissionBoundary !== undefined) bound(this, props.permissionBoundary);
  }

  /**
   * The provider for a resource of this stack that AWS wants in another region: a copy, a replica.
   *
   * What belongs to another region for its whole life gets a stack there instead.
   */
  providerFor(region: Region): AwsProvider {
    if (region === this.region) return this.provider;
    const provider = this.elsewhere.get(region) ?? this.createProvider(`aws-${region}`, region, region);
    this.elsewhere.set(region, provider);
    return provider;
  }

  private createProvider(id: string, region: Region, alias?: string): AwsProvider {
    const { account, tags } = this;
    return new AwsProvider(this, id, {
      region,
      ...(alias !== undefined && { alias }),
      defaultTags: [{ tags }],
      ...(account !== undefined && { allowedAccountIds: [account] }),
    });
  }

  /** The path below the stack, joined by `_`: `aws_subnet.network_public-eu-west-1a`. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = element instanceof Node ? element : element.node;
    return addressName(node.scopes.slice(this.node.scopes.length).map((scope) => scope.node.id));
  }
}

/**
 * The tags of the stack that `construct` lives in.
 *
 * The provider's `default_tags` reach everything but what AWS creates later by itself: instances and volumes of a launch
 * template, instances of an Auto Scaling group. Those need them spelled out.
 */
export function tagsOf(construct: Construct): Record<string, string> {
  const stack = TerraformStack.of(construct);
  return stack instanceof EnvironmentStack ? stack.tags : {};
}

/** The provider with which a resource of `construct`'s stack is made in `region`. */
export function providerFor(construct: Construct, region: Region): AwsProvider {
  const stack = TerraformStack.of(construct);
  if (stack instanceof EnvironmentStack) return stack.providerFor(region);
  throw new Error(`${construct.node.path} needs providers: put it into an EnvironmentStack.`);
}

/** The region of the stack that `construct` lives in. */
export function regionOf(construct: Construct): Region {
  const stack = TerraformStack.of(construct);
  if (stack instanceof EnvironmentStack) return stack.region;
  throw new Error(`${construct.node.path} needs a region: put it into an EnvironmentStack.`);
}

/** WHY for all at once: a role that a module, or a user's own construct, makes without the boundary would be refused in the middle of a deployment. */
function bound(stack: TerraformStack, boundary: string): void {
  Aspects.of(stack).add({
    visit: (construct) => {
      if (construct instanceof IamRole && construct.permissionsBoundaryInput === undefined) {
        construct.permissionsBoundary = boundary;
      }
    },
  });
}
