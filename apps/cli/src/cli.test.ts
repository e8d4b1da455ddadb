import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mainstay, planFile } from "./testing/run.ts";

const quiet = planFile("shop-quiet");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

describe("help", () => {
  it.each([
    ["--help"],
    ["help", "review"],
    ["review", "--help"],
    ["verify", "--help"],
    ["audit", "--help"],
    ["bootstrap", "--help"],
    ["emulator", "--help"],
    ["emulator", "start", "--help"],
  ])("of %s %s teaches in 80 columns", async (...words) => {
    const { code, out } = await mainstay(words);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: mainstay/);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("has an example of each command, and says what it ends with", async () => {
    for (const name of ["review", "verify", "audit", "bootstrap", "emulator"])
      expect((await mainstay([name, "--help"])).out).toMatch(new RegExp(`Examples:\n(.*\n)*.*mainstay ${name}`));
    expect((await mainstay(["review", "--help"])).out).toMatch(/Ends with 0 .*\n.*\n4 for a plan/);
  });

  it("comes when nothing is asked", async () => {
    expect(await mainstay([])).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage: mainstay/) });
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("has a script for %s", async (shell) => {
    expect((await printed(["complete", shell])).join("\n")).toMatch(/mainstay/);
  });

  it("knows commands, options and their values", async () => {
    expect((await printed(["complete", "--", "em"])).join("\n")).toMatch(/^emulator\t/);
    expect((await printed(["complete", "--", "review", "--fail"])).join("\n")).toMatch(/^--fail-on\t/);
    expect((await printed(["complete", "--", "review", "--fail-on", ""])).join("\n")).toMatch(/data-loss/);
  });

  it("knows files that may be plans, reviews and lock files", async () => {
    for (const name of ["b.json", "b.txt", ".terraform.lock.hcl"]) writeFileSync(inFolder(name), "");
    const files = async (...words: string[]) =>
      (await printed(["complete", "--", ...words], folder)).filter(
        (line) => line.startsWith("b.") || line.startsWith(".t"),
      );
    expect(await files("review", "b")).toEqual(["b.json\t"]);
    expect(await files("verify", "b.json", "--review", "b")).toEqual(["b.json\t"]);
    expect(await files("review", "b.json", "--lock-file", "")).toEqual([".terraform.lock.hcl\t"]);
    expect(await files("review", "none/")).toEqual([]);
  });

  /** WHY: the library prints by itself. */
  async function printed(words: readonly string[], cwd = folder): Promise<string[]> {
    const lines: string[] = [];
    const original = console.log;
    console.log = (line: unknown) => void lines.push(String(line));
    try {
      await mainstay(words, { cwd });
    } finally {
      console.log = original;
    }
    return lines;
  }
});

describe("a mistake of Mainstay", () => {
  it("is said to be one, without a stack unless it is asked for", async () => {
    // A terminal that cannot be written to stands for whatever nobody thought of.
    const { run } = await import("./cli.ts");
    const said: string[] = [];
    const terminal = {
      stdin: Object.assign(process.stdin),
      cwd: folder,
      columns: undefined,
      isErrorTerminal: false,
      err: (text: string) => void said.push(text),
      out: () => {
        throw new TypeError("boom");
      },
    };
    expect(await run(["review", quiet], { ...terminal, env: {} })).toBe(70);
    expect(said.join("")).toMatch(/^This is a mistake of Mainstay: boom\nSet MAINSTAY_DEBUG=1/);
    expect(said.join("")).not.toMatch(/ {4}at /);
    await run(["review", quiet], { ...terminal, env: { MAINSTAY_DEBUG: "1" } });
    expect(said.join("")).toMatch(/ {4}at /);
  });
});
