import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The repository. */
export const root = resolve(import.meta.dirname, "../../../..");

/**
 * Where one rehearsal keeps what it makes: synthesised stacks, their states, the local AWS.
 *
 * WHY: never the folders of a real deployment. A state that describes a local AWS must not be mistaken for an account's.
 */
export class Place {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** What `cdktf --output` takes; stacks reach their states by a path relative to it. */
  get output(): string {
    return join(this.folder, "cdktf.out");
  }

  get states(): string {
    return join(this.folder, "terraform-state/local");
  }

  stateOf(stack: string): string {
    return join(this.states, `${stack}.tfstate`);
  }

  directoryOf(stack: string): string {
    return join(this.output, "stacks", stack);
  }

  /** For people: `source` it, and the AWS CLI and cdktf work on this rehearsal. */
  get shellFile(): string {
    return join(this.folder, "env.sh");
  }

  /** Which resource type was answered by whom. */
  get reportFile(): string {
    return join(this.folder, "answered-by.txt");
  }

  /** Forgets what was deployed: right when the local AWS that held it is gone. */
  forget(): void {
    for (const path of [this.output, this.states]) rmSync(path, { recursive: true, force: true });
    mkdirSync(this.states, { recursive: true });
  }

  /** `path`: folders that go first on the PATH. */
  writeShellFile(env: Readonly<Record<string, string | undefined>>, path: readonly string[] = []): void {
    const lines = Object.entries(env).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`,
    );
    if (path.length > 0) lines.push(`export PATH=${quoted(path.join(":"))}:"$PATH"`);
    writeFileSync(this.shellFile, `${lines.join("\n")}\n`);
  }
}

/** As one word of a shell, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** The rehearsal of `npm start`. */
export const startPlace = () => new Place(join(root, ".mainstay/rehearsal"));
