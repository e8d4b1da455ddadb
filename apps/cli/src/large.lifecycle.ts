import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execa } from "execa";
import { planFile } from "./testing/run.ts";

// A plan of 200 MB in a process of its own, with the memory that Node takes by itself, and with less than it needs.

const main = join(import.meta.dirname, "main.ts");

describe("a plan of 200 MB", () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-large-"));
    file = join(folder, "plan.json");
    const plan = JSON.parse(readFileSync(planFile("catalogue-service"), "utf8")) as { resource_changes: object[] };
    const size = JSON.stringify(plan.resource_changes).length;
    const changes = Array.from({ length: Math.ceil(200_000_000 / size) }, (_value, copy) =>
      plan.resource_changes.map((entry) => ({ ...entry, index: copy })),
    );
    writeFileSync(file, JSON.stringify({ ...plan, resource_changes: changes.flat() }));
    if (statSync(file).size < 200_000_000) throw new Error("the plan is smaller than what is to be tested");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const review = (word: string, ...options: string[]) =>
    execa("node", ["--no-warnings", ...options, main, "review", word, "--json"], {
      cwd: folder,
      reject: false,
      env: { NODE_OPTIONS: "" },
      maxBuffer: 1e9,
      ...(word === "-" && { input: createReadStream(file) }),
    });

  it.each(["plan.json", "-"])("is reviewed: %s", async (word) => {
    const { exitCode, stdout, stderr } = await review(word);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ reviewed: true });
  });

  it.each([
    ["plan.json", "plan.json: 2\\d\\d MB"],
    ["-", "The standard input: This"],
  ])("is refused, not a crash, where Node has less memory than it needs: %s", async (word, what) => {
    const { exitCode, stdout, stderr } = await review(word, "--max-old-space-size=512");
    expect([exitCode, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(
      new RegExp(`^${what} is more than can be read here, \\d+ MB\\. Give Node more memory: NODE_OPTIONS`),
    );
  });
});
