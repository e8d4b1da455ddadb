import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import type { Variant } from "./variants.ts";
import { copyWorkspace, packagesUsing, testFiles } from "./workspace.ts";

/** The repository. */
export const root = resolve(import.meta.dirname, "../../..");

/** What a command said; empty where it ended well. */
type Complaint = string;

/** The outcome of the tests of a copy. */
export interface TestRun {
  /** Test files there are. */
  readonly files: number;
  readonly numTotalTestSuites: number;
  readonly numPassedTests: number;
  /** Which failed, and jest's words. */
  readonly failures: string;
}

/** A copy of the workspace on other bindings, installed. */
export class Copy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(variant: Variant): Promise<Copy> {
    // WHY not a temporary folder: pnpm links from its store within one disk only, and the bindings are large.
    const copy = new Copy(join(root, ".mainstay/compatibility", variant.name));
    copyWorkspace(root, copy.folder, variant.catalog);
    // WHY not frozen: the lockfile is the project's, and pnpm adds to it the one or two packages that differ, whose versions are exact.
    const complaint = await copy.#run("pnpm", [
      "install",
      "--no-frozen-lockfile",
      "--prefer-offline",
      "--ignore-scripts",
    ]);
    if (complaint !== "") throw new Error(`pnpm install for ${variant.name} failed:\n${complaint}`);
    return copy;
  }

  typecheck(): Promise<Complaint> {
    return this.#run("tsc", ["--noEmit", "-p", "."]);
  }

  /** Runs the tests of every package that uses cdktf or its bindings. */
  async test(): Promise<TestRun> {
    const folders = packagesUsing(this.folder, ["cdktf", "@cdktf/provider-aws"]);
    const results = join(this.folder, "results.json");
    const patterns = folders.map((folder) => `<rootDir>/${folder}/src/**/*.test.ts`);
    const jest = "--config jest.config.js --rootDir . --ci --maxWorkers 1 --json --outputFile results.json --testMatch";
    const failures = await this.#run("jest", [...jest.split(" "), ...patterns], {
      NODE_OPTIONS: "--experimental-vm-modules --no-warnings",
    });
    if (!existsSync(results)) throw new Error(failures);
    return {
      ...JSON.parse(readFileSync(results, "utf8")),
      files: testFiles(this.folder, folders).length,
      failures: failures.replaceAll(/^PASS .*\n/gm, ""),
    };
  }

  /** The folder with all stacks of all environments. */
  synthesize(): Promise<string> {
    return synthesize(this.folder);
  }

  async #run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Complaint> {
    const { exitCode, all } = await execa(program, args, {
      cwd: this.folder,
      env,
      preferLocal: true,
      localDir: this.folder,
      stdin: "ignore",
      all: true,
      reject: false,
    });
    return exitCode === 0 ? "" : all;
  }
}

/** Synthesises the environments of `workspace` into a new folder, which it answers. */
export async function synthesize(workspace: string): Promise<string> {
  const output = mkdtempSync(join(tmpdir(), "mainstay-compatibility-"));
  await execa("node", ["--no-experimental-detect-module", "src/main.ts"], {
    cwd: join(workspace, "apps/infra"),
    env: { CDKTF_OUTDIR: output },
  });
  return output;
}
