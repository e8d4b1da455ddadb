import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Copy, root, synthesize } from "./copy.ts";
import { listed } from "./listed.ts";
import { type Found, outputDifferences } from "./synthesized.ts";
import { variants } from "./variants.ts";

// WHY: all tests of all packages, on a machine that is busy with other life-cycle tests.
jest.setTimeout(40 * 60_000);

describe.each(variants)("the same source on $name", (variant) => {
  let copy: Copy;
  const outputs: string[] = [];

  beforeAll(async () => {
    copy = await Copy.make(variant);
  });

  afterAll(() => {
    for (const output of outputs) rmSync(output, { recursive: true, force: true });
  });

  it("type-checks", async () => {
    expect(await copy.typecheck()).toBe("");
  });

  it("passes every test of every package that uses cdktf", async () => {
    const { failures, numPassedTests, numTotalTestSuites, files } = await copy.test();
    expect(failures).toBe("");
    expect(numTotalTestSuites).toBe(files);
    expect(numPassedTests).toBeGreaterThan(files);
  });

  it("synthesises the same Terraform JSON, but for the differences that are listed", async () => {
    outputs.push(await synthesize(root), await copy.synthesize());
    const [here = "", there = ""] = outputs;
    const found = outputDifferences(here, there);
    const known = listed.filter(({ variant: name }) => name === variant.name);
    expect({ unlisted: without(found, known), gone: without(known, found) }).toEqual({ unlisted: [], gone: [] });
  });
});

/** Those of `all` that are not among `others`, as they are compared. */
function without(all: readonly Found[], others: readonly Found[]): Found[] {
  const key = ({ file, path, here, there }: Found) => JSON.stringify([file, path, here, there]);
  const keys = new Set(others.map(key));
  return all.filter((difference) => !keys.has(key(difference)));
}
