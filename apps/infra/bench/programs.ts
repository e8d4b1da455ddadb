import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFlatProgram } from "./flatten.ts";
import { type Usage, use } from "./usage.ts";

/** Where everything that a run makes goes; ignored by git. */
export const place = resolve(import.meta.dirname, "../.results/bench");

/** One way to write the clinic. Its file takes the number of environments. */
export interface Program {
  readonly name: string;
  /** Synthesises `count` environments. */
  run(count: number): Usage;
  /** Resources that the last run wrote. */
  resources(): number;
}

/** Mainstay: environments of about 20 lines. */
export const ours = cdktfProgram("mainstay", join(import.meta.dirname, "clinics.ts"));

/** The cdktf program of somebody without modules: the same resources, one after the other, by the provider's own classes. */
export function flat(): Program {
  const file = join(place, "flat.mjs");
  ours.run(1);
  writeFlatProgram(join(place, ours.name), file);
  const program = cdktfProgram("plain cdktf", file);
  program.run(1);
  if (program.resources() !== ours.resources()) {
    throw new Error(`The flat program has ${program.resources()} resources, and the clinic ${ours.resources()}.`);
  }
  return program;
}

/** AWS CDK: the same architecture by its own constructs, so that resources are other ones, and CloudFormation's. Installed when it is first needed. */
export function awsCdk(): Program {
  const folder = join(import.meta.dirname, "aws-cdk");
  if (!existsSync(join(folder, "node_modules/aws-cdk-lib"))) install(folder);
  const output = join(place, "aws-cdk");
  return {
    name: "aws cdk",
    run: (count) => use(join(folder, "main.ts"), [String(count)], output, { CDK_OUTDIR: output }),
    resources: () =>
      readdirSync(output)
        .filter((name) => name.endsWith(".template.json"))
        .reduce((sum, name) => sum + Object.keys(json(join(output, name)).Resources ?? {}).length, 0),
  };
}

function cdktfProgram(name: string, file: string): Program {
  const output = join(place, name);
  return {
    name,
    run: (count) => use(file, [String(count)], output, { CDKTF_OUTDIR: output }),
    resources: () =>
      stacksIn(output).reduce((sum, stack) => {
        const { resource = {} } = json(join(output, "stacks", stack, "cdk.tf.json"));
        return sum + Object.values<object>(resource).reduce((inner, named) => inner + Object.keys(named).length, 0);
      }, 0),
  };
}

function stacksIn(output: string): string[] {
  return existsSync(join(output, "stacks")) ? readdirSync(join(output, "stacks")) : [];
}

function install(folder: string): void {
  const { status, stdout, stderr } = spawnSync("pnpm", ["install", "--ignore-workspace", "--frozen-lockfile"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`pnpm install in ${folder} failed:\n${stdout}${stderr}`);
}

// biome-ignore lint/suspicious/noExplicitAny: two kinds of templates, of which one property each is counted.
function json(file: string): Record<string, any> {
  return JSON.parse(readFileSync(file, "utf8"));
}
