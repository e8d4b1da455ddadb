import { readFile } from "node:fs/promises";

/** Who connects. In no event, error or metric of this package. */
export interface Credentials {
  /** The server's name for the user, without a host. */
  readonly user: string;
  /** As text; what the server's plugin makes of it is mysql2's business. Empty: none. */
  readonly password: string;
}

/**
 * Asked before every new connection; a rotation needs no restart.
 *
 * `fresh` is set after the server refused what was given before: look behind any cache. When it throws, the attempt to connect has
 * failed, as if the server were away: it is asked again at the next one, and the error is the `cause` of what callers get.
 */
export type CredentialSource = (request: { readonly fresh: boolean }) => Credentials | Promise<Credentials>;

/**
 * Reads the file each time: a mounted secret, or what an agent keeps up to date. It holds the JSON of Secrets Manager's database
 * secrets; other fields than `username` and `password` are ignored.
 *
 * @param path of a file that is there when a connection is made; it may come later than the pool
 */
export function fileCredentials(path: string): CredentialSource {
  return async () => parseSecret(await readFile(path, "utf8"));
}

/** How {@link secretCredentials} keeps what it fetched. */
export interface SecretOptions {
  /**
   * Milliseconds for which one answer serves all new connections. Lower notices a rotation before the server refuses, and asks more.
   *
   * @default 60_000
   */
  readonly cacheMs?: number;
}

/**
 * Asks `fetchSecret` for the JSON of a database secret, and keeps it for a while; for longer where it cannot be fetched again. A password
 * that the server refuses is never kept.
 *
 * @example
 * secretCredentials(async () => {
 *   const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
 *   return SecretString ?? "";
 * });
 */
export function secretCredentials(
  fetchSecret: () => Promise<string>,
  { cacheMs = 60_000 }: SecretOptions = {},
): CredentialSource {
  let cached: { readonly until: number; readonly credentials: Promise<Credentials> } | undefined;
  let good: Credentials | undefined;
  const fetched = async (fresh: boolean) => {
    try {
      good = parseSecret(await fetchSecret());
      return good;
    } catch (error) {
      // WHY: the way to the secret may be gone while the database is well, and the password is most likely still the same.
      if (fresh || good === undefined) throw error;
      return good;
    }
  };
  return ({ fresh }) => {
    if (cached !== undefined && !fresh && performance.now() < cached.until) return cached.credentials;
    const credentials = fetched(fresh);
    const entry = { until: performance.now() + cacheMs, credentials };
    cached = entry;
    credentials.catch(() => {
      if (cached === entry) cached = undefined;
    });
    return credentials;
  };
}

/**
 * The JSON of a Secrets Manager database secret: `{"username": ..., "password": ...}`.
 *
 * WHY no `cause`: the message of a JSON error quotes the text, which is the secret.
 *
 * @throws when it is something else, without saying what it is.
 */
export function parseSecret(text: string): Credentials {
  let secret: unknown;
  try {
    secret = JSON.parse(text);
  } catch {
    secret = undefined;
  }
  if (isSecret(secret)) return { user: secret.username, password: secret.password };
  throw new Error('a database secret is JSON with "username" and "password", both text');
}

function isSecret(secret: unknown): secret is { readonly username: string; readonly password: string } {
  if (typeof secret !== "object" || secret === null) return false;
  const { username, password } = secret as Record<string, unknown>;
  return typeof username === "string" && typeof password === "string";
}
