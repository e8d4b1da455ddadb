import { resolve } from "node:path";
import { parseArguments, usage } from "./arguments.ts";
import { here } from "./processes.ts";
import { type Recovered, recover } from "./recover.ts";
import { exitCode, next, report } from "./report.ts";
import { choose, readStacks } from "./stacks.ts";
import { RecoveryError } from "./terraform.ts";

const given = parseArguments(process.argv.slice(2));
// WHY: a terminal sends Ctrl-C to Terraform as well, which ends in order. We wait for it, and then stop.
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
});

try {
  process.exitCode = given === undefined ? wrongUsage() : await run(given);
} catch (error) {
  if (!(error instanceof RecoveryError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function wrongUsage(): number {
  console.error(usage);
  return process.argv.includes("--help") ? 0 : 2;
}

async function run({ patterns, json, ...options }: NonNullable<typeof given>): Promise<number> {
  const all = readStacks(resolve(process.env.CDKTF_OUTPUT ?? "cdktf.out"));
  const found: Recovered[] = [];
  for (const stack of choose(all, patterns)) {
    const say = (line: string) => console.error(`${stack.name}: ${line}`);
    const one = await recover(stack, all, { ...options, here, say });
    found.push(one);
    if (!json) console.log(`\n${report(one)}`);
    if (interrupted) throw new RecoveryError("Interrupted. What is done is done; run it again at any time.");
  }
  console.log(json ? JSON.stringify(found, undefined, 2) : `\n${next(found, patterns)}`);
  return exitCode(found);
}
