import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./places.mjs";

/** Packages whose life-cycle tests need the machine for themselves. */
const serving = ["@mainstay/api", "@mainstay/mysql-resilience", "@mainstay/lab"];

/** Packages whose life-cycle tests take longest: they begin first, and mostly wait. */
const lasting = ["@mainstay/infra", "@mainstay/rds", "@mainstay/emulator"];

/** Packages whose life-cycle tests compute all the time: they take what nobody else wants. */
const computing = ["@mainstay/compatibility"];

/** What has deadlines of milliseconds goes first, where this machine lets us; then what people wait for, what lasts longest, the rest, and what only computes. */
const [punctual, patient, last, spare] = [{ niceness: -5 }, { niceness: 5 }, { niceness: 10 }, { niceness: 19 }];

/**
 * Checks and tests of every package, then one line that counts them: `N passed, N failed`.
 *
 * @param {(program: string, args: readonly string[], options?: { readonly niceness?: number }) => Promise<number>} run
 * @param {readonly string[]} extra Passed on to turbo, for example `--force`.
 * @returns {Promise<number>}
 */
export async function testCommands(run, extra) {
  for (const file of resultFiles()) rmSync(file);
  const began = Date.now();
  const options = ["--continue", "--output-logs=errors-only", ...extra];
  const lifecycle = ["run", "lifecycle", ...options];
  // WHY beside: it takes half a minute of the machine alone, and what needs it begins much later.
  const tools = run("node", ["setup/src/main.mjs", "policy-tools"], patient);
  console.log("Whole environments, from their first deployment to their end, are tested beside everything else.");
  const lasted = run("turbo", [...lifecycle, ...lasting.map((name) => `--filter=${name}`)], patient);
  const computed = run("turbo", [...lifecycle, ...computing.map((name) => `--filter=${name}`)], spare);
  const quick = await run("turbo", ["run", "typecheck", "lint", "test", "synth", "--concurrency=2", ...options]);
  // WHY one after the other, and before what is deployed: they have deadlines of milliseconds, as users have.
  console.log("Life-cycle tests of what serves requests: real databases, the image in a container.");
  const only = serving.map((name) => `--filter=${name}`);
  const served = await run("turbo", [...lifecycle, "--concurrency=1", ...only], punctual);
  // WHY: these mostly wait, so that several can go on at once; with many more than cores each waits for the others.
  console.log("Life-cycle tests of what is deployed, several at once: real Terraform on the local AWS.");
  const others = [...serving, ...lasting, ...computing].map((name) => `--filter=!${name}`);
  const deployed = await run("turbo", [...lifecycle, "--concurrency=4", ...others], last);
  const beside = await Promise.all([lasted, computed, tools]);
  const results = resultFiles().map((file) => JSON.parse(readFileSync(file, "utf8")));
  const { passed, failed, skipped } = count(results);
  for (const line of failures(results)) console.log(line);
  console.log(`\nChecks and tests took ${Math.round((Date.now() - began) / 1000)} s.`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return [quick, served, deployed, ...beside].find((code) => code !== 0) ?? 0;
}

/**
 * @param {readonly { numPassedTests: number, numFailedTests: number, numPendingTests: number, numRuntimeErrorTestSuites: number }[]} results
 *   As jest writes them with `--json`.
 */
export function count(results) {
  const sum = (/** @type {(result: (typeof results)[number]) => number} */ part) =>
    results.reduce((total, result) => total + part(result), 0);
  return {
    passed: sum((result) => result.numPassedTests),
    // WHY: a file that does not even load has no failed test, yet all of its tests are missing.
    failed: sum((result) => result.numFailedTests + result.numRuntimeErrorTestSuites),
    skipped: sum((result) => result.numPendingTests),
  };
}

/**
 * A line for each test that failed, and for each file that did not load: the output of so many tests is long, and often cut.
 *
 * @param {readonly { testResults: readonly { name: string, status: string, assertionResults: readonly { fullName: string, status: string }[] }[] }[]} results
 *   As jest writes them with `--json`.
 * @returns {string[]}
 */
export function failures(results) {
  const files = results.flatMap((result) => result.testResults).filter(({ status }) => status === "failed");
  return files.flatMap(({ name, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
    const what = failed.length > 0 ? failed : ["the file does not load"];
    return what.map((test) => `failed: ${relative(root, name)}: ${test}`);
  });
}

/** Every package's results, by absolute path. */
function resultFiles() {
  const packages = ["apps", "packages"].flatMap((folder) => children(join(root, folder)));
  return [...packages, join(root, "setup"), join(root, "terraform-state")]
    .flatMap((folder) => ["test", "lifecycle"].map((task) => join(folder, ".results", `${task}.json`)))
    .filter((file) => existsSync(file));
}

/** @param {string} folder */
function children(folder) {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
