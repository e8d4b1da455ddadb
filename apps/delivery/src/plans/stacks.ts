import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.ts";

/** A stack as `npm run synth` wrote it. */
export interface Stack {
  readonly name: string;
  /** Where Terraform runs. */
  readonly directory: string;
  /** Stacks that it reads, of the same environment. */
  readonly reads: readonly string[];
  /** Variables whose value is the digest of an image, by the image's name: `api`. */
  readonly images: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly dependencies: readonly string[]; readonly workingDirectory: string }>
  >;
}

/** The stacks of `environment` in `output`, each after those that it reads. @throws Problem where there are none. */
export function stacksOf(environment: string, output: string): Stack[] {
  const file = join(output, "manifest.json");
  if (!existsSync(file)) throw new Problem(`There is no ${file}. Write the stacks first: npm run synth`);
  const { stacks }: Manifest = JSON.parse(readFileSync(file, "utf8"));
  const own = Object.keys(stacks).filter((name) => name.startsWith(`${environment}-`));
  if (own.length === 0) {
    throw new Problem(`No stack belongs to ${environment}. There are: ${Object.keys(stacks).join(", ")}.`);
  }
  const ordered = new Map<string, Stack>();
  const visit = (name: string): void => {
    const entry = stacks[name];
    if (entry === undefined || ordered.has(name) || !own.includes(name)) return;
    for (const dependency of entry.dependencies) visit(dependency);
    const directory = join(output, entry.workingDirectory);
    ordered.set(name, { name, directory, reads: entry.dependencies, images: imagesOf(directory) });
  };
  for (const name of own) visit(name);
  return [...ordered.values()];
}

/** Variables like `api_image_digest`, which every service of `@mainstay/ecs-service` has for its image. */
function imagesOf(directory: string): Record<string, string> {
  const { variable = {} } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
  const names = Object.keys(variable as object).filter((name) => name.endsWith("_image_digest"));
  return Object.fromEntries(names.map((name) => [name.replace(/_image_digest$/, "").replaceAll("_", "-"), name]));
}
