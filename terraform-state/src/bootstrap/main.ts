import { spawn } from "node:child_process";
import { join } from "node:path";
import { terraformEnv } from "@mainstay/emulator";
import { AccountError } from "../account.ts";
import { chooseAccount, loadAccounts } from "../accounts.ts";
import { StateError } from "../states/state-file.ts";
import { bootstrap, type Run } from "./bootstrap.ts";
import { repository } from "./places.ts";

const usage = `usage: npm run bootstrap -- [ACCOUNT] [--yes] [--json]

Makes what an account of AWS needs once: the bucket of the states, the roles
with which GitHub plans and deploys, and their boundary. Its own state begins on
this machine and ends in that bucket. Safe at any time and any number of times.

  ACCOUNT  a file of terraform-state/accounts, without .ts; needed where there
           are several
  --yes    do not ask before anything is changed
  --json   say at the end in JSON what is there: the state, roles, boundaries;
           all else goes to the standard error

Exit code: 0 in order, 1 something is in the way, 2 wrong usage.`;

const words = process.argv.slice(2);
const yes = words.includes("--yes");
const json = words.includes("--json");
const names = words.filter((word) => !word.startsWith("-"));
const home = process.env.MAINSTAY_BOOTSTRAP_HOME;
// WHY: a terminal sends Ctrl-C to Terraform as well, which ends in order. We wait for it.
process.on("SIGINT", () => {});

if (names.length > 1 || words.some((word) => word.startsWith("-") && word !== "--yes" && word !== "--json")) {
  console.error(usage);
  process.exitCode = words.includes("--help") ? 0 : 2;
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  try {
    if (!yes && !process.stdin.isTTY)
      throw new StateError("Nobody is here to ask. Add --yes to change things without.");
    const account = chooseAccount(await loadAccounts(process.env.MAINSTAY_ACCOUNTS), names[0]);
    const made = await bootstrap(account, {
      yes,
      run,
      recover,
      say: (line) => console.error(line),
      ...(home !== undefined && { home }),
    });
    if (json) console.log(JSON.stringify(made, null, 2));
    return 0;
  } catch (error) {
    if (!(error instanceof StateError || error instanceof AccountError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function recover(output: string, stack: string): Promise<number> {
  const command = join(repository, "apps/infra/src/recovery/main.ts");
  return start("node", [command, stack], repository, { CDKTF_OUTPUT: output });
}

function run(...[program, args, directory]: Parameters<Run>): Promise<number> {
  return start(program, args, directory, { TF_INPUT: yes ? "0" : "1" });
}

function start(program: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    // What Terraform says is no part of the answer in JSON.
    const stdio = ["inherit", json ? process.stderr : "inherit", "inherit"] as const;
    const child = spawn(program, args, { cwd, stdio: [...stdio], env: { ...process.env, ...terraformEnv(), ...more } });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
