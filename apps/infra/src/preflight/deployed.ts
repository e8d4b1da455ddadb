import { existsSync, readFileSync } from "node:fs";
import { join, matchesGlob, resolve } from "node:path";
import { readState, readSynthesis, type State, type Synthesis } from "@mainstay/reliability";

/** The state of a stack cannot be read: nothing may be deployed on a guess. */
export class StateError extends Error {}

/** Runs Terraform in a directory; a failure is an answer. */
export type Terraform = (
  directory: string,
  args: readonly string[],
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;

/** The stacks that `npm run synth` wrote into `output` and that one of `patterns` means: an environment, a stack, or a glob. */
export function synthesisedStacks(output: string, ...patterns: readonly string[]): Synthesis[] {
  const means = (stack: string) => (pattern: string) => stack.startsWith(`${pattern}-`) || matchesGlob(stack, pattern);
  const manifest = readJson(join(output, "manifest.json")) as { readonly stacks: Readonly<Record<string, unknown>> };
  return Object.keys(manifest.stacks)
    .filter((stack) => patterns.some(means(stack)))
    .map((stack) => readSynthesis(readJson(join(directoryOf(output, stack), "cdk.tf.json")), stack));
}

/** What is deployed of them, from where each keeps its state. A stack that was never deployed has none. */
export async function deployedStates(
  output: string,
  stacks: readonly Synthesis[],
  terraform: Terraform,
): Promise<State[]> {
  const states: State[] = [];
  // WHY: one after the other, since Terraform unpacks a provider in each.
  for (const synthesis of stacks) {
    const json = await stateOf(directoryOf(output, synthesis.stack), synthesis, terraform);
    if (json !== undefined) states.push(readState(json, synthesis.stack));
  }
  return states;
}

async function stateOf(directory: string, { stack, backend }: Synthesis, terraform: Terraform): Promise<unknown> {
  if (backend?.kind === "local" && typeof backend.config.path === "string") {
    const file = resolve(directory, backend.config.path);
    return existsSync(file) ? readJson(file) : undefined;
  }
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await terraform(directory, args);
    if (code === 0) return stdout;
    throw new StateError(`The state of ${stack} cannot be read: terraform ${args[0]} ended with ${code}.\n${stderr}`);
  };
  await must("init", "-input=false", "-no-color");
  const text = await must("state", "pull");
  return text.trim() === "" ? undefined : JSON.parse(text);
}

function directoryOf(output: string, stack: string): string {
  return join(output, "stacks", stack);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
