import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** What a process and its children used, as the operating system counts it. */
export interface Usage {
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const root = resolve(import.meta.dirname, "../../..");

/**
 * Node's options as in cdktf.json, for every program.
 *
 * WHY there: provider modules do not say that they are CommonJS, and looking into each costs a tenth of a small synthesis; a young
 * generation of 8 MiB costs nothing and saves a fifth of the memory of a large one.
 */
const options = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8"))
  .app.split(" ")
  .filter((word: string) => word.startsWith("--"));

/** Runs a Node program to its end, with `output` emptied before. */
export function use(file: string, args: readonly string[], output: string, env: NodeJS.ProcessEnv): Usage {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const command = [join(import.meta.dirname, "measure.py"), process.execPath, ...options, file, ...args];
  const { status, stdout, stderr } = spawnSync("python3", command, {
    // As `npm run` sets it, also for a bench that is started otherwise.
    env: { NODE_COMPILE_CACHE: join(root, ".mainstay/compile-cache"), ...process.env, ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** The middle one of `values`; of an even number the lower of both. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
