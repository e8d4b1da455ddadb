import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.mjs";

/** The least that works, of what only the machine can bring. */
export const required = { node: "20.0.0", python: "3.11.0", terraform: "1.11.0" };

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Pinned in package.json, once. @type {string} */
export const pnpmVersion = manifest.devEngines.packageManager.version;

/** Major version of Node that the tools run on. */
export const nodeMajor = 24;

/** What installs the Python tools. */
export const pipVersion = "26.3";

/** hashicorp/aws that the bindings in use were made from; the same as `terraformProviderVersion` of @cdktf/provider-aws. */
export const awsProviderVersion = "5.100.0";

/**
 * Whether version `have` is `least` or later.
 *
 * @param {string} have
 * @param {string} least
 */
export function atLeast(have, least) {
  const [a, b] = [have, least].map((text) => text.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
