import { adopted, EnvironmentStack, released, type State } from "@mainstay/core";
import { EnvironmentRoles, GithubProvider, providerArn } from "@mainstay/github-oidc";
import { type App, TerraformOutput } from "cdktf";
import type { AccountProps, Place } from "./account.ts";
import { identitiesOf } from "./deliveries.ts";
import { StateStore } from "./store/state-store.ts";

/** What the account has already that must not be made a second time. */
export interface Found {
  /** Buckets that exist and are the account's own. */
  readonly buckets: readonly string[];
  /** Audiences of its provider for GitHub; undefined where it has none. */
  readonly audiences?: readonly string[];
  /** ARNs of its roles and permission boundaries that an earlier run has made. */
  readonly identities?: readonly string[];
  /** Id of the key that the states in the bucket are encrypted with. */
  readonly key?: string;
}

export const nothingFound: Found = { buckets: [] };

/** What an account needs once, before any environment: a place for states, and the roles that deliver. */
export class AccountStack extends EnvironmentStack {
  readonly store: StateStore;
  readonly github: GithubProvider;
  readonly roles: Readonly<Record<string, EnvironmentRoles>>;

  /** @param state where the stack's own state is: it begins on this machine, since the bucket is not there yet. */
  constructor(app: App, props: AccountProps & { readonly state: Place }, state: State, found: Found = nothingFound) {
    const { name, account, cost, state: place } = props;
    const { region, bucket } = place;
    super(app, { blueprint: name, name: "account", region, life: "account", state, cost, account });
    this.store = new StateStore(this, "store", { bucket, account });
    this.github = new GithubProvider(this, "github", { audiences: found.audiences ?? [] });
    this.roles = Object.fromEntries(Object.keys(props.environments).map((one) => [one, this.rolesOf(one, props)]));
    // WHY not deleted: roles of environments carry it until they are deployed with the boundary of their own. AWS refuses to delete it before.
    released(this, "aws_iam_policy.boundary_policy");
    this.adopt(found, props);
    this.say();
  }

  private rolesOf(environment: string, props: AccountProps): EnvironmentRoles {
    return new EnvironmentRoles(this, environment, {
      provider: this.github.arn,
      repository: props.repository,
      account: props.account,
      environment,
      branch: props.environments[environment]?.branch ?? "main",
      states: { bucket: this.store.states.arn, prefix: statePrefix(environment), key: this.store.key.arn },
      deliverers: `${this.environment}-`,
    });
  }

  private adopt(
    { buckets, audiences, identities = [], key }: Found,
    props: AccountProps & { readonly state: Place },
  ): void {
    for (const each of [this.store.states, this.store.logs]) {
      const name = each.bucket.bucketInput ?? "";
      if (buckets.includes(name)) adopted(this, { to: addressOf(each.bucket), id: name });
    }
    if (audiences !== undefined) adopted(this, { to: addressOf(this.github.provider), id: providerArn(props.account) });
    // WHY: a second key would leave the first one to whoever finds it, with every old version of a state that it opens.
    if (key !== undefined) adopted(this, { to: addressOf(this.store.key), id: key });
    for (const [environment, { boundary, plan, deploy, push }] of Object.entries(this.roles)) {
      const arns = identitiesOf(props, environment);
      if (identities.includes(arns.boundary)) adopted(this, { to: addressOf(boundary.policy), id: arns.boundary });
      for (const [word, { role }] of Object.entries({ plan, deploy, push }))
        if (identities.includes(arns[word as keyof typeof arns]))
          adopted(this, { to: addressOf(role), id: role.nameInput ?? "" });
    }
  }

  private say(): void {
    new TerraformOutput(this, "state-key", { value: this.store.key.arn });
    for (const [environment, { boundary, plan, deploy, push }] of Object.entries(this.roles)) {
      new TerraformOutput(this, `${environment}-permission-boundary`, { value: boundary.arn });
      new TerraformOutput(this, `${environment}-roles`, {
        value: { plan: plan.arn, deploy: deploy.arn, push: push.arn },
      });
    }
  }
}

/** `clinic-dev` keeps its states in `clinic/dev/`: the first word is its blueprint. */
export function statePrefix(environment: string): string {
  return `${environment.replace("-", "/")}/`;
}

function addressOf(resource: { readonly terraformResourceType: string; readonly friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
