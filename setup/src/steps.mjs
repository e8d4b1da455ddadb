import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { absentTools, debianTools, install, mayInstall } from "./debian.mjs";
import { writeTypes } from "./light-provider/types.mjs";
import { home, places, root, toolEnvironment } from "./places.mjs";
import { findMirror, isConfigured, lightenMirror, terraformConfig } from "./provider-mirror.mjs";
import { awsProviderVersion, nodeMajor, pipVersion, pnpmVersion } from "./versions.mjs";

/**
 * One thing to prepare.
 *
 * @typedef {object} Step
 * @property {string} name What it brings, for people.
 * @property {() => string} key Changes when the step has to be repeated.
 * @property {() => boolean} present Whether its result is still there.
 * @property {() => string | void} make Does it; returns what is worth knowing; throws a {@link SetupError}.
 */

/** A set-up that cannot go on, with what to do. */
export class SetupError extends Error {}

/** @type {Step} */
const pnpm = {
  name: `pnpm ${pnpmVersion}`,
  key: () => pnpmVersion,
  present: () => existsSync(join(places.pnpm, "node_modules/.bin/pnpm")),
  make: () => {
    mkdirSync(places.pnpm, { recursive: true });
    writeFileSync(join(places.pnpm, "package.json"), "{}\n");
    run("npm", ["install", "--prefix", places.pnpm, "--no-fund", "--no-audit", `pnpm@${pnpmVersion}`], {
      fix: "npm must reach its registry: check the network or `npm config get registry`.",
    });
  },
};

/** @type {Step} */
const dependencies = {
  name: "dependencies, as locked",
  key: () => hash("pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"),
  present: () => existsSync(join(root, "node_modules/.bin/turbo")),
  make: () =>
    void run("pnpm", ["install", "--frozen-lockfile"], {
      fix: "If a package.json was changed on purpose, run `.mainstay/pnpm/node_modules/.bin/pnpm install` and commit the lockfile.",
    }),
};

/** @type {Step} */
const node = {
  name: `Node ${nodeMajor}`,
  key: () => String(nodeMajor),
  present: () => true,
  make: () => {
    const version = run("node", ["--version"], { fix: "" }).trim();
    // WHY: a frozen install silently skips the optional package that brings Node where there is none for this platform.
    if (!version.startsWith(`v${nodeMajor}.`)) {
      throw new SetupError(
        `The tools would run on Node ${version}; no packaged Node ${nodeMajor} exists for ${process.platform} ${process.arch}. ` +
          `Install Node ${nodeMajor} and put it first on the PATH.`,
      );
    }
    return version;
  },
};

const requirements = "packages/emulator/python/requirements.txt";

/** @type {Step} */
const localAws = {
  name: "local AWS (moto, MiniStack) and AWS CLI",
  key: () => hash(requirements),
  present: () => existsSync(join(places.python, "bin/moto_server")),
  make: () => {
    makePython(places.python, requirements);
  },
};

const policyRequirements = "packages/policy/requirements.txt";

/** @type {Step} */
const checkov = {
  name: "Checkov",
  key: () => hash(policyRequirements),
  present: () => existsSync(join(places.checkov, "bin/checkov")),
  make: () => makePython(places.checkov, policyRequirements),
};

const zizmorRequirements = "setup/zizmor.txt";

/** @type {Step} */
const zizmor = {
  name: "zizmor, which looks for holes in workflows",
  key: () => hash(zizmorRequirements),
  present: () => existsSync(join(places.zizmor, "bin/zizmor")),
  make: () => makePython(places.zizmor, zizmorRequirements),
};

const configured = () => isConfigured(process.env, [places.terraformConfig, places.localConfig]);

/** @type {Step} */
const provider = {
  name: "where Terraform gets its provider",
  key: () => (configured() ? "configured" : `${findMirror(process.env)}`),
  present: () => configured() || existsSync(places.terraformConfig),
  make: () => {
    if (configured()) {
      rmSync(places.terraformConfig, { force: true });
      return "as your Terraform configuration says";
    }
    const mirror = findMirror(process.env);
    mkdirSync(places.pluginCache, { recursive: true });
    writeFileSync(places.terraformConfig, terraformConfig(mirror, places.pluginCache));
    if (mirror === undefined) fillCache();
    return mirror === undefined
      ? "downloaded once by Terraform, then cached"
      : `the mirror in ${relative(root, places.terraformConfig)}`;
  },
};

/** @type {Step} */
const lightProvider = {
  name: "a provider that starts faster, for local AWS",
  key: () => `${findMirror(process.env)}`,
  present: () => existsSync(join(places.lightProvider, "program")),
  make: () => {
    const { localConfig: config, localMirror: mirror, lightProvider: folder } = places;
    for (const path of [config, mirror, folder]) rmSync(path, { recursive: true, force: true });
    mkdirSync(join(folder, "idle"), { recursive: true });
    const program = [join(root, "node_modules/.bin/node"), "--no-warnings"];
    const script = join(import.meta.dirname, "light-provider/main.mjs");
    const command = (/** @type {string} */ heavy) => {
      writeFileSync(join(folder, "program"), heavy);
      return [...program, script, heavy, folder];
    };
    if (!lightenMirror(findMirror(process.env) ?? places.pluginCache, mirror, command)) return "none here";
    const certificate = join(import.meta.dirname, "light-provider/certificate.py");
    run(join(places.python, "bin/python"), [certificate, folder], { fix: "Delete .mainstay, and try again." });
    writeTypes(
      join(folder, "types"),
      ["packages", "apps", "terraform-state"].flatMap((name) => sourcesIn(join(root, name))),
    );
    writeFileSync(config, terraformConfig(mirror, places.pluginCache));
    return `by ${relative(root, config)}`;
  },
};

