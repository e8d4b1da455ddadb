import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureDeployment } from "./deployment.ts";
import { measureGrowth } from "./growth.ts";
import { place } from "./programs.ts";

/**
 * Prints figures and ratios from one run; nothing here fails by being slow.
 *
 * Arguments: `growth`, `deploy`, or both (the default); `deploy` may be followed by the name of an environment.
 */
const [part = "all", environment = "clinic-dev"] = process.argv.slice(2);
if (!["all", "growth", "deploy"].includes(part))
  throw new Error(`There is no bench "${part}": growth, deploy, or all.`);

rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
const result = {
  node: process.version,
  ...(part !== "deploy" && { growth: measureGrowth() }),
  ...(part !== "growth" && { deployment: await measureDeployment(environment) }),
};
writeFileSync(join(place, "../bench.json"), `${JSON.stringify(result, null, 2)}\n`);
