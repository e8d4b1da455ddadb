import { GetOpenIDConnectProviderCommand, IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { providerArn } from "@mainstay/github-oidc";
import type { AccountProps, Place } from "../account.ts";
import type { Found } from "../account-stack.ts";
import type { Bucket } from "../states/bucket.ts";
import { StateError } from "../states/state-file.ts";

/** @throws StateError where the credentials are none, or of another account. */
export async function mustBeIn(account: string, region: string): Promise<void> {
  const client = new STSClient({ region });
  try {
    const { Account: own } = await client.send(new GetCallerIdentityCommand({}));
    if (own === account) return;
    throw new StateError(`Your credentials are of account ${own}; the file says ${account}. Nothing was done.`);
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError(
      `AWS does not know who you are: ${(error as Error).message}\nLog in as for any AWS tool, and run it again.`,
    );
  } finally {
    client.destroy();
  }
}

/** What the account has already of what it can have once only. */
export async function find(props: AccountProps & { readonly state: Place }, bucket: Bucket): Promise<Found> {
  const name = props.state.bucket;
  const buckets: string[] = [];
  for (const each of [name, `${name}-logs`]) if (await bucket.exists(each)) buckets.push(each);
  const audiences = await audiencesOf(props.account);
  return { buckets, ...(audiences !== undefined && { audiences }) };
}

async function audiencesOf(account: string): Promise<readonly string[] | undefined> {
  // WHY this region: IAM is answered there, whatever region is asked for.
  const client = new IAMClient({ region: "us-east-1" });
  try {
    const arn = providerArn(account);
    const { ClientIDList = [] } = await client.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
    );
    return ClientIDList;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
