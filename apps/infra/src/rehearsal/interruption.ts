import { execFileSync } from "node:child_process";

/** One line of `ps`. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** Every process called `name` that descends from `ancestor`. */
export function descendants(processes: readonly Process[], ancestor: number, name: string): number[] {
  const children = processes.filter(({ parent }) => parent === ancestor);
  return children.flatMap((child) => [
    ...(child.name === name ? [child.pid] : []),
    ...descendants(processes, child.pid, name),
  ]);
}

/**
 * Has the Terraforms below `cdktf` stop as they do on Ctrl-C: they end what they are in the middle of, and keep it in the state.
 * Answers how many there are.
 *
 * WHY not Ctrl-C for cdktf itself: it kills Terraform at once, and the state does not know of what was just made.
 */
export function interruptTerraform(cdktf: number): number {
  const found = descendants(running(), cdktf, "terraform");
  for (const pid of found) process.kill(pid, "SIGINT");
  return found.length;
}

function running(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => {
      const [pid = "", parent = "", name = ""] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), name: name.split("/").at(-1) ?? "" };
    });
}
