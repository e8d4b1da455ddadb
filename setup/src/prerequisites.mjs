import { spawnSync } from "node:child_process";
import { atLeast, required } from "./versions.mjs";

/**
 * What a machine says about itself: first output line of a command, or undefined where there is none.
 *
 * @typedef {(command: string, args: readonly string[]) => string | undefined} Ask
 */

/** @type {Ask} */
export const askMachine = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? `${stdout}${stderr}` : undefined;
};

const tools = [
  {
    name: "Node",
    least: required.node,
    command: "node",
    args: ["--version"],
    fix: "install Node 20 or later from https://nodejs.org or your package manager",
  },
  {
    name: "Python",
    least: required.python,
    command: "python3",
    args: ["--version"],
    fix: "install Python 3.11 or later, on Debian: apt-get install python3 python3-venv",
  },
  {
    name: "Terraform",
    least: required.terraform,
    command: "terraform",
    args: ["version"],
    fix: "install Terraform 1.11 or later from https://developer.hashicorp.com/terraform/install",
  },
];

// Debian has it in a package of its own.
const venvMissing = "Python's venv is missing: on Debian: apt-get install python3-venv.";

/**
 * One line per tool that the machine lacks, with the fix; empty where all are there.
 *
 * @param {Ask} ask
 * @returns {string[]}
 */
export function missing(ask) {
  const venv =
    ask("python3", ["--version"]) !== undefined && ask("python3", ["-c", "import venv, ensurepip"]) === undefined;
  return [...tools.flatMap((tool) => lineFor(tool, ask)), ...(venv ? [venvMissing] : [])];
}

/**
 * @param {typeof tools[number]} tool
 * @param {Ask} ask
 */
function lineFor({ name, least, command, args, fix }, ask) {
  const answer = ask(command, args);
  if (answer === undefined) return [`${name} is missing: ${fix}.`];
  const version = versionIn(answer);
  if (version !== undefined && atLeast(version, least)) return [];
  return [`${name} ${version ?? "of unknown version"} is too old, ${least} is the least: ${fix}.`];
}

/**
 * @param {string} text
 * @returns {string | undefined}
 */
export function versionIn(text) {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}
