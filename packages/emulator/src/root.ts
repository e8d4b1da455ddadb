import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The checkout's root: the nearest directory upwards that holds `pnpm-workspace.yaml`. */
export const repositoryRoot = findRoot(import.meta.dirname);

/** The overlay's Python package and its pinned requirements. */
export const pythonSources = join(import.meta.dirname, "../python");

function findRoot(directory: string): string {
  if (existsSync(join(directory, "pnpm-workspace.yaml"))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`no pnpm-workspace.yaml above ${import.meta.dirname}`);
  return findRoot(parent);
}
