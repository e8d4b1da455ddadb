import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { contract } from "@mainstay/contract";

/** WHY three quarters of the time to connect: the answer is part of making a connection. */
const answerMs = contract.database.connectTimeoutMs * 0.75;

let client: SecretsManagerClient | undefined;

/**
 * Asks AWS for the text of a secret, as the role of the task. The region is the one that the ARN names.
 *
 * @throws what AWS says, or that there is no text
 */
export async function readSecret(arn: string): Promise<string> {
  client ??= new SecretsManagerClient({ region: regionOf(arn), maxAttempts: 2 });
  const request = new GetSecretValueCommand({ SecretId: arn });
  const { SecretString } = await client.send(request, { requestTimeout: answerMs });
  if (SecretString === undefined) throw new Error("the secret has no text");
  return SecretString;
}

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`. */
export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}
