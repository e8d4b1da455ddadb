import { existsSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { Tags } from "./match.ts";
import { RecoveryError } from "./terraform.ts";

/** The parts of a synthesised stack, `cdk.tf.json`, that recovery reads. */
export interface Configuration {
  readonly terraform: {
    readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly required_providers?: unknown;
  };
  readonly provider: { readonly aws?: readonly Provider[] };
  readonly variable?: unknown;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

export interface Provider {
  readonly alias?: string;
  readonly region: string;
  readonly default_tags?: readonly { readonly tags: Tags }[];
}

interface Resource {
  readonly provider?: string;
  readonly lifecycle?: { readonly prevent_destroy?: boolean };
}

/** A stack as `npm run synth` wrote it. */
export interface Stack {
  readonly name: string;
  /** Where cdktf runs Terraform. */
  readonly directory: string;
  readonly dependencies: readonly string[];
  readonly configuration: Configuration;
}

/** Every synthesised stack in `output`, each after those that it reads. */
export function readStacks(output: string): Stack[] {
  const file = join(output, "manifest.json");
  if (!existsSync(file)) {
    throw new RecoveryError(
      `There is no ${file}. Write the stacks first:\n  npm run synth\n(CDKTF_OUTPUT says where they are, if elsewhere than in cdktf.out.)`,
    );
  }
  const manifest: {
    readonly stacks: Readonly<
      Record<string, { readonly dependencies: readonly string[]; readonly workingDirectory: string }>
    >;
  } = JSON.parse(readFileSync(file, "utf8"));
  const ordered = new Map<string, Stack>();
  const visit = (name: string): void => {
    const stack = manifest.stacks[name];
    if (ordered.has(name) || stack === undefined) return;
    for (const dependency of stack.dependencies) visit(dependency);
    const directory = join(output, stack.workingDirectory);
    const configuration: Configuration = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
    ordered.set(name, { name, directory, dependencies: stack.dependencies, configuration });
  };
  for (const name of Object.keys(manifest.stacks)) visit(name);
  return [...ordered.values()];
}

/** The stacks that any of `patterns` names, as cdktf reads them. @throws RecoveryError where one names none. */
export function choose(stacks: readonly Stack[], patterns: readonly string[]): Stack[] {
  const lost = patterns.filter((pattern) => !stacks.some(({ name }) => matchesGlob(name, pattern)));
  if (lost.length > 0) {
    throw new RecoveryError(
      `No stack is called ${lost.join(" or ")}. There are:\n${stacks.map(({ name }) => `  ${name}`).join("\n")}`,
    );
  }
  return stacks.filter(({ name }) => patterns.some((pattern) => matchesGlob(name, pattern)));
}

/** The tags by which AWS tells what belongs to a stack. */
const identifying = ["Application", "Environment", "Stack", "ManagedBy"];

/** Undefined where the stack has not all of them. */
export function identityOf({ provider }: Configuration): Tags | undefined {
  const tags = provider.aws?.[0]?.default_tags?.[0]?.tags ?? {};
  const entries = identifying.flatMap((key) => (tags[key] === undefined ? [] : [[key, tags[key]] as const]));
  return entries.length === identifying.length ? Object.fromEntries(entries) : undefined;
}

/** The region of the provider that makes the resource at `address`. */
export function regionAt({ provider, resource }: Configuration, type: string, name: string): string {
  const alias = resource?.[type]?.[name]?.provider?.split(".").at(1);
  const providers = provider.aws ?? [];
  return (providers.find((candidate) => candidate.alias === alias) ?? providers[0])?.region ?? "";
}

/** Terraform refuses to destroy what is at `address`. */
export function isProtected({ resource }: Configuration, address: string): boolean {
  const [type = "", name = ""] = address.replace(/\[.*$/, "").split(".");
  return resource?.[type]?.[name]?.lifecycle?.prevent_destroy === true;
}

/**
 * The same without protection.
 *
 * WHY: with it Terraform refuses to plan at all, and does not say what it would replace. Nothing is ever applied from this.
 */
export function withoutProtection(configuration: Configuration): Configuration {
  const strip = ({ lifecycle, ...others }: Resource): Resource => ({
    ...others,
    ...(lifecycle !== undefined && { lifecycle: { ...lifecycle, prevent_destroy: false } }),
  });
  const types = Object.entries(configuration.resource ?? {}).map(
    ([type, named]) =>
      [type, Object.fromEntries(Object.entries(named).map(([name, one]) => [name, strip(one)] as const))] as const,
  );
  return { ...configuration, resource: Object.fromEntries(types) };
}
