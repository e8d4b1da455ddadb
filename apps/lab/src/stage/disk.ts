import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Room for the documents of one side, in MiB. */
const room = 64;

/** The shared file system of the documents: small, so that it can be full. */
export interface Disk {
  /** Where a process within the namespace finds it. */
  readonly path: string;
  /** Where everybody finds it. */
  readonly seen: string;
  /** Words before a program that is to see it. */
  readonly within: readonly string[];
  /** Why it cannot be filled; undefined where it can. */
  readonly unfillable?: string;
  readonly fill: () => Promise<void>;
  readonly free: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/**
 * A memory disk in a mount namespace of its own, which ends with the process that holds it. Without the right to that, a folder
 * that cannot be filled.
 */
export async function startDisk(path: string): Promise<Disk> {
  await mkdir(path, { recursive: true });
  const nothing = async () => undefined;
  const folder: Disk = {
    path,
    seen: path,
    within: [],
    unfillable: "a disk of its own needs root and mount namespaces",
    fill: nothing,
    free: nothing,
    remove: nothing,
  };
  if (process.getuid?.() !== 0) return folder;
  const script = `mount -t tmpfs -o size=${room}m,mode=700 lab "$1" && : > "$1/.mounted" && exec sleep 86400`;
  const holder = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", "-m", "sh", "-c", script, "disk", path], {
    stdio: "ignore",
  });
  const seen = `/proc/${holder.pid}/root${path}`;
  while (!existsSync(join(seen, ".mounted"))) {
    if (holder.exitCode !== null || holder.pid === undefined) return folder;
    await sleep(20);
  }
  const ballast = join(seen, "ballast");
  return {
    path,
    seen,
    within: ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, `--wd=${path}`],
    fill: () => writeFile(ballast, Buffer.alloc(2 * room * 2 ** 20)).catch(() => undefined),
    free: () => rm(ballast, { force: true }),
    async remove() {
      if (holder.exitCode !== null || holder.signalCode !== null) return;
      const ended = once(holder, "exit");
      holder.kill("SIGKILL");
      await ended;
    },
  };
}
