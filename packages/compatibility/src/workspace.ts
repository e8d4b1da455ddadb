import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** What a copy does without: results of commands, and what pnpm makes again. */
const made = new Set(["node_modules", ".mainstay", ".turbo", ".results", ".git", "cdktf.out", "dist", "coverage"]);

/** Packages of the project's own that a copy does not need. WHY the CLI: it belongs to the original cdktf, and here nothing is deployed. */
const unneeded = ["cdktf-cli"];

/** Copies the sources of the workspace `from` to `to`, which is emptied before, with other versions in its catalog. */
export function copyWorkspace(from: string, to: string, catalog: Readonly<Record<string, string>>): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((entry) => !made.has(entry))) {
    cpSync(join(from, name), join(to, name), { recursive: true, filter: (path) => !made.has(basename(path)) });
  }
  edit(join(to, "pnpm-workspace.yaml"), (text) => withCatalog(text, catalog));
  edit(join(to, "package.json"), (text) => withoutDependencies(text, unneeded));
  const sources = { extends: "./tsconfig.base.json", include: ["packages/*/src", "apps/infra/src"] };
  writeFileSync(join(to, "tsconfig.json"), JSON.stringify(sources));
}

/** `pnpm-workspace.yaml` with other versions; every name has to be there, once. */
export function withCatalog(yaml: string, catalog: Readonly<Record<string, string>>): string {
  return Object.entries(catalog).reduce((text, [name, version]) => {
    const entry = new RegExp(`^  "?${name}"?: .*$`, "gm");
    const found = text.match(entry)?.length ?? 0;
    if (found !== 1) throw new Error(`pnpm-workspace.yaml names ${name} ${found} times; its catalog must do so once.`);
    return text.replace(entry, `  "${name}": ${version}`);
  }, yaml);
}

/** A `package.json` without development dependencies of these names. */
export function withoutDependencies(json: string, names: readonly string[]): string {
  const manifest: { readonly devDependencies?: Readonly<Record<string, string>> } = JSON.parse(json);
  const kept = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => !names.includes(name));
  return JSON.stringify({ ...manifest, devDependencies: Object.fromEntries(kept) }, null, 2);
}

/** The folders of `workspace` whose packages use one of `dependencies`, below `packages` and `apps`. */
export function packagesUsing(workspace: string, dependencies: readonly string[]): string[] {
  return ["packages", "apps"].flatMap((parent) =>
    readdirSync(join(workspace, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => dependencies.some((name) => name in dependenciesOf(join(workspace, folder, "package.json")))),
  );
}

/** Every test file below `folders`, which jest has to have run. */
export function testFiles(workspace: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(workspace, folder, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(workspace, folder, "src", name)),
  );
}

function dependenciesOf(file: string): Readonly<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
  return { ...dependencies, ...devDependencies };
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
