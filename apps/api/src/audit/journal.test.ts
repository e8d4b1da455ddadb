import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createAuditJournal, type TimedLine } from "./journal.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-journal-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const line = (requestId: string): TimedLine => ({
  action: "patient.read",
  subject: "patient",
  id: 7,
  account: 2,
  requestId,
  at: "2026-01-31 12:00:00.000",
});

describe("the journal of the audit log", () => {
  it("keeps every line that it promised, in order, also of many at once", async () => {
    const journal = createAuditJournal(directory);
    expect(journal.pending()).toBe(false);
    await Promise.all(Array.from({ length: 50 }, (_, index) => journal.append([line(String(index))])));
    expect(journal.pending()).toBe(true);
    const [segment, ...others] = await journal.segments();
    expect(others).toEqual([]);
    expect(segment?.lines).toEqual(Array.from({ length: 50 }, (_, index) => line(String(index))));
    expect(journal.pending()).toBe(false);
    await segment?.remove();
    expect(await journal.segments()).toEqual([]);
  });

  it("does not promise what the disk does not take", async () => {
    writeFileSync(join(directory, "file"), "");
    const journal = createAuditJournal(join(directory, "file", "below"));
    await expect(journal.append([line("1")])).rejects.toThrow("ENOTDIR");
  });

  it("leaves alone what another process still writes, and takes over what a dead one has left, but for its last breath", async () => {
    const other = createAuditJournal(directory);
    await other.append([line("alive")]);
    const journal = createAuditJournal(directory);
    expect(await journal.segments()).toEqual([]);

    const [name = ""] = readdirSync(directory);
    const orphan = join(directory, `orphan-${name}`);
    renameSync(join(directory, name), orphan);
    appendFileSync(orphan, '{"action":"patient.re');
    utimesSync(orphan, new Date(0), new Date(0));
    const [segment] = await journal.segments();
    expect(segment?.lines).toEqual([line("alive")]);
  });
});
