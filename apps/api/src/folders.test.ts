import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createAuditJournal } from "./audit/journal.ts";
import { createDocumentFiles } from "./documents/files.ts";
import { createFolders } from "./folders.ts";

let directory: string;
/** Inodes of what was flushed, in order, and of those alone that had been flushed when the call came back. */
let flushed: number[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-folders-"));
  flushed = [];
  const prototype = await handlePrototype();
  for (const how of ["sync", "datasync"] as const) {
    const real = prototype[how];
    jest.spyOn(prototype, how).mockImplementation(async function (this: FileHandle) {
      const { ino } = await this.stat();
      await real.call(this);
      flushed.push(ino);
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

const inode = (...path: string[]) => statSync(join(directory, ...path)).ino;

describe("a folder that is made", () => {
  it("is flushed in its parent, and so are the parents that were made with it, from the highest down", async () => {
    await createFolders().make(join(directory, "a", "b", "c"));
    expect(flushed).toEqual([inode(), inode("a"), inode("a", "b")]);
  });

  it("is flushed once; again where somebody removed it meanwhile", async () => {
    const folders = createFolders();
    await folders.make(join(directory, "a"));
    await folders.make(join(directory, "a"));
    expect(flushed).toEqual([inode()]);
    rmSync(join(directory, "a"), { recursive: true });
    await folders.make(join(directory, "a"));
    expect(flushed).toEqual([inode(), inode()]);
  });

  it("is flushed also where another process made it, which may not have come so far", async () => {
    mkdirSync(join(directory, "a"));
    await createFolders().make(join(directory, "a"));
    expect(flushed).toEqual([inode()]);
  });
});

describe("what was acknowledged survives a power failure", () => {
  it("a document: its content, its name, and the name of its folder", async () => {
    const files = createDocumentFiles(join(directory, "documents"));
    const receive = async () => {
      const body = Object.assign(new PassThrough(), { headers: {} });
      body.end("one page");
      return (await files.receive(body as unknown as IncomingMessage, "text/plain")).file;
    };
    const file = await receive();
    const folder = file.slice(0, 2);
    const needed = [[folder, file], [folder], [], [".."]].map((path) => inode("documents", ...path));
    expect(flushed).toEqual(expect.arrayContaining(needed));
    // The folder last: with the name in it.
    expect(flushed.at(-1)).toBe(inode("documents", folder));
  });

  it("a line of the journal: its text, the name of its segment, and the name of the journal's folder", async () => {
    await createAuditJournal(join(directory, "documents", "journal")).append([
      { action: "patient.read", subject: "patient", id: 7, account: 2, requestId: "1", at: "2026-01-31 12:00:00.000" },
    ]);
    expect(flushed).toEqual([
      inode(),
      inode("documents"),
      inode("documents", "journal"),
      expect.any(Number), // the text, which is flushed last
    ]);
  });
});

/** The class of file handles, which Node does not export. */
async function handlePrototype(): Promise<FileHandle> {
  const place = join(await mkdtemp(join(tmpdir(), "mainstay-handle-")), randomUUID());
  const handle = await open(place, "w");
  await handle.close();
  await rm(dirname(place), { recursive: true });
  return Object.getPrototypeOf(handle) as FileHandle;
}
