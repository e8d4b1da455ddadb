import type { Readable } from "node:stream";

/** Where the command reads and writes. Tests give their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Undefined where the output is no terminal. */
  readonly columns: number | undefined;
  readonly isErrorTerminal: boolean;
}

/** The one that this process has. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    env,
    cwd: process.cwd(),
    columns: stdout.isTTY ? (stdout.columns ?? 80) : undefined,
    isErrorTerminal: stderr.isTTY,
  };
}

/** NO_COLOR and FORCE_COLOR as no-color.org and Node have them. */
export function usesColor({ env, columns }: Terminal): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return columns !== undefined && env.TERM !== "dumb";
}

/** Says what takes long, where a person looks on. */
export function progress({ isErrorTerminal, err }: Terminal, text: string): void {
  if (isErrorTerminal) err(`${text}\n`);
}
