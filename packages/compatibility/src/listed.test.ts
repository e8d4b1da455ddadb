import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { listed } from "./listed.ts";
import { table, withTable } from "./table.ts";
import { variants } from "./variants.ts";

describe("the list of differences", () => {
  it("is what the README says; `pnpm document` writes it there", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const plain = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/ +/g, " ").replaceAll(/-+/g, "-"));
    const rows = readme.split("\n").filter((line) => line.startsWith("| variant") || /^\| (-|cdkt)/.test(line));
    expect(plain(rows)).toEqual(plain(table(listed)));
  });

  it("names variants that are there, and says why", () => {
    const names = variants.map(({ name }) => name);
    expect(listed.filter(({ variant, why }) => !names.includes(variant) || why === "")).toEqual([]);
  });
});

describe("withTable", () => {
  it("replaces the table, and nothing around it", () => {
    const readme = "# Title\n\n| variant | old |\n| --- | --- |\n| x | y |\n\n| another | table |\n";
    expect(withTable(readme, ["| variant | new |"])).toBe("# Title\n\n| variant | new |\n\n| another | table |\n");
    expect(() => withTable("# Title", [])).toThrow("no table");
  });

  it("keeps a cell whole", () => {
    const row = { variant: "v", file: "manifest.json", path: "a", here: '"x|y"', there: "absent", why: "z" } as const;
    expect(table([row]).at(-1)).toBe('| v | manifest.json | `a` | `"x\\|y"` | absent | z |');
  });
});
