import { spawn } from "node:child_process";

/** What one Terraform command said. */
export interface Ran {
  /** Exit code; -1 when it was killed. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Terraform in one directory. A failure is an answer, not an exception. */
export type Terraform = (...args: readonly string[]) => Promise<Ran>;

/** Recovery cannot go on, with what to do. */
export class RecoveryError extends Error {}

/** Terraform in `directory`. `env` is added to this process's own variables. */
export function terraformIn(directory: string, env: Readonly<Record<string, string>>): Terraform {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn("terraform", args, {
        cwd: directory,
        // WHY: the words of the messages are read by people and by us; questions would wait for ever.
        env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      child.stdout.on("data", (part: Buffer) => parts.stdout.push(part));
      child.stderr.on("data", (part: Buffer) => parts.stderr.push(part));
      child.on("error", ({ message }) =>
        reject(
          new RecoveryError(
            `Terraform does not start (${message}). Install it: https://developer.hashicorp.com/terraform/install`,
          ),
        ),
      );
      child.on("close", (code) => {
        const [stdout = "", stderr = ""] = [parts.stdout, parts.stderr].map((list) => Buffer.concat(list).toString());
        resolve({ code: code ?? -1, stdout, stderr });
      });
    });
}

/** What Terraform said, or what it complained of. @throws RecoveryError that begins with `doing`. */
export function must(doing: string, { code, stdout, stderr }: Ran): string {
  if (code === 0) return stdout;
  const errors = diagnostics(stdout).map(({ summary, detail }) => `${summary}\n${detail}`.trim());
  const said = errors.length > 0 ? errors.join("\n\n") : stderr.trim() || stdout.trim();
  throw new RecoveryError(`${doing} failed:\n${said}`);
}

/** An error as `terraform -json` prints it. */
export interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
}

/** The errors among the lines of `terraform ... -json`. */
export function diagnostics(stdout: string): Diagnostic[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const { diagnostic }: { diagnostic?: { severity: string; summary: string; detail?: string } } = JSON.parse(line);
    if (diagnostic?.severity !== "error") return [];
    return [{ summary: diagnostic.summary, detail: diagnostic.detail ?? "" }];
  });
}
