import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The checkout. */
export const root = resolve(import.meta.dirname, "../../..");

/** The file that an environment comes from, relative to the repository; what code scanning points at. */
export function sourceOf(environment: string): string {
  const file = `apps/infra/src/environments/${environment}.ts`;
  return existsSync(join(root, file)) ? file : environment;
}
