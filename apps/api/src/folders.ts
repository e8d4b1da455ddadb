import { constants } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes folders that a power failure does not take back. */
export interface Folders {
  /** Resolves when the folder is there, and would be after a power failure. Its parents are made, too. */
  readonly make: (path: string) => Promise<void>;
}

/** WHY a memory: what this process has seen safe on disk need not be flushed again for each file. */
export function createFolders(): Folders {
  const safe = new Set<string>();
  return {
    async make(path) {
      const first = await mkdir(path, { recursive: true, mode: 0o700 });
      // WHY also one that was there: another process, or another request, may have made it and not flushed its parent yet.
      if (first === undefined && safe.has(path)) return;
      safe.delete(path);
      for (const parent of parentsOf(path, first ?? path)) await syncFolder(parent);
      safe.add(path);
    },
  };
}

/** Flushes the names in a folder: without it a power failure can take back a file or a folder that was just made there. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** None where there is no such folder. */
export function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

/** The folders in which a name is new, from the highest down, when `first` and all below it as far as `path` were made. */
function parentsOf(path: string, first: string): string[] {
  const parents: string[] = [];
  for (let made = path; made.length >= first.length; made = dirname(made)) parents.unshift(dirname(made));
  return parents;
}
