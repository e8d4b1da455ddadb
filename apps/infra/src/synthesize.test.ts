import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Lazy } from "cdktf";
import { clinic, gib } from "./blueprints/clinic/index.ts";
import { exampleProps } from "./blueprints/clinic/testing.ts";
import { loadEnvironments } from "./environments/load.ts";
import { RefusedError, synthesize } from "./synthesize.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synthesize-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("synthesize", () => {
  it("refuses all environments for the mistakes of any, with every problem at once, and writes nothing", () => {
    const outdir = join(folder, "out");
    const sound = clinic({ ...exampleProps, name: "sound" });
    const misshapen = clinic({ ...exampleProps, name: "misshapen", domain: { ...exampleProps.domain, name: "a.b" } });
    const unrelated = clinic({
      ...exampleProps,
      name: "related",
      network: { cidr: "10.0.0.0/28", nat: "per-zone" },
      database: { class: "db.t4g.medium", storage: gib(2) },
    });
    const refusal = catchError(() => synthesize([sound, misshapen, unrelated], { outdir }));
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal?.message).toMatch(/^Refused: 3 problems\. Nothing was written\.$/m);
    expect(refusal?.message).toMatch(/clinic-misshapen: domain\.name is "a\.b"/);
    expect(refusal?.message).toMatch(/clinic-related-eu-west-1-network\/network: cidr is "10\.0\.0\.0\/28"/);
    expect(refusal?.message).toMatch(/clinic-related-eu-west-1-data\/database: storage is 2/);
    expect(existsSync(outdir)).toBe(false);
  });

  it("leaves what an earlier synthesis wrote as it is", () => {
    const outdir = join(folder, "out");
    synthesize([clinic(exampleProps)], { outdir });
    const before = readdirSync(join(outdir, "stacks"));
    expect(() => synthesize([clinic({ ...exampleProps, zones: [] })], { outdir })).toThrow(RefusedError);
    expect(readdirSync(join(outdir, "stacks"))).toEqual(before);
  });

  it("takes no stack trace for a token where the metadata has none", () => {
    const lengths: number[] = [];
    const build = () => void lengths.push(Lazy.anyValue({ produce: () => 1 }).creationStack.length);
    const environment = { id: "tokens", problems: [], props: {}, build };
    synthesize([environment], { outdir: folder, stackTraces: false });
    synthesize([environment], { outdir: folder });
    expect(lengths).toEqual([0, expect.any(Number)]);
    expect(lengths[1]).toBeGreaterThan(0);
  });

  it("refuses two environments of one name: they would share their state", () => {
    const refusal = catchError(() => synthesize([clinic(exampleProps), clinic(exampleProps)], { outdir: folder }));
    expect(refusal?.message).toContain("clinic-test: two environments have this name");
  });
});

describe("loadEnvironments", () => {
  it("finds every file of the folder", async () => {
    const found = await loadEnvironments();
    expect(found.map(({ id }) => id)).toEqual(["clinic-dev", "clinic-production"]);
  });

  it("says which file exports no environment", async () => {
    writeFileSync(join(folder, "half.ts"), "export const name = 1;\n");
    await expect(loadEnvironments(folder)).rejects.toThrow(/environments\/half\.ts has no environment/);
  });
});

function catchError(action: () => void): Error | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error : undefined;
  }
  return undefined;
}
