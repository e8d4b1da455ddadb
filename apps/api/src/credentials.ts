import { contract } from "@mainstay/contract";
import {
  type CredentialSource,
  type Credentials,
  DatabaseUnavailable,
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

/**
 * What to enter with now, for a connection outside of the pool.
 *
 * @throws {DatabaseUnavailable} when it cannot be read
 */
export async function currentCredentials(login: DatabaseLogin): Promise<Credentials> {
  const credentials = credentialsOf(login);
  if (typeof credentials !== "function") return credentials;
  try {
    return await credentials({ fresh: true });
  } catch (cause) {
    throw new DatabaseUnavailable("unreachable", contract.health.interval * 1000, { cause });
  }
}

/** WHY the import only then: without a secret of AWS, its client would be memory for nothing. */
async function fetchSecret(arn: string): Promise<string> {
  const { readSecret } = await import("./secrets-manager.ts");
  return readSecret(arn);
}
