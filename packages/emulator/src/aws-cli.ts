import { dirname, join } from "node:path";
import { execa } from "execa";
import type { LocalAws } from "./local-aws.ts";
import { pythonPath } from "./python.ts";

/**
 * The AWS CLI on a local AWS, as people would type it.
 *
 * @param words `aws` is not one of them; `--region` may be
 * @param region where there is no `--region`; by default the one of the local AWS's environment
 * @returns what it printed as JSON; nothing where it printed nothing
 * @throws what the CLI says, when it fails
 */
export async function awsCli(
  { env }: Pick<LocalAws, "env">,
  words: readonly string[],
  region?: string,
): Promise<unknown> {
  const { stdout } = await execa(join(dirname(pythonPath()), "aws"), [...words, "--output", "json"], {
    env: { ...env, ...(region !== undefined && { AWS_DEFAULT_REGION: region }) },
  });
  return stdout === "" ? undefined : JSON.parse(stdout);
}
