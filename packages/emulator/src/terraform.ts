import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Environment } from "./environment.ts";
import { repositoryRoot } from "./root.ts";
import { withSharedProvider } from "./shared-provider.ts";

export interface TerraformResult {
  /** Exit code; -1 when it was killed. Of `plan -detailed-exitcode`: 0 no change, 1 error, 2 changes. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformOptions {
  /**
   * Told each line of both streams as it comes.
   *
   * @default nobody is told
   */
  readonly log?: (line: string) => void;
  /** Ends Terraform and all that it started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs Terraform in `directory` and answers what it said; a failure is an answer, not an exception.
 *
 * @param env added to this process's own variables; `undefined` removes one.
 */
export async function terraform(
  directory: string,
  args: readonly string[],
  env: Environment,
  { log = () => {}, signal }: TerraformOptions = {},
): Promise<TerraformResult> {
  const tell = function* (line: unknown) {
    log(String(line));
    yield line;
  };
  const {
    exitCode = -1,
    stdout,
    stderr,
    code,
  } = await execa("terraform", args, {
    cwd: directory,
    env: { ...(await withSharedProvider(env, directory)) },
    stdin: "ignore",
    stdout: tell,
    stderr: tell,
    reject: false,
    // WHY: Terraform runs each provider as a child, which would go on alone.
    killDescendants: true,
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  if (code === "ENOENT") {
    throw new Error(
      "Terraform is not installed, or not on the PATH: https://developer.hashicorp.com/terraform/install",
    );
  }
  return { code: exitCode, stdout, stderr };
}

/** `result`, where Terraform did what it was asked. @throws Error with the end of what it said otherwise; `where` begins it. */
export function succeeded(result: TerraformResult, where = "terraform"): TerraformResult {
  const { code, stdout, stderr } = result;
  if (code !== 0) throw new Error(`${where} ended with ${code}\n${stdout.slice(-3000)}\n${stderr}`);
  return result;
}

/** What Terraform prints in a directory, on a local AWS. @throws Error with what it said where it failed */
export async function terraformOn(
  aws: Parameters<typeof terraformEnvOn>[0],
  directory: string,
  ...args: readonly string[]
): Promise<string> {
  return succeeded(await terraform(directory, args, terraformEnvOn(aws)), `terraform ${args.join(" ")}`).stdout;
}

/**
 * Variables for Terraform and the cdktf CLI that make runs quiet, offline where possible, and free of the home directory.
 *
 * @param root the checkout: `.mainstay/terraform.rc` there names the provider mirror, unless the caller has `TF_CLI_CONFIG_FILE`.
 */
export function terraformEnv(root = repositoryRoot, caller: NodeJS.ProcessEnv = process.env): Environment {
  const configuration = [caller.TF_CLI_CONFIG_FILE, join(root, ".mainstay/terraform.rc")].find(
    (file) => file !== undefined && existsSync(file),
  );
  return {
    TF_CLI_CONFIG_FILE: configuration,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
    CDKTF_HOME: join(root, ".mainstay/cdktf"),
    CDKTF_LOG_LEVEL: "off",
    CI: "1",
    // WHY: a run is mostly the provider describing 1,500 resource types, then ending. Without collecting that garbage, which stays below
    // 700 MiB, it takes a quarter less CPU time.
    GOGC: caller.GOGC ?? "off",
    GOMEMLIMIT: caller.GOMEMLIMIT ?? "1GiB",
  };
}

/**
 * The same for a local AWS, whose own variables go with them.
 *
 * WHY another configuration where set-up made one: with it Terraform does not take the checksum of its provider, 700 MB, at every command,
 * nor hear of 1,500 types (docs/decisions/0008-light-provider.md).
 */
export function terraformEnvOn(
  aws: { readonly env: Environment; readonly provider?: Environment },
  root = repositoryRoot,
): Environment {
  const light = join(root, ".mainstay/local-aws.rc");
  return {
    ...terraformEnv(root),
    ...(existsSync(light) && { TF_CLI_CONFIG_FILE: light }),
    ...aws.env,
    ...aws.provider,
  };
}
