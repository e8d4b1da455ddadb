import { spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import satisfies from "spdx-satisfies";
import { root } from "./places.mjs";

/** Licences that whoever uses Mainstay can live with: they ask for a notice at most, or for changes of the very same files (MPL). */
const allowed = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MPL-2.0",
  "Unlicense",
];

/** Data, not code, that is in no product. */
const data = new Map([["caniuse-lite", "CC-BY-4.0"]]);

interface Package {
  readonly name: string;
  readonly versions: readonly string[];
}

describe("licences of everything that is installed", () => {
  const { stdout, stderr, status } = spawnSync("pnpm", ["licenses", "list", "--json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const found: Readonly<Record<string, readonly Package[]>> = status === 0 ? JSON.parse(stdout) : {};

  it("are listed", () => {
    expect([status, stderr]).toEqual([0, expect.anything()]);
    expect(Object.values(found).flat().length).toBeGreaterThan(300);
  });

  it("are among those that are allowed", () => {
    const others = Object.entries(found).flatMap(([licence, packages]) =>
      packages
        .filter(({ name }) => data.get(name) !== licence && !fits(licence))
        .map(({ name }) => `${name}: ${licence}`),
    );
    expect(others).toEqual([]);
  });

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-or-later)", true],
    ["Apache-2.0 AND MIT", true],
    ["GPL-3.0-or-later", false],
    ["MIT AND GPL-3.0-or-later", false],
    ["SEE LICENSE IN LICENSE.md", false],
    ["Unknown", false],
  ])("%s: %s", (licence, expected) => {
    expect(fits(licence)).toBe(expected);
  });
});

function fits(licence: string): boolean {
  try {
    return satisfies(licence, allowed);
  } catch {
    // What is no expression of SPDX is a text that somebody has to read.
    return false;
  }
}
