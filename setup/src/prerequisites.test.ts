import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { missing } from "./prerequisites.mjs";
import { atLeast } from "./versions.mjs";

describe("missing", () => {
  const machine = (answers: Record<string, string | undefined>) => (command: string, args: readonly string[]) =>
    args[0] === "-c" ? answers.venv : answers[command];
  const good = {
    venv: "",
    node: "v20.20.2\n",
    python3: "Python 3.11.7\n",
    terraform: "Terraform v1.11.4\non linux_amd64\n",
  };

  it("asks nothing of a machine that has everything", () => {
    expect(missing(machine(good))).toEqual([]);
  });

  it("says that Debian's Python lacks venv, unless all of Python is missing", () => {
    expect(missing(machine({ ...good, venv: undefined }))).toEqual([
      expect.stringContaining("apt-get install python3-venv"),
    ]);
    expect(missing(machine({ ...good, venv: undefined, python3: undefined }))).toEqual([
      expect.stringMatching(/^Python is missing/),
    ]);
  });

  it("names every tool that is absent or too old at once, each on one line with the fix", () => {
    const lines = missing(machine({ node: "v18.19.0", python3: undefined, terraform: "Terraform v1.9.8" }));
    expect(lines).toEqual([
      expect.stringMatching(/^Node 18\.19\.0 is too old, 20\.0\.0 is the least: install Node 20 .*\.$/),
      expect.stringMatching(/^Python is missing: install Python 3\.11 .*\.$/),
      expect.stringMatching(/^Terraform 1\.9\.8 is too old, 1\.11\.0 is the least: install Terraform 1\.11 .*\.$/),
    ]);
  });
});

describe("atLeast", () => {
  const version = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40));

  it("orders versions by number, not by text", () => {
    expect(atLeast("1.11.0", "1.9.8")).toBe(true);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const number = ([major, minor, patch]: [number, number, number]) => major * 1e6 + minor * 1e3 + patch;
        expect(atLeast(a.join("."), b.join("."))).toBe(number(a) >= number(b));
      }),
    );
  });
});
