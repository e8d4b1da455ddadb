import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

/** Somebody else is at work in the same place. */
export class BusyError extends Error {}

/** Runs `work` while no other process does the same in `place`. */
export async function takeTurn<Result>(place: Place, work: () => Promise<Result>): Promise<Result> {
  const file = join(place.folder, "at-work.pid");
  const other = holder(file);
  if (other !== undefined) {
    throw new BusyError(
      `Process ${other} is already at work in ${place.folder}. Wait for it, or end it with: kill ${other}`,
    );
  }
  writeFileSync(file, String(process.pid), { flag: "wx" });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The living process that `file` names; a file that a killed process left is removed. */
function holder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    rmSync(file, { force: true });
    return undefined;
  }
}
