import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LocalAws } from "@mainstay/emulator";
import { plain } from "@mainstay/reliability";
import { Command, InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { Problem } from "../problem.ts";
import { progress, type Terminal } from "../terminal.ts";

interface Words {
  readonly directory: string;
  readonly idleMinutes?: number;
  readonly json?: true;
  readonly export?: true;
}

const help = `
Examples:
  $ mainstay emulator start
  $ eval "$(mainstay emulator status --export)"
  $ terraform apply
  $ mainstay emulator stop

It listens on this machine only, and forgets everything when it stops. It needs
a Python with moto: see MAINSTAY_PYTHON in the README.`;

/** WHY imported when it is needed: who reviews a plan should not wait for it. */
const emulator = () => import("@mainstay/emulator");

/** Where the packages of its Python are listed in an installed command; there is no such file in the repository. */
const packedRequirements = join(import.meta.dirname, "python/requirements.txt");

export function emulatorCommand(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const directoryOption = () =>
    new Option("-d, --directory <folder>", "where its log and its place are kept").default(".mainstay/local-aws");
  const directoryOf = ({ directory }: Words) => resolve(terminal.cwd, directory);
  const command = new Command("emulator")
    .summary("a local AWS for Terraform: start, stop, status")
    .description("Runs a local AWS, in which real Terraform creates, changes and destroys without an account.")
    .addHelpText("after", help);

  command
    .command("start")
    .description("Starts it, and leaves it running. Says where it is when it runs already.")
    .addOption(directoryOption())
    .addOption(
      new Option("--idle-minutes <minutes>", "it ends by itself after so long without a request")
        .argParser(minutes)
        .default(60),
    )
    .option("--json", "answer in JSON")
    .action(async (words: Words) => {
      const directory = directoryOf(words);
      const running = await (await emulator()).findLocalAws(directory);
      const aws = running ?? (await start(directory, words));
      tell(
        aws,
        words,
        `${running === undefined ? "Runs" : "Runs already"} at ${aws.endpoint}, process ${aws.pid}.\nUse it: eval "$(mainstay emulator status --export)"\n`,
      );
    });

  command
    .command("stop")
    .description("Stops it. What was in it is gone.")
    .addOption(directoryOption())
    .option("--json", "answer in JSON")
    .action(async (words: Words) => {
      const aws = await (await emulator()).findLocalAws(directoryOf(words));
      await aws?.stop();
      const text = aws === undefined ? "None runs here.\n" : "Stopped.\n";
      terminal.out(words.json === true ? `${JSON.stringify({ running: false, stopped: aws !== undefined })}\n` : text);
    });

  command
    .command("status")
    .description("Says whether it runs, and where. Ends with 1 when it does not.")
    .addOption(directoryOption())
    .addOption(new Option("--export", "print its variables for a shell").conflicts("json"))
    .option("--json", "answer in JSON")
    .action(async (words: Words) => {
      const aws = await (await emulator()).findLocalAws(directoryOf(words));
      if (aws !== undefined && words.export === true) terminal.out(exports(aws));
      else if (aws !== undefined) tell(aws, words, `Runs at ${aws.endpoint}, process ${aws.pid}.\n`);
      else if (words.json === true) terminal.out(`${JSON.stringify({ running: false })}\n`);
      else terminal.err("None runs here. Start one: mainstay emulator start\n");
      end(aws === undefined ? exitCodes.no : exitCodes.ok);
    });

  return command;

  async function start(directory: string, { idleMinutes }: Words): Promise<LocalAws> {
    const { pythonPath, startLocalAws } = await emulator();
    try {
      pythonPath();
    } catch (error) {
      throw new Problem(withoutPython((error as Error).message, directory), exitCodes.environment);
    }
    progress(terminal, "Starting a local AWS; the first time takes some seconds ...");
    try {
      return await startLocalAws({ directory, detached: true, ...(idleMinutes !== undefined && { idleMinutes }) });
    } catch (error) {
      throw new Problem(`The local AWS did not start: ${plain((error as Error).message)}`, exitCodes.environment);
    }
  }

  function tell({ endpoint, pid, routes, env }: LocalAws, words: Words, text: string): void {
    terminal.out(
      words.json === true ? `${JSON.stringify({ running: true, endpoint, pid, routes, env }, null, 2)}\n` : text,
    );
  }
}

/** What to do where there is no Python for it. */
function withoutPython(message: string, directory: string): string {
  if (!existsSync(packedRequirements)) return message;
  const python = join(directory, "python");
  return [
    "The local AWS needs a Python with moto, once:",
    `  python3 -m venv ${python}`,
    `  ${python}/bin/pip install -r ${packedRequirements}`,
    `  export MAINSTAY_PYTHON=${python}/bin/python`,
  ].join("\n");
}

/** For `eval` in a POSIX shell. */
function exports({ env }: LocalAws): string {
  return Object.entries(env)
    .map(([name, value]) =>
      value === undefined ? `unset ${name}\n` : `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
    )
    .join("");
}

function minutes(word: string): number {
  if (!/^[1-9]\d{0,4}$/.test(word)) throw new InvalidArgumentError("Write a whole number of minutes, 1 to 99999.");
  return Number(word);
}
