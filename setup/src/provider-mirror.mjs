import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsProviderVersion } from "./versions.mjs";

/**
 * A directory that holds the AWS provider for this platform in the layout of a Terraform filesystem mirror, if there is one.
 *
 * Looks where Terraform looks by itself, and one folder deep where administrators put such things.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} [shelves] Folders whose children may be a mirror.
 * @returns {string | undefined}
 */
export function findMirror(env, shelves = ["/opt", "/srv", "/usr/local/share", "/usr/local/lib", "/var/lib"]) {
  const home = env.HOME ?? "/";
  const named = env.MAINSTAY_TERRAFORM_MIRROR;
  const candidates = [
    ...(named === undefined ? [] : [named]),
    join(home, ".terraform.d/plugins"),
    join(env.XDG_DATA_HOME ?? join(home, ".local/share"), "terraform/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    ...shelves.flatMap(folders),
  ];
  return candidates.find((path) => existsSync(packageIn(path)));
}

/**
 * Makes `light` a mirror whose provider is a script, which runs `command` with the path of the provider in `mirror`, if that has one.
 * Answers whether it has.
 *
 * @param {string} mirror In the layout of a filesystem mirror, unpacked.
 * @param {string} light A folder of ours.
 * @param {(provider: string) => readonly string[]} command Gets Terraform's arguments after its own.
 */
export function lightenMirror(mirror, light, command) {
  const [heavy, folder] = [packageIn(mirror), packageIn(light)];
  const program = existsSync(heavy) && readdirSync(heavy).find((name) => name.startsWith("terraform-provider-aws"));
  if (!program) return false;
  mkdirSync(folder, { recursive: true });
  const words = command(join(heavy, program)).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // WHY exec: Terraform ends the process that it has started.
  writeFileSync(join(folder, program), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  return true;
}

/**
 * The CLI configuration for `mirror`, or for downloads into one shared cache where there is none.
 *
 * WHY no cache beside a mirror: every `terraform init` would renew its entry, while others that began at the same time read it.
 *
 * @param {string | undefined} mirror
 * @param {string} cache
 */
export function terraformConfig(mirror, cache) {
  if (mirror === undefined) {
    return `plugin_cache_dir = ${JSON.stringify(cache)}\nplugin_cache_may_break_dependency_lock_file = true\n`;
  }
  const aws = '["registry.terraform.io/hashicorp/aws"]';
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ${aws}
  }
  direct {
    exclude = ${aws}
  }
}
`;
}

/**
 * Whether the machine's owner has already said where providers come from; then that holds.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} own Our own configurations. WHY: a shell that has sourced the rehearsal's `env.sh` names one, which says
 *   nothing about the owner.
 */
export function isConfigured(env, own) {
  const named = own.includes(env.TF_CLI_CONFIG_FILE ?? "") ? undefined : env.TF_CLI_CONFIG_FILE;
  const file = named ?? join(env.HOME ?? "/", ".terraformrc");
  return existsSync(file) && readFileSync(file, "utf8").includes("provider_installation");
}

/** @param {string} mirror */
function packageIn(mirror) {
  return join(mirror, "registry.terraform.io/hashicorp/aws", awsProviderVersion, platform());
}

function platform() {
  const architecture = { x64: "amd64", arm64: "arm64" }[/** @type {"x64" | "arm64"} */ (process.arch)] ?? process.arch;
  return `${process.platform}_${architecture}`;
}

/**
 * @param {string} shelf
 * @returns {string[]}
 */
function folders(shelf) {
  try {
    return readdirSync(shelf, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(shelf, entry.name));
  } catch {
    return [];
  }
}