/**
 * The folders called `src` in `folder` and in what is directly below it.
 *
 * @param {string} folder
 */
function sourcesIn(folder) {
  return [folder, ...readdirSync(folder).map((name) => join(folder, name))]
    .map((path) => join(path, "src"))
    .filter((path) => existsSync(path));
}

/** @type {Step} */
const testTools = {
  name: "Debian packages of the tests",
  key: () => debianTools.map((tool) => tool.package).join(" "),
  present: () => absentTools(process.env).length === 0,
  make: () => addTools(absentTools(process.env), "The tests need"),
};

const databasePackages = ["mariadb-server-core", "mariadb-client-core", "openssl"];

/**
 * A Python of its own, with what a file asks for.
 *
 * @param {string} folder
 * @param {string} file
 */
function makePython(folder, file) {
  rmSync(folder, { recursive: true, force: true });
  run("python3", ["-m", "venv", folder], { fix: "On Debian: apt-get install python3-venv." });
  // WHY not compiled: what is used is compiled when it is used first; the rest, most of it, never has to be.
  const words = ["install", "--quiet", "--disable-pip-version-check", "--no-compile"];
  const fix = "pip must reach PyPI or a mirror of it: check the network or `pip config list`.";
  // WHY another pip: that of Debian 12 takes more than twice as long to choose among all the versions there are.
  run(join(folder, "bin/pip"), [...words, `pip==${pipVersion}`], { fix });
  run(join(folder, "bin/pip"), [...words, "-r", file], { fix });
}

/**
 * Some of the Debian packages.
 *
 * @param {string} name
 * @param {readonly string[]} packages
 * @param {string} whoNeeds
 * @returns {Step}
 */
function debianPackages(name, packages, whoNeeds) {
  const absent = () => absentTools(process.env).filter((tool) => packages.includes(tool.package));
  return {
    name,
    key: () => packages.join(" "),
    present: () => absent().length === 0,
    make: () => addTools(absent(), whoNeeds),
  };
}

const databaseTools = debianPackages("MariaDB for the API", databasePackages, "The API needs");
const balancer = debianPackages("haproxy for the lab", ["haproxy"], "The lab needs");

/** What `npm run api` needs. */
export const apiSteps = [pnpm, dependencies, node, databaseTools];

/** What `npm run lab` needs. */
export const labSteps = [...apiSteps, balancer];

/** WHY before anything else: the cache is only safe for several that read it, not for several that fill it (Terraform CLI configuration). */
function fillCache() {
  const folder = join(home, "provider");
  mkdirSync(folder, { recursive: true });
  const aws = { source: "hashicorp/aws", version: awsProviderVersion };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: { aws } } }));
  run("terraform", [`-chdir=${folder}`, "init", "-input=false"], {
    fix: "Terraform must reach registry.terraform.io, or a mirror of it: see its provider_installation setting.",
  });
}

/** What `npm start` needs. */
export const startSteps = [pnpm, dependencies, node, localAws, provider, lightProvider];

/** What looks at policy needs. */
export const policySteps = [...startSteps, checkov];

/** What `npm test` needs from its start; what looks at policy needs comes beside the first tests. */
export const testSteps = [...startSteps, zizmor, testTools];

/**
 * Installs packages where this machine lets us; says which elsewhere.
 *
 * @param {typeof debianTools} absent
 * @param {string} whoNeeds
 */
function addTools(absent, whoNeeds) {
  if (absent.length === 0) return "all there";
  const names = absent.map((tool) => tool.package);
  if (!mayInstall()) {
    const list = absent.map((tool) => `  ${tool.package}: ${tool.why}`).join("\n");
    throw new SetupError(`${whoNeeds}:\n${list}\nInstall them, on Debian: apt-get install ${names.join(" ")}`);
  }
  const failure = install(names, process.env);
  if (failure !== undefined) throw new SetupError(`apt-get install ${names.join(" ")} failed:\n${failure}`);
  return names.join(", ");
}

/**
 * Makes what is not there yet, in order, and remembers it. Says nothing where there is nothing to do.
 *
 * @param {readonly Step[]} steps
 * @param {(line: string) => void} say
 */
export function prepare(steps, say) {
  mkdirSync(home, { recursive: true });
  const due = steps.filter((step) => !step.present() || readStamps()[step.name] !== step.key());
  if (due.length === 0) return;
  say(`Setting up (${due.length} of ${steps.length} steps):`);
  for (const step of due) {
    const began = Date.now();
    const note = step.make();
    writeFileSync(places.stamps, `${JSON.stringify({ ...readStamps(), [step.name]: step.key() }, null, 2)}\n`);
    const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
    say(`  ✓ ${step.name}${note === undefined ? "" : `: ${note}`} (${took})`);
  }
}

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(places.stamps, "utf8"));
  } catch {
    // WHY: absent at first, and half written after a power cut; both mean that nothing is known to be done.
    return {};
  }
}

/** @param {readonly string[]} files */
function hash(...files) {
  const sum = createHash("sha256");
  for (const file of files) sum.update(readFileSync(join(root, file)));
  return sum.digest("hex");
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly fix: string }} options
 */
function run(command, args, { fix }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: toolEnvironment(process.env),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return stdout;
  const tail = `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim().split("\n").slice(-12).join("\n");
  throw new SetupError(`${command} ${args.join(" ")} failed:\n${tail}\n${fix}`);
}
