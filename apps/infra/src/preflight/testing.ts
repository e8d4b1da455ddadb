import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readState, type State, type Synthesis } from "@mainstay/reliability";
import { clinic, gib } from "../blueprints/clinic/index.ts";
import { exampleProps } from "../blueprints/clinic/testing.ts";
import { synthesize } from "../synthesize.ts";
import { synthesisedStacks } from "./deployed.ts";

/** The state of a stack as Terraform writes it, as if AWS had what `synthesis` says; an ARN is the reference to it. */
export function stateText({ resources }: Synthesis): string {
  const list = [...resources.values()].map(({ address, type, name, attributes, provider }) => ({
    mode: "managed",
    type,
    name,
    provider: `provider["registry.terraform.io/hashicorp/aws"]${provider?.replace("aws", "") ?? ""}`,
    instances: [{ attributes: { ...attributes, arn: `\${${address}.arn}` } }],
  }));
  return JSON.stringify({ version: 4, resources: list });
}

/** The same, read. */
export function asDeployed(synthesis: Synthesis): State {
  return readState(JSON.parse(stateText(synthesis)), synthesis.stack);
}

/** A data stack that is deployed with 100 GiB and synthesised with 20, below `folder`. */
export function shrunken(folder: string): { readonly output: string; readonly stack: string } {
  const [output, states] = [join(folder, "cdktf.out"), join(folder, "terraform-state/local")];
  const stack = "clinic-test-eu-west-1-data";
  const { database } = exampleProps;
  synthesize([clinic({ ...exampleProps, database: { ...database, storage: gib(100) } })], { outdir: output });
  mkdirSync(states, { recursive: true });
  for (const one of synthesisedStacks(output, stack)) {
    writeFileSync(join(states, `${stack}.tfstate`), stateText(one));
  }
  synthesize([clinic(exampleProps)], { outdir: output });
  return { output, stack };
}

/** A program on what was synthesised into `output`, to its end. */
export function run(words: readonly string[], output: string): { readonly code: number | null; readonly said: string } {
  // WHY the keys: whatever is wrong, nothing may reach an account.
  const env = { ...process.env, CDKTF_OUTPUT: output, AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
  const { status, stdout } = spawnSync("node", words, { env, encoding: "utf8" });
  return { code: status, said: stdout };
}
