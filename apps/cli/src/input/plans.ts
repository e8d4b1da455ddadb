import { basename, dirname } from "node:path";
import { plain } from "@mainstay/reliability";
import { exitCodes } from "../exit-codes.ts";
import { Problem, together } from "../problem.ts";
import type { Terminal } from "../terminal.ts";
import { parsePlan } from "./parse.ts";
import { bytesOf, mostBytes } from "./read-file.ts";

/** A plan that was named on the command line. */
export interface NamedPlan {
  readonly stack: string;
  readonly file: string;
  readonly bytes: number;
  readonly plan: unknown;
}

/** Reads all of them, of at most `most` bytes together; all problems are said at once. */
export async function readPlans(
  words: readonly string[],
  terminal: Terminal,
  most = mostBytes(),
): Promise<NamedPlan[]> {
  const named = words.map(nameOf);
  const twice = named.find(({ stack }, index) => named.findIndex((other) => other.stack === stack) !== index);
  if (twice !== undefined)
    throw new Problem(
      `Two plans are called ${plain(twice.stack)}. Name them: mainstay review network=a.json data=b.json`,
      exitCodes.usage,
    );
  const plans: NamedPlan[] = [];
  const problems: Problem[] = [];
  // Of all together: they are in memory at the same time.
  let left = most;
  for (const { stack, file } of named) {
    try {
      const bytes = await bytesOf(file, terminal, left);
      left -= bytes.length;
      const plan = parsePlan(file === "-" ? "The standard input" : plain(file), bytes);
      plans.push({ stack, file, bytes: bytes.length, plan });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw together(problems);
  return plans;
}

/** `data=plans/d.json` is `data`; `data.plan.json` too; `stacks/data/plan.json` has its folder's name. */
export function nameOf(word: string): { readonly stack: string; readonly file: string } {
  const named = /^([\w.-]+)=(.+)$/s.exec(word);
  if (named !== null) return { stack: named[1] ?? "", file: named[2] ?? "" };
  if (word === "-") return { stack: "stdin", file: word };
  const stem = basename(word)
    .replace(/\.json$/i, "")
    .replace(/[.-](tf)?plan$/i, "");
  if (!/^(tf)?plan$|^show$|^$/i.test(stem)) return { stack: stem, file: word };
  const folder = basename(dirname(word));
  return { stack: folder === "" || folder === "." || folder === ".." ? "plan" : folder, file: word };
}
