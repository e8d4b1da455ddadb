import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { providerArn } from "@mainstay/github-oidc";
import type { AccountProps, Place } from "../account.ts";
import type { Found } from "../account-stack.ts";
import { identitiesOf } from "../deliveries.ts";
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

/** What the account has already of what it can have once only: by its names, so that it needs no state. */
export async function find(props: AccountProps & { readonly state: Place }, bucket: Bucket): Promise<Found> {
  const name = props.state.bucket;
  const buckets: string[] = [];
  for (const each of [name, `${name}-logs`]) if (await bucket.exists(each)) buckets.push(each);
  const key = buckets.includes(name) ? keyId(await bucket.encryptionKey(), props) : undefined;
  // WHY this region: IAM is answered there, whatever region is asked for.
  const client = new IAMClient({ region: "us-east-1" });
  try {
    const audiences = await audiencesOf(client, props.account);
    const identities = await identitiesIn(client, props);
    return { buckets, identities, ...(audiences !== undefined && { audiences }), ...(key !== undefined && { key }) };
  } finally {
    client.destroy();
  }
}

/** The id of a key of the account's own, which is where an earlier run has made it. */
function keyId(
  arn: string | undefined,
  { account, state }: AccountProps & { readonly state: Place },
): string | undefined {
  const own = `arn:aws:kms:${state.region}:${account}:key/`;
  return arn?.startsWith(own) === true ? arn.slice(own.length) : undefined;
}

async function audiencesOf(client: IAMClient, account: string): Promise<readonly string[] | undefined> {
  const found = await unlessMissing(
    client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn(account) })),
  );
  return found === undefined ? undefined : (found.ClientIDList ?? []);
}

async function identitiesIn(client: IAMClient, props: AccountProps & { readonly state: Place }): Promise<string[]> {
  const found: string[] = [];
  for (const environment of Object.keys(props.environments)) {
    const { boundary, ...roles } = identitiesOf(props, environment);
    if ((await unlessMissing(client.send(new GetPolicyCommand({ PolicyArn: boundary })))) !== undefined)
      found.push(boundary);
    for (const role of Object.values(roles)) {
      const RoleName = role.slice(role.indexOf("/") + 1);
      if ((await unlessMissing(client.send(new GetRoleCommand({ RoleName })))) !== undefined) found.push(role);
    }
  }
  return found;
}

async function unlessMissing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}
