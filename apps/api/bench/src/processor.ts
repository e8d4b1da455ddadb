import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const perSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds of processor time that a process has used so far, all its threads together, as Linux counts them. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // WHY from the last bracket on: the name before it may hold anything. User and system time are the 14th and 15th word, proc_pid_stat(5).
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(words[11]) + Number(words[12])) / perSecond;
}
