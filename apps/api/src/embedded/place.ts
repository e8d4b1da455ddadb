import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { engineInUse } from "@mainstay/mysql-resilience/testing";

/** Where the embedded clinic keeps everything: ignored by git, removed to begin anew. */
export interface Place {
  readonly folder: string;
  readonly database: string;
  readonly documents: string;
  /** Made at the first start, so that tokens and the database survive the next. */
  readonly secrets: { readonly tokenKey: string; readonly databasePassword: string };
  /** Says that this process uses it; false when another does. */
  readonly enter: () => boolean;
  readonly leave: () => void;
  /** Says to others where the open clinic is. */
  readonly announce: (open: Open) => void;
  /** What the process that uses it has said; undefined before that. */
  readonly announced: () => Open | undefined;
}

/** Where a clinic that is open can be found. */
export interface Open {
  readonly address: string;
  /** Absent: the database is somebody else's. */
  readonly databasePort?: number;
}

/** In the project's own folder, whatever the working directory. */
export const standardFolder = resolve(import.meta.dirname, "../../../..", ".mainstay/api");

export function openPlace(folder = standardFolder): Place {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pid = join(folder, "pid");
  const open = join(folder, "open.json");
  return {
    folder,
    database: join(folder, engineInUse().name),
    documents: join(folder, "documents"),
    secrets: readSecrets(join(folder, "secrets.json")),
    enter() {
      if (isRunning(pid)) return false;
      writeFileSync(pid, String(process.pid));
      return true;
    },
    leave: () => {
      rmSync(pid, { force: true });
      rmSync(open, { force: true });
    },
    announce: (it) => writeFileSync(open, JSON.stringify(it)),
    announced: () => (existsSync(open) ? (JSON.parse(readFileSync(open, "utf8")) as Open) : undefined),
  };
}

function readSecrets(path: string): Place["secrets"] {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    const secrets = { tokenKey: randomBytes(32).toString("hex"), databasePassword: randomBytes(16).toString("hex") };
    writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}

function isRunning(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    if (pid === process.pid) return false;
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
