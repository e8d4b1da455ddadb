import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../places.ts";

/** What the preflight of `npm run deploy` says of an environment. */
export interface Looked {
  /** Whether nothing is lost that must not be. */
  readonly well: boolean;
  readonly words: string;
}

/**
 * Compares what is deployed with what the stacks say now, as `npm run deploy` does before it begins. Where that cannot be done, nothing
 * is well.
 *
 * WHY a process: the preflight belongs to the app, which names the words of its own environments.
 */
export function look(environment: string, output: string): Promise<Looked> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--no-warnings", join(root, "apps/infra/src/preflight/main.ts"), environment],
      { env: { ...process.env, CDKTF_OUTPUT: output }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const parts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => parts.push(part));
    child.on("error", reject);
    child.on("close", (code) => resolve({ well: code === 0, words: Buffer.concat(parts).toString().trim() }));
  });
}
