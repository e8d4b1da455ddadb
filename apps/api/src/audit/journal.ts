import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { contract } from "@mainstay/contract";
import { createFolders, type Folders, namesIn, syncFolder } from "../folders.ts";
import type { AuditLine } from "./queries.ts";

/** A line with its time, as the log stores it: what is written down later must not move. */
export type TimedLine = AuditLine & { readonly at: string };

/** Closed segments, each of which is to be entered in the log as a whole, once. */
export interface Segment {
  /** Unique; marks in the database that it was entered. */
  readonly id: string;
  readonly lines: readonly TimedLine[];
  readonly remove: () => Promise<void>;
}

/**
 * Where the audit log is kept while the database is away: lines on the shared disk, flushed before the answer leaves. Whichever
 * process sees the database again enters them.
 */
export interface AuditJournal {
  /** Resolves when the lines would survive a power failure. Rejects when the disk does not take them: then nobody may see anything. */
  readonly append: (lines: readonly TimedLine[]) => Promise<void>;
  /** This process has lines that are not entered yet. */
  readonly pending: () => boolean;
  /** What is ready to be entered: of this process, and of those that ended without doing so. */
  readonly segments: () => Promise<Segment[]>;
}

const segmentMs = contract.audit.segment * 1000;
const orphanMs = contract.audit.orphanAge * 1000;
const [growing, closed] = [".open", ".jsonl"];

/** WHY beside the documents: that disk outlives a container, and all tasks see it. */
export const journalIn = (documentsDirectory: string): string => join(documentsDirectory, "audit-journal");

interface Growing {
  readonly handle: FileHandle;
  readonly path: string;
  readonly since: number;
}

export function createAuditJournal(directory: string): AuditJournal {
  let waiting: { readonly text: string; readonly done: PromiseWithResolvers<void> }[] = [];
  let segment: Growing | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let writing = false;
  let unentered = false;
  const folders = createFolders();

  /** One after the other: nobody closes what is written to. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const close = async () => {
    if (segment === undefined) return;
    const { handle, path } = segment;
    segment = undefined;
    await handle.close();
    await rename(path, path.slice(0, -growing.length) + closed);
  };

  // WHY together: what arrives while the disk flushes shares the next flush.
  const write = async () => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await inTurn(async () => {
          if (segment !== undefined && performance.now() - segment.since > segmentMs) await close();
          segment ??= await begin(folders, directory);
          unentered = true;
          await segment.handle.appendFile(batch.map(({ text }) => text).join(""));
          await segment.handle.datasync();
        });
        for (const { done } of batch) done.resolve();
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    writing = false;
  };

  return {
    append(lines) {
      const done = Promise.withResolvers<void>();
      waiting.push({ text: lines.map((line) => `${JSON.stringify(line)}\n`).join(""), done });
      if (!writing) void write();
      return done.promise;
    },
    pending: () => unentered,
    async segments() {
      await inTurn(async () => {
        await close();
        unentered = false;
      });
      await adopt(directory);
      const names = (await namesIn(directory)).filter((name) => name.endsWith(closed));
      const found = await Promise.all(names.map((name) => segmentAt(directory, name)));
      return found.filter((it) => it !== undefined);
    },
  };
}

async function begin(folders: Folders, directory: string): Promise<Growing> {
  await folders.make(directory);
  const path = join(directory, `${randomUUID()}${growing}`);
  const handle = await open(path, "ax", 0o600);
  try {
    await syncFolder(directory);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { handle, path, since: performance.now() };
}

/** Closes what processes have left that are gone. */
async function adopt(directory: string): Promise<void> {
  for (const name of await namesIn(directory)) {
    if (!name.endsWith(growing)) continue;
    const path = join(directory, name);
    const { mtimeMs = Date.now() } = (await stat(path).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs < orphanMs) continue;
    await rename(path, path.slice(0, -growing.length) + closed).catch(() => undefined);
  }
}

/** `undefined` when another process was quicker. */
async function segmentAt(directory: string, name: string): Promise<Segment | undefined> {
  const path = join(directory, name);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return { id: name.slice(0, -closed.length), lines: linesOf(text), remove: () => rm(path, { force: true }) };
}

/** WHY what cannot be read is left out: a process died while it wrote that line, so that nobody was shown anything for it. */
function linesOf(text: string): TimedLine[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as TimedLine];
    } catch {
      return [];
    }
  });
}
