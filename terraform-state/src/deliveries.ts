import { fitName, type Region } from "@mainstay/core";
import type { AccountProps, Place } from "./account.ts";

/** What a workflow has to know of an environment. */
export interface Delivery {
  readonly environment: string;
  readonly account: string;
  readonly region: Region;
  readonly production: boolean;
  /** ARNs. */
  readonly planRole: string;
  readonly deployRole: string;
  readonly pushRole: string;
}

/** ARNs of what an account has for one environment. */
export interface Identities {
  readonly plan: string;
  readonly deploy: string;
  readonly push: string;
  readonly boundary: string;
}

/** WHY worked out: an account whose state is lost is asked for them by their names. */
export function identitiesOf(
  { name, account, state }: Pick<AccountProps, "name" | "account"> & { readonly state: Place },
  environment: string,
): Identities {
  const arn = (kind: "role" | "policy", rule: "iamRole" | "iamPolicy", word: string) =>
    `arn:aws:iam::${account}:${kind}/${fitName(rule, [`${name}-account`, state.region, environment, word])}`;
  const role = (word: string) => arn("role", "iamRole", word);
  return {
    plan: role("plan"),
    deploy: role("deploy"),
    push: role("push"),
    boundary: arn("policy", "iamPolicy", "boundary"),
  };
}

/**
 * Every environment of some accounts.
 *
 * WHY the roles are worked out: their names depend on the file alone, so that no one has to copy ARNs into settings of GitHub.
 */
export function deliveriesOf(accounts: readonly (AccountProps & { readonly state: Place })[]): Delivery[] {
  return accounts.flatMap((props) =>
    Object.entries(props.environments).map(([environment, { region, production = false }]) => {
      const { plan: planRole, deploy: deployRole, push: pushRole } = identitiesOf(props, environment);
      return { environment, account: props.account, region, production, planRole, deployRole, pushRole };
    }),
  );
}
