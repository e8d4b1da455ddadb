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

/**
 * Every environment of some accounts.
 *
 * WHY the roles are worked out: their names depend on the file alone, so that no one has to copy ARNs into settings of GitHub.
 */
export function deliveriesOf(accounts: readonly (AccountProps & { readonly state: Place })[]): Delivery[] {
  return accounts.flatMap(({ name, account, state, environments }) =>
    Object.entries(environments).map(([environment, { region, production = false }]) => {
      const role = (kind: string) =>
        `arn:aws:iam::${account}:role/${fitName("iamRole", [`${name}-account`, state.region, environment, kind])}`;
      const roles = { planRole: role("plan"), deployRole: role("deploy"), pushRole: role("push") };
      return { environment, account, region, production, ...roles };
    }),
  );
}
