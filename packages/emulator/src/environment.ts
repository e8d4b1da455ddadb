/** Variables for a child process. `undefined` removes one that this process has; `spawn` and execa both do so. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Removed even where the caller's own environment lacks them: each would outrank the keys below, or fail without its file. */
const identities = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/**
 * The variables that send Terraform, the AWS CLI and every AWS SDK to the local AWS, and keep them from a real one.
 *
 * WHY all of the caller's `AWS_*` go: a profile, a session token or an endpoint left in a shell must never mix with these. The region goes
 * too: a stack states its own.
 */
export function awsEnvironment(
  endpoint: string,
  routes: Readonly<Record<string, string>> = {},
  caller: NodeJS.ProcessEnv = process.env,
): Environment {
  const inherited = [...Object.keys(caller).filter((name) => name.startsWith("AWS_")), ...identities];
  const services = Object.entries(routes).map(([service, url]) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, url]);
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    AWS_ENDPOINT_URL: endpoint,
    ...Object.fromEntries(services),
    AWS_ACCESS_KEY_ID: "local-aws",
    AWS_SECRET_ACCESS_KEY: "no-real-account",
    // WHY: names that cannot hold a profile. An empty string would mean the default, ~/.aws.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    // WHY: Python's clients would ask a proxy for a loopback address.
    NO_PROXY: withLoopback(caller.NO_PROXY),
    no_proxy: withLoopback(caller.no_proxy ?? caller.NO_PROXY),
  };
}

function withLoopback(list = ""): string {
  const hosts = list.split(",").filter((host) => host !== "");
  return [...new Set([...hosts, "127.0.0.1", "localhost"])].join(",");
}
