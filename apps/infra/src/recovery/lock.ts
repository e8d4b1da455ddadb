/** What Terraform writes into a lock. */
export interface LockInfo {
  readonly id: string;
  /** `OperationTypeApply`. */
  readonly operation: string;
  /** `user@host`. */
  readonly who: string;
  readonly created: Date;
}

/** The lock in Terraform's complaint that it could not take it; undefined where it complains of something else. */
export function lockIn(complaint: string): LockInfo | undefined {
  const field = (name: string) => new RegExp(`^\\W*${name}:[ \\t]+(\\S.*?)\\s*$`, "m").exec(complaint)?.[1];
  const [id, who] = [field("ID"), field("Who")];
  if (id === undefined || who === undefined) return undefined;
  return { id, who, operation: field("Operation") ?? "unknown", created: goTime(field("Created") ?? "") };
}

/** The lock in the file that Terraform puts beside a local state. */
export function lockInFile(content: string): LockInfo | undefined {
  try {
    const { ID, Operation, Who, Created } = JSON.parse(content);
    return { id: ID, operation: Operation, who: Who, created: new Date(Created) };
  } catch {
    // WHY: a process that was killed while it wrote leaves half a file. It locks nothing.
    return undefined;
  }
}

/** `2026-11-21 15:45:47.620356377 +0000 UTC`, as Go prints a time. */
function goTime(text: string): Date {
  const [, day, time] = /^(\S+) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)/.exec(text) ?? [];
  return new Date(`${day}T${time}Z`);
}

/** A Terraform that runs on this machine. */
export interface Terraforming {
  readonly pid: number;
  readonly started: Date;
  /** Undefined where the system does not tell. */
  readonly directory?: string;
}

export interface Here {
  readonly host: string;
  readonly terraforms: readonly Terraforming[];
}

export type Verdict =
  /** It works, or may work: never broken. Which process it is, is not always seen. */
  | { readonly is: "held"; readonly pid?: number }
  /** On this machine, and gone. */
  | { readonly is: "abandoned" }
  /** On another machine, which cannot be asked. */
  | { readonly is: "elsewhere"; readonly host: string };

/** Names that many machines have: they do not say which one it was. */
const commonHosts = new Set(["localhost", "localhost.localdomain", ""]);

/** Terraform's clock and the process table's are read at different moments, and the latter counts in seconds. */
const slack = 2_000;

/**
 * Whether the holder of a lock is alive.
 *
 * Every Terraform on this machine that works in a folder of the stack's name, or nobody knows where, and began before the lock was made,
 * may be the holder.
 */
export function judge(lock: LockInfo, stack: string, here: Here): Verdict {
  const holder = here.terraforms.find(
    ({ started, directory }) =>
      started.getTime() <= lock.created.getTime() + slack &&
      (directory === undefined || directory.split("/").at(-1) === stack),
  );
  const host = lock.who.split("@").at(-1) ?? "";
  if (host !== here.host || commonHosts.has(host)) return { is: "elsewhere", host };
  return holder === undefined ? { is: "abandoned" } : { is: "held", pid: holder.pid };
}
