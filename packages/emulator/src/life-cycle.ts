import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leftovers } from "./leftovers.ts";
import { startLocalAws } from "./local-aws.ts";
import { type Answer, typesInState } from "./report.ts";
import { type TerraformResult, terraform, terraformEnv } from "./terraform.ts";

/** What one fixture's life showed. */
export interface Life extends Leftovers {
  readonly types: readonly string[];
  readonly answers: readonly Answer[];
  /** What each Terraform command took. */
  readonly seconds: Readonly<Record<string, number>>;
  /** What a plan after the first apply would change. Empty: nothing. */
  readonly drift: string;
  /** The same after the change that `<name>.grown.tf.json` describes. */
  readonly driftWhenGrown: string;
}

/**
 * The whole life of `src/fixtures/<name>.tf.json` against a local AWS of its own: apply, plan again, change, plan again, destroy. The change
 * is in `<name>.grown.tf.json`, which Terraform merges over the first. Throws where Terraform fails.
 */
export async function live(name: string): Promise<Life> {
  const directory = mkdtempSync(join(tmpdir(), `mainstay-${name}-`));
  const aws = await startLocalAws({ directory });
  const seconds: Record<string, number> = {};
  const run = async (step: string, command: string, ...args: string[]) => {
    const began = Date.now();
    const result = await terraform(directory, [command, "-no-color", ...args], { ...terraformEnv(), ...aws.env });
    seconds[step] = Math.round((Date.now() - began) / 100) / 10;
    return result;
  };
  const drift = async (step: string) => {
    const plan = await run(step, "plan", "-detailed-exitcode");
    if (plan.code === 1) must(plan);
    return plan.code === 0 ? "" : plan.stdout;
  };
  try {
    copyFileSync(fixture(`${name}.tf.json`), join(directory, "main.tf.json"));
    must(await run("init", "init"));
    must(await run("apply", "apply", "-auto-approve"));
    const first = await drift("plan");
    copyFileSync(fixture(`${name}.grown.tf.json`), join(directory, "grown_override.tf.json"));
    must(await run("grow", "apply", "-auto-approve"));
    const grown = await drift("plan when grown");
    const types = typesInState(join(directory, "terraform.tfstate"));
    const { answers } = await aws.report(types);
    must(await run("destroy", "destroy", "-auto-approve"));
    return { types, answers, seconds, drift: first, driftWhenGrown: grown, ...(await aws.leftovers()) };
  } finally {
    await aws.stop();
    rmSync(directory, { recursive: true });
  }
}

function fixture(file: string): string {
  return join(import.meta.dirname, "fixtures", file);
}

function must({ code, stdout, stderr }: TerraformResult): void {
  if (code !== 0) throw new Error(`terraform ended with ${code}\n${stdout.slice(-2000)}\n${stderr}`);
}
