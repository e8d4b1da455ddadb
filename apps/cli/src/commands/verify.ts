import { plain, plainJson, type Reviewed, reviewedStacks, verify } from "@mainstay/reliability";
import { Command, Option } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { parseJson } from "../input/parse.ts";
import { readPlans } from "../input/plans.ts";
import { bytesOf, large } from "../input/read-file.ts";
import { Problem } from "../problem.ts";
import { progress, type Terminal } from "../terminal.ts";
import { commitOption, type DigestWords, digestInputs, lockFileOption } from "./inputs.ts";

interface Words extends DigestWords {
  readonly digest?: string;
  readonly review?: string;
  readonly stack?: string;
  readonly json?: true;
}

const help = `
Examples:
  $ mainstay review plan.json --commit "$(git rev-parse HEAD)" \\
      --lock-file .terraform.lock.hcl --save json=review.json
  (the review is read and approved; later, before the apply)
  $ terraform show -json plan.out | mainstay verify - --review review.json \\
      --stack plan --commit "$(git rev-parse HEAD)" \\
      --lock-file .terraform.lock.hcl && terraform apply plan.out
  $ mainstay verify plan.json --digest mainstay1:0123...

A digest is over the plan with its secrets, the commit and the lock file of the
providers. With --review it is also said what is different.

Ends with 0 when it is the reviewed plan, with 1 when it is not.`;

export function verifyCommand(terminal: Terminal, end: (code: ExitCode) => void): Command {
  return new Command("verify")
    .summary("say whether a plan is the one that was reviewed")
    .description("Says whether a saved plan is the one that was reviewed, and if not, what is different.")
    .argument("<plan>", "what terraform show -json prints of it; - is the standard input")
    .addOption(new Option("--review <file>", "the review in JSON").conflicts("digest"))
    .addOption(new Option("--digest <digest>", "the digest that the review ends with"))
    .option("--stack <name>", "which plan of the review it is; needed where its name does not say so")
    .addOption(commitOption())
    .addOption(lockFileOption())
    .option("--json", "answer in JSON")
    .addHelpText("after", help)
    .action(async (word: string, words: Words) => {
      const [plan] = await readPlans([word], terminal);
      if (plan === undefined) return;
      const reviewed = await reviewedOf(words, plan.stack, terminal);
      if (plan.bytes > large) progress(terminal, "Comparing it with what was reviewed ...");
      const verdict = verify(plan.plan, reviewed, await digestInputs(words, terminal));
      if (words.json === true) terminal.out(`${plainJson(verdict)}\n`);
      else if (verdict.same) terminal.out("This is the plan that was reviewed.\n");
      else
        terminal.out(
          `This is not the plan that was reviewed.\n${verdict.reasons.map((reason) => `  ${plain(reason)}\n`).join("")}`,
        );
      end(verdict.same ? exitCodes.ok : exitCodes.no);
    });
}

async function reviewedOf({ digest, review, stack }: Words, name: string, terminal: Terminal): Promise<Reviewed> {
  if (digest !== undefined) {
    if (!/^mainstay\d+k?:[0-9a-f]{64}$/.test(digest))
      throw new Problem(
        `--digest ${plain(digest)}: A digest is "mainstay1:" and 64 hexadecimal digits, as a review ends with.`,
        exitCodes.usage,
      );
    return { digest };
  }
  if (review === undefined)
    throw new Problem("Compare with what? Give --review review.json or --digest mainstay1:...", exitCodes.usage);
  const stacks = reviewedStacks(parseJson(plain(review), await bytesOf(review, terminal)));
  if (stacks.size === 0)
    throw new Problem(
      `${plain(review)}: No plan was reviewed in it. Make one: mainstay review plan.json --save json=review.json`,
    );
  const [only] = stacks.values();
  const found = stacks.get(stack ?? name) ?? (stack === undefined && stacks.size === 1 ? only : undefined);
  if (found === undefined)
    throw new Problem(
      `${plain(review)}: It has no plan called ${plain(stack ?? name)}, but ${[...stacks.keys()].map(plain).join(", ")}. Say which with --stack.`,
    );
  return found;
}
