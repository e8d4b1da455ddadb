import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

/** Plans that Terraform made. */
export const plans = join(import.meta.dirname, "../../../../packages/reliability/src/review/fixtures");
export const planFile = (name: string): string => join(plans, `${name}.plan.json`);

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Around {
  /** What is piped in. Left out: the standard input is a terminal. */
  readonly input?: string | Buffer | Readable;
  readonly env?: Terminal["env"];
  readonly cwd?: string;
  readonly columns?: number;
  readonly isErrorTerminal?: boolean;
}

/** Runs the command here, as a shell would. */
export async function mainstay(words: readonly string[], around: Around = {}): Promise<Said> {
  const [out, err]: string[][] = [[], []];
  const { input, env = {}, cwd = plans, columns, isErrorTerminal = false } = around;
  const stream = input instanceof Readable ? input : Readable.from(input === undefined ? [] : [Buffer.from(input)]);
  const stdin = Object.assign(stream, { isTTY: input === undefined });
  const code = await run(words, {
    stdin,
    out: (text) => out?.push(text),
    err: (text) => err?.push(text),
    env,
    cwd,
    columns,
    isErrorTerminal,
  });
  return { code, out: (out ?? []).join(""), err: (err ?? []).join("") };
}
