import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { type Environment, report } from "@mainstay/core";
import { App, type AppConfig, TerraformStack } from "cdktf";

/** Environments that must not be deployed: everything that is wrong with them, at once. */
export class RefusedError extends Error {
  constructor(problems: readonly (readonly [where: string, problem: string])[]) {
    const lines = problems.map(([where, problem]) => `  ${where}: ${problem}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`Refused: ${count}. Nothing was written.\n${lines.join("\n")}`);
  }
}

/**
 * Writes the Terraform JSON of all environments, or of none.
 *
 * @throws RefusedError with every problem of every environment and of the whole construct tree.
 */
export function synthesize(environments: readonly Environment[], config: AppConfig = {}): void {
  const shapes = environments.flatMap(({ id, problems }) => problems.map((problem) => [id, report(problem)] as const));
  const sound = environments.filter(({ problems }) => problems.length === 0);
  const outdir = process.env.CDKTF_OUTDIR ?? config.outdir ?? "cdktf.out";
  const existed = existsSync(outdir);
  const app = new App(config);
  for (const environment of sound) environment.build(app);
  const problems = [...doubles(environments), ...shapes, ...relations(app)];
  if (problems.length > 0) {
    // WHY: the App makes its folder before it knows whether anything will be written.
    if (!existed && readdirSync(outdir).length === 0) rmdirSync(outdir);
    throw new RefusedError(problems);
  }
  app.synth();
}

/** What constructs have to say, found over the whole tree before anything is written. */
function relations(app: App): (readonly [string, string])[] {
  // WHY: references between stacks are made here, and some of cdktf's own checks need them.
  const stacks = app.node.findAll().filter((node) => TerraformStack.isStack(node));
  for (const stack of stacks) stack.prepareStack();
  return app.node.findAll().flatMap(({ node }) => node.validate().map((text) => [node.path, text] as const));
}

function doubles(environments: readonly Environment[]): (readonly [string, string])[] {
  const ids = environments.map(({ id }) => id);
  return ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => [id, "two environments have this name. Rename one: they would share their state."] as const);
}
