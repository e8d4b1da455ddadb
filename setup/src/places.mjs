import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** The repository. */
export const root = resolve(import.meta.dirname, "../..");

/** Everything that set-up makes, in one ignored folder: delete it to begin anew. */
export const home = join(root, ".mainstay");

export const places = {
  stamps: join(home, "stamps.json"),
  pnpm: join(home, "pnpm"),
  python: join(home, "python"),
  checkov: join(home, "checkov"),
  zizmor: join(home, "zizmor"),
  terraformConfig: join(home, "terraform.rc"),
  pluginCache: join(home, "terraform-plugins"),
  /** For Terraform on a local AWS; @mainstay/emulator looks for it. */
  localConfig: join(home, "local-aws.rc"),
  localMirror: join(home, "local-plugins"),
  lightProvider: join(home, "light-provider"),
};

/**
 * The environment in which every tool of the project runs: Node 24, pnpm and the AWS CLI first on the path, no telemetry,
 * Terraform with the mirror or cache that set-up found.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(env) {
  const own = [join(root, "node_modules/.bin"), join(places.pnpm, "node_modules/.bin"), join(places.python, "bin")];
  const path = [...own, ...(env.PATH ?? "").split(delimiter).filter((folder) => !own.includes(folder))];
  return {
    ...env,
    PATH: path.join(delimiter),
    CHECKPOINT_DISABLE: "1",
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    CDKTF_HOME: join(home, "cdktf"),
    NODE_COMPILE_CACHE: join(home, "compile-cache"),
    MAINSTAY_PYTHON: join(places.python, "bin/python"),
    // WHY: a provider from the cache is otherwise downloaded again for each stack without a lock file.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
    ...(existsSync(places.terraformConfig) && { TF_CLI_CONFIG_FILE: places.terraformConfig }),
  };
}
