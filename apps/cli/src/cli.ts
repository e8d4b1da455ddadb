import { Command, CommanderError } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { bootstrapCommand } from "./commands/bootstrap.ts";
import { emulatorCommand } from "./commands/emulator.ts";
import { reviewCommand } from "./commands/review.ts";
import { verifyCommand } from "./commands/verify.ts";
import { addCompletion } from "./completion.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { Problem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

const help = `
Begin here:
  $ terraform plan -out plan.out
  $ terraform show -json plan.out | mainstay review -

mainstay help review says more of one command. Completion for your shell:
  $ source <(mainstay complete bash)`;

/** Runs the command with the words after its name, and answers what it should end with. Never throws. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = programOf(words, terminal, (end) => {
    code = end;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof Problem) {
      terminal.err(`${error.message}\n`);
      return error.code;
    }
    const text = error instanceof Error ? error.message : String(error);
    terminal.err(
      `This is a mistake of Mainstay: ${text}\nSet MAINSTAY_DEBUG=1 to see where, and report it with the plan's shape, not its values.\n`,
    );
    if ((terminal.env.MAINSTAY_DEBUG ?? "") !== "" && error instanceof Error) terminal.err(`${error.stack}\n`);
    return exitCodes.bug;
  }
}

function programOf(words: readonly string[], terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command("mainstay")
    .description("Plans reviewed by risk, and a local AWS to try them in.")
    .version(version, "-V, --version", "print the version")
    .showSuggestionAfterError()
    .showHelpAfterError("(--help says what there is)")
    .addHelpText("after", help);
  program.addCommand(reviewCommand(terminal, end));
  program.addCommand(verifyCommand(terminal, end));
  program.addCommand(auditCommand(terminal, end));
  program.addCommand(bootstrapCommand(terminal, end));
  program.addCommand(emulatorCommand(terminal, end));
  addCompletion(program, words, terminal.cwd);
  for (const command of commandsOf(program)) {
    command
      .exitOverride()
      .showSuggestionAfterError()
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.err,
        getOutHelpWidth: () => Math.min(terminal.columns ?? 80, 100),
        getErrHelpWidth: () => 80,
      });
  }
  return program;
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}
