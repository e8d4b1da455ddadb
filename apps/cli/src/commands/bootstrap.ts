import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

const script = "terraform-state/src/bootstrap/main.ts";

const help = `
Examples:
  $ mainstay bootstrap
  $ AWS_PROFILE=production mainstay bootstrap clinic-production
  $ mainstay bootstrap --yes --json > account.json

It works in a checkout of Mainstay, whose terraform-state/accounts says what an
account is to have. It may be killed anywhere and run again at any time.`;

interface Words {
  readonly yes?: true;
  readonly json?: true;
}

export function bootstrapCommand(terminal: Terminal, end: (code: ExitCode) => void): Command {
  return new Command("bootstrap")
    .summary("make an account ready: a place for states, roles for GitHub")
    .description(
      "Makes what an account of AWS needs once: the bucket of the states, and the roles with which GitHub plans and deploys. Its own state begins on this machine and ends in that bucket.",
    )
    .argument("[account]", "a file of terraform-state/accounts, without .ts; needed where there are several")
    .option("-y, --yes", "do not ask before anything is changed")
    .option("--json", "say at the end in JSON what is there: the state, roles, boundaries")
    .addHelpText("after", help)
    .action(async (account: string | undefined, { yes, json }: Words) => {
      const checkout = checkoutAround(terminal.cwd);
      if (checkout === undefined)
        throw new Problem(
          "This is no checkout of Mainstay: terraform-state is missing here and above. Go to one, and run it there.",
          exitCodes.environment,
        );
      const words = [
        ...(account === undefined ? [] : [account]),
        ...(yes === true ? ["--yes"] : []),
        ...(json === true ? ["--json"] : []),
      ];
      end(await run(checkout, words));
    });
}

function checkoutAround(folder: string): string | undefined {
  if (existsSync(join(folder, script))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : checkoutAround(above);
}

/** WHY a process of its own: the checkout knows its stacks and their libraries; this command is small, and of another day perhaps. */
function run(checkout: string, words: readonly string[]): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-warnings", join(checkout, script), ...words], {
      cwd: checkout,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? exitCodes.ok : code === 2 ? exitCodes.usage : exitCodes.no));
  });
}
