import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Here, Terraforming } from "./lock.ts";

/** This machine, and every Terraform that runs on it. */
export function here(now = new Date()): Here {
  const table = execFileSync("ps", ["-A", "-o", "pid=,etime=,comm="], { encoding: "utf8" });
  const terraforms = terraformsIn(table, now).map((process) => ({ ...process, ...directoryOf(process.pid) }));
  return { host: hostname(), terraforms };
}

/** The Terraforms in what `ps` printed; their providers are none. */
export function terraformsIn(table: string, now: Date): Terraforming[] {
  return table.split("\n").flatMap((line) => {
    const [, pid, elapsed = "", command = ""] = /^\s*(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (command.split("/").at(-1) !== "terraform") return [];
    return [{ pid: Number(pid), started: new Date(now.getTime() - 1000 * secondsOf(elapsed)) }];
  });
}

/** Seconds in `[[days-]hours:]minutes:seconds`. */
function secondsOf(elapsed: string): number {
  const [clock = "", days = "0"] = elapsed.split("-").toReversed();
  const time = clock.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
  return 86_400 * Number(days) + time;
}

function directoryOf(pid: number): Pick<Terraforming, "directory"> {
  try {
    return { directory: readlinkSync(`/proc/${pid}/cwd`) };
  } catch {
    return askLsof(pid);
  }
}

/** Where there is no /proc: macOS. */
function askLsof(pid: number): Pick<Terraforming, "directory"> {
  try {
    const said = execFileSync("lsof", ["-a", "-p", String(pid), "-d", "cwd", "-Fn"], { encoding: "utf8" });
    const directory = /^n(.+)$/m.exec(said)?.[1];
    return directory === undefined ? {} : { directory };
  } catch {
    return {};
  }
}
