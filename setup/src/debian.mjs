import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * What the tests need beyond Node, Python and Terraform: the command that proves a package is there, and the package.
 *
 * @type {readonly { readonly command: string, readonly package: string, readonly why: string }[]}
 */
export const debianTools = [
  { command: "mariadbd", package: "mariadb-server-core", why: "the API's database in tests" },
  { command: "my_print_defaults", package: "mariadb-client-core", why: "makes that database's files" },
  { command: "openssl", package: "openssl", why: "gives that database a certificate" },
  { command: "haproxy", package: "haproxy", why: "the load balancer of the lab" },
  { command: "buildah", package: "buildah", why: "builds the API's image" },
  { command: "podman", package: "podman", why: "runs the API's image" },
  { command: "runc", package: "runc", why: "podman's runtime in containers and CI runners" },
];

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {typeof debianTools}
 */
export function absentTools(env) {
  const folders = [...(env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return debianTools.filter(({ command }) => !folders.some((folder) => existsSync(`${folder}/${command}`)));
}

/** Whether this machine lets set-up install packages: Debian or a child of it, as root. */
export function mayInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/**
 * @param {readonly string[]} packages
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} What went wrong, if anything did.
 */
export function install(packages, env) {
  const quiet = {
    // WHY: with a run level of 1 the packages' servers are not started; the tests start private ones.
    env: { ...env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
    encoding: /** @type {const} */ ("utf8"),
  };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  const args = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  const { status, stdout, stderr } = spawnSync("apt-get", args, quiet);
  return status === 0 ? undefined : `${stdout}${stderr}`.trim().split("\n").slice(-5).join("\n");
}
