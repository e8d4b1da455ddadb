import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { reviewedStacks, verify } from "@mainstay/reliability";
import { Problem } from "../problem.ts";
import { files, lockText, type Summary } from "./files.ts";
import { shown } from "./plan-environment.ts";
import { type Stack, stacksOf } from "./stacks.ts";
import { init, must, run } from "./terraform.ts";

export interface ApplyOptions {
  readonly environment: string;
  readonly output: string;
  /** The folder that {@link planEnvironment} wrote. */
  readonly folder: string;
  readonly commit: string;
  /** What was approved: digests by stack. It comes another way than the folder. */
  readonly approved: Readonly<Record<string, string>>;
  readonly key?: string;
  /** Told which stacks are touched: before each is applied, once everything was found to be approved. */
  readonly applies: (stacks: readonly string[]) => void;
  readonly say: (line: string) => void;
}

/**
 * Applies exactly the saved plans that were approved, or nothing: all of them are looked at before the first is applied.
 *
 * WHY read anew from the saved plan: the review is text, and what is applied is the plan. Terraform itself refuses one that was made
 * before the last deployment.
 *
 * @throws Problem that names each plan which is not the approved one.
 */
export async function applyReviewed(options: ApplyOptions): Promise<void> {
  const { environment, output, folder, approved, say } = options;
  const summary: Summary = JSON.parse(readFileSync(files.summary(folder), "utf8"));
  const stacks = stacksOf(environment, output).filter(({ name }) => existsSync(files.plan(folder, name)));
  const names = new Set([...stacks.map(({ name }) => name), ...Object.keys(approved)]);
  const refusals: string[] = [];
  const lockFile = lockText(
    folder,
    stacks.map(({ name }) => name),
  );
  for (const name of names) {
    const stack = stacks.find((one) => one.name === name);
    const digest = approved[name];
    if (stack === undefined) refusals.push(`${name} was approved, and there is no plan of it.`);
    else if (digest === undefined) refusals.push(`${name} has a plan, and was not approved.`);
    else {
      const lock = files.lock(folder, name);
      if (existsSync(lock)) copyFileSync(lock, join(stack.directory, ".terraform.lock.hcl"));
      await init(stack.directory);
      refusals.push(...(await whyNot(stack, digest, lockFile, options)));
    }
  }
  if (refusals.length > 0) {
    throw new Problem(
      `Nothing was applied: this is not what was approved.\n${refusals.map((why) => `  ${why}\n`).join("")}Plan again, and have that reviewed.`,
    );
  }
  for (const [index, { name, directory }] of stacks.entries()) {
    options.applies(stacks.slice(0, index + 1).map((stack) => stack.name));
    say(`${name}: applying the plan that was reviewed`);
    const { variables = {} } = summary.stacks.find(({ stack }) => stack === name) ?? {};
    const plan = resolve(files.plan(folder, name));
    must(name, await run(directory, ["apply", "-no-color", "-input=false", plan], variables));
  }
}

async function whyNot(
  { name, directory }: Stack,
  digest: string,
  lockFile: string,
  { folder, commit, key }: ApplyOptions,
): Promise<string[]> {
  const parts = reviewedStacks(JSON.parse(readFileSync(files.review(folder), "utf8"))).get(name);
  const plan = await shown(directory, files.plan(folder, name));
  // WHY parts only where their digest is the approved one: they come with the plans, and say what is different.
  const reviewed = parts?.digest === digest ? parts : { digest };
  const { same, reasons } = verify(plan, reviewed, { commit, lockFile, ...(key !== undefined && { key }) });
  return same ? [] : reasons.map((reason) => `${name}: ${reason}`);
}
