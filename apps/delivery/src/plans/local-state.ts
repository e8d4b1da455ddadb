import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.ts";
import { stacksOf } from "./stacks.ts";

interface Written {
  readonly terraform?: { readonly backend?: Readonly<Record<string, unknown>> };
}

/**
 * Refuses to work in GitHub on an environment whose states are on the machine that runs it.
 *
 * WHY: the runner is thrown away with its states, and the next deployment would make everything a second time.
 *
 * @throws Problem that names the stacks.
 */
export function refuseLocalState(environment: string, output: string, env: NodeJS.ProcessEnv): void {
  if (env.GITHUB_ACTIONS !== "true") return;
  const local = stacksOf(environment, output).filter(({ directory }) => {
    const { terraform }: Written = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
    return terraform?.backend === undefined || Object.hasOwn(terraform.backend, "local");
  });
  if (local.length === 0) return;
  throw new Problem(
    `The states of ${local.map(({ name }) => name).join(", ")} would be on this runner, and go with it. Write state: s3State("your-bucket") into the environment's file.`,
  );
}
