import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { zip } from "./zip.ts";

const files = { "b.mjs": "export const b = 1;\n", "a.mjs": "export const a = 'ä';\n", "empty.mjs": "" };

describe("zip", () => {
  it("makes the same bytes in every run and on every machine", () => {
    const digest = createHash("sha256").update(zip(files)).digest("hex");
    expect(digest).toBe("be16bf549417a19a376cf9831b276a12f020eafd05baee6024fc0cef64abcaea");
    const { "a.mjs": a, ...others } = files;
    expect(zip({ ...others, "a.mjs": a })).toEqual(zip(files));
  });

  it("is an archive that others read, with the files as they were and readable for everybody", () => {
    const directory = mkdtempSync(join(tmpdir(), "zip-"));
    const file = join(directory, "code.zip");
    writeFileSync(file, zip(files));
    const script = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(json.dumps([archive.testzip(), [[i.filename, archive.read(i).decode(), oct(i.external_attr >> 16)] for i in archive.infolist()]]))`;
    const [broken, entries] = JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
    rmSync(directory, { recursive: true });
    expect(broken).toBeNull();
    expect(entries).toEqual([
      ["a.mjs", files["a.mjs"], "0o100644"],
      ["b.mjs", files["b.mjs"], "0o100644"],
      ["empty.mjs", "", "0o100644"],
    ]);
  });
});
