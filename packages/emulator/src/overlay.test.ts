import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { pythonEnvironment, pythonPath } from "./python.ts";
import type { Completion } from "./report.ts";
import { pythonSources } from "./root.ts";

const completions = JSON.parse(python("-m", "overlay", "list")) as Completion[];

describe("the overlay", () => {
  it("is Python that compiles", () => {
    const files = readdirSync(join(pythonSources, "overlay"), { recursive: true, encoding: "utf8" });
    const sources = files.filter((file) => file.endsWith(".py")).map((file) => join(pythonSources, "overlay", file));
    const compile = "import ast, sys\nfor f in sys.argv[1:]: compile(open(f).read(), f, 'exec')";
    expect(python("-c", compile, ...sources)).toBe("");
    expect(sources.length).toBeGreaterThan(10);
  });

  it("fits the installed moto: each service's completions can be applied", () => {
    const apply = "from overlay import registry\nfor s in registry.names(): registry.apply(s); print(s)";
    const services = new Set(completions.map(({ service }) => service));
    expect(new Set(python("-c", apply).trim().split("\n"))).toEqual(services);
  });

  it("lets a reading that has failed be tried again, twice, and nothing else", () => {
    const races = [
      "from overlay.failures import may_pass",
      "race = RuntimeError('dictionary changed size during iteration')",
      "print([may_pass(race, 'DescribeVpcs', n) for n in (1, 2, 3)])",
      "print([may_pass(race, 'CreateVpc', 1), may_pass(NotImplementedError(), 'DescribeVpcs', 1)])",
    ];
    expect(python("-c", races.join("\n"))).toBe("[True, True, False]\n[False, False]\n");
  });

  it("lists each resource type once, with what it completes", () => {
    const types = completions.map(({ resource }) => resource);
    expect(types).toEqual([...new Set(types)]);
    expect(completions.filter(({ completes, without }) => completes.length === 0 || without === "")).toEqual([]);
  });

  it("is what the README says", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const rows = completions.map(
      ({ resource, completes, without }) =>
        `| \`${resource}\` | ${completes.map((name) => `\`${name}\``).join(", ")} | ${without} |`,
    );
    const table = readme.split("\n").filter((line) => line.startsWith("| `aws_"));
    // A formatter aligns the columns.
    expect(table.map((line) => line.replaceAll(/ +/g, " "))).toEqual(rows);
  });
});

function python(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(pythonPath(), args, {
    cwd: pythonSources,
    env: pythonEnvironment(),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
