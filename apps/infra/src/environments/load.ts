import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Environment } from "@mainstay/core";

/** A file of `environments/` that cannot be used, with what to do. */
export class EnvironmentFileError extends Error {}

/** What `folder` holds: every `.ts` file but this one and tests, in the order of their names. */
export async function loadEnvironments(folder = import.meta.dirname): Promise<Environment[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "load.ts")
    .toSorted();
  return await Promise.all(files.map((name) => loadOne(join(folder, name), name)));
}

async function loadOne(path: string, name: string): Promise<Environment> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
  if (!isEnvironment(module.default)) {
    throw new EnvironmentFileError(
      `environments/${name} has no environment as its default export. Begin it with \`export default clinic({\`.`,
    );
  }
  return module.default;
}

function isEnvironment(value: unknown): value is Environment {
  return typeof value === "object" && value !== null && "build" in value && "problems" in value;
}
