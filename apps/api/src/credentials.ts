import {
  type CredentialSource,
  type Credentials,
  fileCredentials,
  secretCredentials,
} from "@mainstay/mysql-resilience";
import type { DatabaseLogin } from "./config.ts";

/** As whom to enter the database: asked for every new connection, so that a rotation needs no restart. */
export function credentialsOf(login: DatabaseLogin): Credentials | CredentialSource {
  if ("credentialsFile" in login) return fileCredentials(login.credentialsFile);
  if ("secret" in login) return secretCredentials(() => fetchSecret(login.secret));
  const { user, password } = login;
  return { user, password };
}

/** What to enter with now, for a connection outside of the pool. */
export async function currentCredentials(login: DatabaseLogin): Promise<Credentials> {
  const credentials = credentialsOf(login);
  return typeof credentials === "function" ? credentials({ fresh: true }) : credentials;
}

/** WHY the import only then: without a secret of AWS, its client would be memory for nothing. */
async function fetchSecret(arn: string): Promise<string> {
  const { readSecret } = await import("./secrets-manager.ts");
  return readSecret(arn);
}
