import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

const root = join(import.meta.dirname, "../..");
const compiler = join(root, "../../node_modules/.bin/tsc");

/** An empty project that has installed this package, as it would be published, beside one version of mysql2. */
export interface Installed {
  /** Where the package is in it. */
  readonly package: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Has the compiler look at all TypeScript that was written. @returns what it says; empty when all is well */
  typecheck(): Promise<string>;
  /** Runs a file that was written. @returns what it prints */
  run(file: string, env?: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/**
 * Packs this package and installs the archive in a temporary folder. Nothing is fetched: what it stands on are links to what this
 * workspace has installed.
 *
 * @param driver the dependency of this package that is mysql2 there
 */
export async function installIn(driver: "mysql2" | "mysql2-oldest"): Promise<Installed> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mainstay-installed-")));
  const packed = join(folder, "packed");
  const link = (path: string) => `link:${realpathSync(join(root, path))}`;
  mkdirSync(packed);
  await execa("pnpm", ["pack", "--pack-destination", packed], { cwd: root });
  const [archive = ""] = readdirSync(packed);
  write(folder, {
    "package.json": JSON.stringify({
      type: "module",
      dependencies: {
        "@mainstay/mysql-resilience": `file:packed/${archive}`,
        mysql2: link(`node_modules/${driver}`),
        "@types/node": link("../../node_modules/@types/node"),
      },
    }),
    "pnpm-workspace.yaml": JSON.stringify({ overrides: { cockatiel: link("node_modules/cockatiel") } }),
    "tsconfig.json": JSON.stringify({
      // As strict as a project may be, and nothing of this repository's.
      compilerOptions: {
        module: "nodenext",
        target: "es2024",
        strict: true,
        exactOptionalPropertyTypes: true,
        allowImportingTsExtensions: true,
        noEmit: true,
        types: ["node"],
      },
    }),
  });
  await execa("pnpm", ["install", "--offline"], { cwd: folder });
  return {
    package: join(folder, "node_modules/@mainstay/mysql-resilience"),
    write: (files) => write(folder, files),
    typecheck: async () => (await execa(compiler, ["-p", "."], { cwd: folder, reject: false })).stdout,
    run: async (file, env = {}) => (await execa("node", ["--no-warnings", file], { cwd: folder, env })).stdout,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
