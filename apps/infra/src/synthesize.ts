import { existsSync, rmSync } from "node:fs";
import { type Environment, report } from "@mainstay/core";
import { App, type AppConfig } from "cdktf";
import { withoutCreationStacks } from "./creation-stacks.ts";

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
  if (config.stackTraces === false) withoutCreationStacks(() => write(environments, config));
  else write(environments, config);
}

function write(environments: readonly Environment[], config: AppConfig): void {
  const shapes = environments.flatMap(({ id, problems }) => problems.map((problem) => [id, report(problem)] as const));
  const repeated = doubles(environments);
  const sound = environments.filter(({ id, problems }) => problems.length === 0 && !repeated.includes(id));
  const outdir = process.env.CDKTF_OUTDIR ?? config.outdir ?? "cdktf.out";
  const existed = existsSync(outdir);
  // WHY: cdktf writes a stack before it looks at the next one; here everything is validated before, once.
  const app = new App({ ...config, skipValidation: true });
  for (const environment of sound) environment.build(app);
  const names = repeated.map(
    (id) => [id, "two environments have this name. Rename one: they would share their state."] as const,
  );
  const problems = [...names, ...shapes, ...relations(app)];
  if (problems.length > 0) {
    // WHY: the App makes its folders before it knows whether anything will be written.
    if (!existed) rmSync(outdir, { recursive: true, force: true });
    throw new RefusedError(problems);
  }
  app.synth();
}

/** What constructs have to say, found over the whole tree before anything is written. */
function relations(app: App): (readonly [string, string])[] {
  return app.node.findAll().flatMap(({ node }) => node.validate().map((text) => [node.path, text] as const));
}

/** Names that more than one environment has. */
function doubles(environments: readonly Environment[]): string[] {
  const ids = environments.map(({ id }) => id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}
