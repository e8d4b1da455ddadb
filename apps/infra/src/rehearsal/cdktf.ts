import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Environment } from "@mainstay/emulator";
import { interruptTerraform } from "./interruption.ts";
import { type Place, root } from "./place.ts";

export interface CdktfOptions {
  readonly place: Place;
  readonly env: Environment;
  /** Told each line as it comes. */
  readonly line: (text: string) => void;
}

/** `cdktf` failed; the message ends with what it and Terraform said. */
export class CdktfError extends Error {}

/** It was stopped on purpose, by Ctrl-C or a signal. */
export class InterruptedError extends CdktfError {}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The command that one would type at the root, on the stacks of one rehearsal.
 *
 * A first Ctrl-C has Terraform end in order; a second one kills everything.
 */
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
      // WHY: a terminal sends Ctrl-C to the whole group; see interruptTerraform.
      detached: true,
    });
    const log = createWriteStream(join(place.folder, `${command}.log`));
    // WHY: Terraform says why it failed well before cdktf's last line.
    const tail: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (text) => {
        const plain = stripVTControlCharacters(text);
        log.write(`${plain}\n`);
        tail.push(plain);
        if (tail.length > 60) tail.shift();
        line(text);
      });
    }
    let interruptions = 0;
    const interrupt = () => {
      const { pid } = child;
      if (pid === undefined) return;
      interruptions += 1;
      if (interruptions > 1) process.kill(-pid, "SIGKILL");
      else if (interruptTerraform(pid) === 0) process.kill(-pid, "SIGTERM");
    };
    for (const signal of signals) process.on(signal, interrupt);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const name of signals) process.off(name, interrupt);
      log.end();
      if (code === 0) resolve();
      else if (interruptions > 0) reject(new InterruptedError(`cdktf ${command} was interrupted.`));
      else reject(new CdktfError(`cdktf ${command} ended with ${signal ?? code}:\n${whyIn(tail)}`));
    });
  });
}

/** Terraform's own explanation, which it draws a frame around; where there is none, all that was said last. */
export function whyIn(lines: readonly string[]): string {
  const framed = lines.filter((text) => /^\S*\s+[╷│╵]/.test(text)).map((text) => text.replace(/^\S*\s+/, ""));
  return (framed.length > 0 ? framed : lines).join("\n");
}
