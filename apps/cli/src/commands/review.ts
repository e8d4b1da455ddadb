import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  isAtLeast,
  type Kind,
  kinds,
  meanings,
  plain,
  type Review,
  review,
  toJson,
  toMarkdown,
  toSarif,
  toTerminal,
  wrap,
} from "@mainstay/reliability";
import { Command, InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type NamedPlan, readPlans } from "../input/plans.ts";
import { large } from "../input/read-file.ts";
import { Problem } from "../problem.ts";
import { progress, type Terminal, usesColor } from "../terminal.ts";
import { version } from "../version.ts";
import { commitOption, type DigestWords, digestInputs, keyVariable, lockFileOption } from "./inputs.ts";

const formats = ["terminal", "markdown", "json", "sarif"] as const;
type Format = (typeof formats)[number];

interface Words extends DigestWords {
  readonly format: Format;
  readonly json?: true;
  readonly save: readonly Saved[];
  readonly failOn?: Kind;
  readonly all?: true;
}

interface Saved {
  readonly format: Format;
  readonly file: string;
}

const help = `
Examples:
  $ terraform plan -out plan.out
  $ terraform show -json plan.out | mainstay review -
  $ mainstay review network=network.json data=data.json
  $ mainstay review plan.json --fail-on outage
  $ mainstay review plan.json --save markdown=comment.md --save json=review.json

Risks, the worst first:
${kinds.flatMap((kind) => wrap(meanings[kind], 80, " ".repeat(15)).map((line, index) => (index === 0 ? `  ${kind.padEnd(13)}${line.trimStart()}` : line))).join("\n")}

Ends with 0 when the plans are reviewed; 1 with --fail-on, when there is such a
risk or a worse one; 2 for a wrong command line; 3 for a file that is no plan;
4 for a plan that is incomplete or has failed, which is never called reviewed.

Secrets are shown as a hash. With ${keyVariable} in the environment, the same
secret has the same hash in each review, and nobody can make the digest without
the key.`;

export function reviewCommand(terminal: Terminal, end: (code: ExitCode) => void): Command {
  return new Command("review")
    .summary("say what a plan risks, the worst first")
    .description(
      "Says what Terraform plans risk, the worst first. Reads what terraform show -json prints, also of plans that Mainstay did not write.",
    )
    .argument("[plans...]", "files; - is the standard input; name=file gives a plan a name")
    .addOption(new Option("-f, --format <format>", "what is printed").choices(formats).default("terminal"))
    .option("--json", "the same as --format json")
    .addOption(
      new Option("-s, --save <format=file>", "write a report to a file as well; can be given several times")
        .argParser((word: string, before: readonly Saved[]) => [...before, savedOf(word)])
        .default([], "none"),
    )
    .addOption(new Option("--fail-on <risk>", "end with 1 for this risk or a worse one").choices(kinds.slice(0, -1)))
    .option("-a, --all", "show harmless changes and every name, too")
    .addOption(commitOption())
    .addOption(lockFileOption())
    .addHelpText("after", help)
    .action(async (plans: string[], words: Words) => {
      const chosen = plans.length === 0 && terminal.stdin.isTTY !== true ? ["-"] : plans;
      if (chosen.length === 0)
        throw new Problem("Which plan? Try: terraform show -json plan.out | mainstay review -", exitCodes.usage);
      const read = await readPlans(chosen, terminal);
      const inputs = await digestInputs(words, terminal);
      if (isLarge(read)) progress(terminal, `Reviewing ${changesIn(read)} ...`);
      const result = review(read, inputs);
      if (isLarge(read)) progress(terminal, "Writing what was found ...");
      for (const saved of words.save) save(result, saved, read, terminal);
      terminal.out(printed(result, words.json === true ? "json" : words.format, words, read, terminal));
      end(codeOf(result, words.failOn));
    });
}

function isLarge(plans: readonly NamedPlan[]): boolean {
  return plans.reduce((sum, { bytes }) => sum + bytes, 0) > large;
}

function changesIn(plans: readonly NamedPlan[]): string {
  const lists = plans.map(({ plan }) => (plan as { readonly resource_changes?: unknown }).resource_changes);
  const count = lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  return `${count} resources`;
}

function codeOf({ reviewed, findings }: Review, failOn: Kind | undefined): ExitCode {
  if (!reviewed) return exitCodes.notReviewed;
  return failOn !== undefined && findings.some(({ kind }) => isAtLeast(kind, failOn)) ? exitCodes.no : exitCodes.ok;
}

function printed(
  result: Review,
  format: Format,
  words: Words,
  plans: readonly NamedPlan[],
  terminal: Terminal,
): string {
  if (format === "terminal")
    return `${toTerminal(result, { width: Math.min(terminal.columns ?? 80, 100), color: usesColor(terminal), all: words.all === true })}\n`;
  const pages = rendered(result, format, plans);
  if (pages.length > 1)
    terminal.err(
      `These are ${pages.length} comments: each is as long as GitHub allows. --save markdown=comment.md writes one file for each.\n`,
    );
  return pages.join("\n");
}

function rendered(result: Review, format: Exclude<Format, "terminal">, plans: readonly NamedPlan[]): readonly string[] {
  switch (format) {
    case "markdown":
      return toMarkdown(result);
    case "json":
      return [toJson(result)];
    case "sarif":
      return [toSarif(result, { files: Object.fromEntries(plans.map(({ stack, file }) => [stack, file])), version })];
    default:
      return format satisfies never;
  }
}

/** Further pages of Markdown get a number: `comment.md`, `comment.2.md`. */
function save(result: Review, { format, file }: Saved, plans: readonly NamedPlan[], terminal: Terminal): void {
  const pages = format === "terminal" ? [`${toTerminal(result, { all: true })}\n`] : rendered(result, format, plans);
  for (const [index, page] of pages.entries()) {
    const name = index === 0 ? file : file.replace(/(\.[^./\\]*)?$/, (end) => `.${index + 1}${end}`);
    try {
      writeFileSync(resolve(terminal.cwd, name), page);
    } catch (error) {
      throw new Problem(`${plain(name)}: It cannot be written: ${plain((error as Error).message)}.`);
    }
    progress(terminal, `Wrote ${plain(name)}`);
  }
}

function savedOf(word: string): Saved {
  const [format = "", ...rest] = word.split("=");
  const file = rest.join("=");
  const known = formats.find((name) => name === format);
  if (known === undefined || file === "")
    throw new InvalidArgumentError(
      `Write a format and a file, markdown=comment.md; formats are ${formats.join(", ")}.`,
    );
  return { format: known, file };
}
