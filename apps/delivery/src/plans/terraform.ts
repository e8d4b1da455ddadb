import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TerraformResult, terraform, terraformEnv } from "@mainstay/emulator";
import { Problem } from "../problem.ts";

/** Variables of Terraform, without `TF_VAR_`. */
export type Variables = Readonly<Record<string, string>>;

/** Runs Terraform in a stack's folder, with this process's credentials. A failure is an answer. */
export function run(directory: string, args: readonly string[], variables: Variables = {}): Promise<TerraformResult> {
  const given = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
  return terraform(directory, args, { ...process.env, ...terraformEnv(), ...Object.fromEntries(given) });
}

/** What it said. @throws Problem with what Terraform complains of. */
export function must(doing: string, { code, stdout, stderr }: TerraformResult): string {
  if (code === 0) return stdout;
  throw new Problem(`${doing} failed:\n${(stderr.trim() === "" ? stdout : stderr).trim()}`);
}

/** Makes a folder ready, once for each backend and set of providers: a job has several steps, and each would unpack the provider again. */
export async function init(directory: string): Promise<void> {
  const stamp = join(directory, ".terraform/mainstay-init.json");
  const { terraform: wanted } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
  const text = JSON.stringify(wanted);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === text) return;
  must("terraform init", await run(directory, ["init", "-input=false", "-no-color", "-reconfigure"]));
  writeFileSync(stamp, text);
}

/** The state as Terraform has it; undefined where nothing was ever deployed. */
export async function pullState(directory: string): Promise<unknown> {
  const text = must("Reading the state", await run(directory, ["state", "pull"]));
  return text.trim() === "" ? undefined : JSON.parse(text);
}
