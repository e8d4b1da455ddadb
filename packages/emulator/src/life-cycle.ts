import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leftovers } from "./leftovers.ts";
import { startLocalAws } from "./local-aws.ts";
import { type PlannedChange, plannedChanges } from "./planned.ts";
import { type Answer, typesInState } from "./report.ts";
import { succeeded, terraform, terraformEnvOn } from "./terraform.ts";

/** What the lives of some fixtures showed. */
export interface Life extends Leftovers {
  readonly types: readonly string[];
  readonly answers: readonly Answer[];
  /** What each Terraform command took. */
  readonly seconds: Readonly<Record<string, number>>;
  /** What a plan after the first apply would change. Empty: nothing. */
  readonly drift: readonly PlannedChange[];
  /** The same after the changes that the `<name>.grown.tf.json` describe. */
  readonly driftWhenGrown: readonly PlannedChange[];
}

/**
 * The whole life of `src/fixtures/<name>.tf.json` against a local AWS: apply, plan again, change, plan again, destroy. The change
 * is in `<name>.grown.tf.json`, which Terraform merges over the first. Throws where Terraform fails.
 *
 * WHY all at once, each as a module: one Terraform with its provider costs more than what it does to ten of them. Names in one region are
 * therefore to differ among fixtures.
 */
export async function live(names: readonly string[]): Promise<Life> {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-lives-"));
  const aws = await startLocalAws({ directory, sharedProvider: true });
  const seconds: Record<string, number> = {};
  const run = async (step: string, command: string, ...args: string[]) => {
    const began = Date.now();
    const result = await terraform(directory, [command, "-no-color", ...args], terraformEnvOn(aws));
    seconds[step] = Math.round((Date.now() - began) / 100) / 10;
    return succeeded(result);
  };
  const drift = async (step: string) => plannedChanges((await run(step, "plan", "-json", "-lock=false")).stdout);
  try {
    writeModules(directory, names);
    await run("init", "init");
    await run("apply", "apply", "-auto-approve");
    const first = await drift("plan");
    for (const name of names) {
      copyFileSync(fixture(`${name}.grown.tf.json`), join(directory, name, "grown_override.tf.json"));
    }
    await run("grow", "apply", "-auto-approve");
    const grown = await drift("plan when grown");
    const types = typesInState(join(directory, "terraform.tfstate"));
    const { answers } = await aws.report(types);
    await run("destroy", "destroy", "-auto-approve");
    return { types, answers, seconds, drift: first, driftWhenGrown: grown, ...(await aws.leftovers()) };
  } finally {
    await aws.stop();
    rmSync(directory, { recursive: true });
  }
}

/** A provider as a fixture has it: the default one, or one with an alias. */
interface Provider {
  readonly region: string;
  readonly alias?: string;
}

/** Each fixture as a module of its own; its providers become those of the root, one for each region. */
function writeModules(directory: string, names: readonly string[]): void {
  const regions = new Set<string>();
  const modules = names.map((name) => {
    const { provider, ...content } = JSON.parse(readFileSync(fixture(`${name}.tf.json`), "utf8"));
    const providers: readonly Provider[] = [provider.aws].flat();
    for (const { region } of providers) regions.add(region);
    const aliases = providers.flatMap(({ alias }) => (alias === undefined ? [] : [`aws.${alias}`]));
    const required = { aws: { source: "hashicorp/aws", configuration_aliases: aliases } };
    mkdirSync(join(directory, name));
    const json = JSON.stringify({ ...content, terraform: { required_providers: required } });
    writeFileSync(join(directory, name, "main.tf.json"), json);
    const passed = providers.map(({ alias, region }) => [
      alias === undefined ? "aws" : `aws.${alias}`,
      `aws.${region}`,
    ]);
    return [name, { source: `./${name}`, providers: Object.fromEntries(passed) }] as const;
  });
  const tags = { tags: { Environment: "lives", ManagedBy: "mainstay" } };
  const aws = [...regions].map((region) => ({ alias: region, region, default_tags: tags }));
  const root = { provider: { aws }, module: Object.fromEntries(modules) };
  writeFileSync(join(directory, "main.tf.json"), JSON.stringify(root));
}

function fixture(file: string): string {
  return join(import.meta.dirname, "fixtures", file);
}
