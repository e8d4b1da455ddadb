import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { Construct } from "constructs";
import { audience, issuer } from "./trust.ts";

export interface GithubProviderProps {
  /**
   * Audiences that the account's provider has already, for others than Mainstay. They stay.
   *
   * @default none
   */
  readonly audiences?: readonly string[];
}

/**
 * Has an account believe what GitHub says of its jobs. No secret is exchanged or kept.
 *
 * An account has one of these at most: where it is there already, import it to the address of {@link provider} (pain 29).
 */
export class GithubProvider extends Construct {
  readonly account: DataAwsCallerIdentity;
  readonly provider: IamOpenidConnectProvider;
  readonly arn: string;

  constructor(scope: Construct, id: string, { audiences = [] }: GithubProviderProps = {}) {
    super(scope, id);
    this.account = new DataAwsCallerIdentity(this, "account", {});
    this.provider = new IamOpenidConnectProvider(this, "provider", {
      url: `https://${issuer}`,
      clientIdList: [...new Set([audience, ...audiences])].toSorted(),
      // WHY no thumbprint: IAM trusts GitHub's certificate by its authorities, and ignores the list (IAM guide, thumbprints). WHY ignored: an
      // imported provider has one, and may have another owner's tags. WHY protected: roles that are not Mainstay's may trust it as well.
      lifecycle: { ignoreChanges: ["thumbprint_list", "tags", "tags_all"], preventDestroy: true },
    });
    this.arn = this.provider.arn;
  }
}

/** What the account's provider is imported by. */
export function providerArn(account: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${issuer}`;
}
