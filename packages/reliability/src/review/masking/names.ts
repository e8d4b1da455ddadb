/** Words that say that a value is secret, alone in a name or in a pair: `db_password`, `apiKey`, `AUTH_TOKEN`. */
const words = new Set(
  "password passwords passwd pwd passphrase secret secrets token tokens credential credentials apikey dsn".split(" "),
);
const pairs = new Set(
  "api_key private_key access_key secret_key shared_key signing_key license_key account_key auth_key connection_string connection_uri webhook_url".split(
    " ",
  ),
);

/** Last words of names that speak about a secret without being it. */
const about = new Set(
  "arn arns id ids name names version versions policy length type types rotation days day enabled window ttl seconds minutes hours validity units unit algorithm status count endpoint lifetime expiration from age size duration prevention".split(
    " ",
  ),
);

/** Arguments of hashicorp/aws that are called like a secret and are a setting. */
const settings = new Set(
  "http_tokens manage_master_user_password token_key token_use token_type max_token max_tokens overlap_tokens".split(
    " ",
  ),
);

/** Whether the name of an attribute, or a key of a map, says that its value is secret. */
export function isSecretName(name: string): boolean {
  const parts = partsOf(name);
  const last = parts.at(-1) ?? "";
  if (about.has(last) || settings.has(parts.join("_"))) return false;
  return parts.some((part, index) => words.has(part) || pairs.has(`${part}_${parts[index + 1] ?? ""}`));
}

/** `dbPassword`, `DB-PASSWORD` and `db_password` as `["db", "password"]`. */
function partsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "");
}
