import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Here, judge, type LockInfo, lockIn, lockInFile, type Verdict } from "./lock.ts";
import type { Stack } from "./stacks.ts";
import { must, RecoveryError } from "./terraform.ts";
import type { Workspace } from "./workspace.ts";

/** A lock that was found, and what became of it. */
export interface FoundLock {
  readonly info: LockInfo;
  readonly verdict: Verdict;
  readonly broken: boolean;
}

interface Asking {
  readonly here: () => Here;
  /** A person knows that a holder on another machine is gone. */
  readonly breakLock: boolean;
}

/** Looks for a lock on the stack's state, and breaks it where its holder is gone. Undefined where there is none. */
export async function settleLock(
  stack: Stack,
  workspace: Workspace,
  { here, breakLock }: Asking,
): Promise<FoundLock | undefined> {
  const file = localLockFile(stack);
  const left = file === undefined ? undefined : readLock(file);
  // WHY this command: it takes the lock and gives it back, and does nothing else. It needs no provider.
  const ran = await workspace.run("untaint", "-no-color", "-allow-missing", "-lock-timeout=0s", "recovery.none");
  if (ran.code === 0) {
    // WHY: the system frees the lock on a local state when its process ends; only the file beside it is left.
    return left === undefined ? undefined : { info: left, verdict: { is: "abandoned" }, broken: true };
  }
  const info = lockIn(ran.stderr) ?? left;
  if (!ran.stderr.includes("Error acquiring the state lock")) must("Looking for a lock", ran);
  if (info === undefined) throw new RecoveryError(unreadable(stack, ran.stderr));
  const judged = judge(info, stack.name, here());
  // WHY: the system knows better than the process table who holds a local state.
  const verdict: Verdict = file !== undefined && judged.is !== "held" ? { is: "held" } : judged;
  const broken = verdict.is === "abandoned" || (verdict.is === "elsewhere" && breakLock);
  if (broken) must("Breaking the lock", await workspace.run("force-unlock", "-force", info.id));
  return { info, verdict, broken };
}

/** Where Terraform notes who holds a local state; undefined for a state elsewhere. */
function localLockFile({ directory, configuration }: Stack): string | undefined {
  const path = configuration.terraform.backend?.local?.path;
  if (typeof path !== "string") return undefined;
  const state = resolve(directory, path);
  return join(dirname(state), `.${basename(state)}.lock.info`);
}

function readLock(file: string): LockInfo | undefined {
  if (!existsSync(file)) return undefined;
  const info = lockInFile(readFileSync(file, "utf8"));
  if (info === undefined) rmSync(file, { force: true });
  return info;
}

function unreadable({ name }: Stack, said: string): string {
  return `${name} is locked, and the lock does not say by whom:\n${said.trim()}`;
}
