import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Environment } from "@mainstay/emulator";
import { type Place, root } from "./place.ts";

export interface CdktfOptions {
  readonly place: Place;
  readonly env: Environment;
  /** Told each line as it comes. */
  readonly line: (text: string) => void;
}

/** `cdktf` failed; the message ends with what it and Terraform said. */
export class CdktfError extends Error {}

/** Rounds of the same command that cdktf itself would run from the root, on the stacks of one rehearsal. */
export function cdktf(
  command: "deploy" | "destroy",
  stacks: readonly string[],
  { place, env, line }: CdktfOptions,
): Promise<void> {
  const args = [command, ...stacks, "--auto-approve", "--skip-provider-lock", "--output", place.output];
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules/.bin/cdktf"), args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(join(place.folder, `${command}.log`));
    // WHY: Terraform says why it failed well before cdktf's last line.
    const tail: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (text) => {
        log.write(`${stripVTControlCharacters(text)}\n`);
        tail.push(text);
        if (tail.length > 60) tail.shift();
        line(text);
      });
    }
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.once("SIGTERM", pass);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGTERM", pass);
      log.end();
      if (code === 0) resolve();
      else reject(new CdktfError(`cdktf ${command} ended with ${signal ?? code}:\n${tail.join("\n")}`));
    });
  });
}
