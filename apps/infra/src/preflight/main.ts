import { join } from "node:path";
import { terraform, terraformEnv } from "@mainstay/emulator";
import { describe, preflight } from "@mainstay/reliability";
import { root } from "../rehearsal/place.ts";
import { deployedStates, StateError, synthesisedStacks } from "./deployed.ts";
import { properties } from "./properties.ts";

// node apps/infra/src/preflight/main.ts 'clinic-production-*'
// Says what a deployment of stacks, as they were synthesised last, must not do to what is deployed. Ends with 1 where it must not be tried.

const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const output = process.env.CDKTF_OUTPUT ?? join(root, "cdktf.out");
const run = (directory: string, args: readonly string[]) => terraform(directory, args, terraformEnv(root));

try {
  const stacks = synthesisedStacks(output, ...patterns);
  if (stacks.length === 0) {
    throw new StateError(`${output} has no stack like "${patterns.join(" ")}". Say which, or run npm run synth first.`);
  }
  const states = await deployedStates(output, stacks, run);
  const found = preflight(stacks, states);
  const refused = found.findings.some(({ severity }) => severity === "refuse");
  const said = describe(found, { width: process.stdout.columns ?? 80, properties });
  console.log(said === "" ? `${patterns.join(" ")}: nothing that is deployed is lost or replaced.` : said);
  process.exitCode = refused ? 1 : 0;
} catch (error) {
  if (!(error instanceof StateError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
