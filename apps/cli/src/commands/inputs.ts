import { Option } from "commander";
import { bytesOf, textOf } from "../input/read-file.ts";
import type { Terminal } from "../terminal.ts";

/** What a digest is made of beside the plan. */
export interface DigestWords {
  readonly commit?: string;
  readonly lockFile?: string;
}

export const commitOption = () =>
  new Option("--commit <id>", "the commit from which the plan was made; a part of the digest");
export const lockFileOption = () =>
  new Option("--lock-file <file>", "the .terraform.lock.hcl with which it was made; a part of the digest");

/** WHY the key by variable: what is on a command line, every user of the machine can see. */
export const keyVariable = "MAINSTAY_KEY";

export async function digestInputs(
  { commit, lockFile }: DigestWords,
  terminal: Terminal,
): Promise<{ readonly key?: string; readonly commit?: string; readonly lockFile?: string }> {
  const key = terminal.env[keyVariable];
  return {
    ...(key !== undefined && key !== "" && { key }),
    ...(commit !== undefined && { commit }),
    ...(lockFile !== undefined && { lockFile: textOf(await bytesOf(lockFile, terminal)) }),
  };
}
