import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mainstay, plans } from "../testing/run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("mainstay bootstrap", () => {
  it("says where it works, elsewhere than in a checkout", async () => {
    const said = await mainstay(["bootstrap", "--yes"], { cwd: folder });
    expect(said).toMatchObject({ code: 5, out: "", err: expect.stringContaining("This is no checkout of Mainstay") });
  });

  it("is that of the checkout around it, with its end", async () => {
    // No account has this name, so that nothing is asked of AWS.
    expect((await mainstay(["bootstrap", "nobody", "--yes"], { cwd: plans })).code).toBe(1);
    expect((await mainstay(["bootstrap", "nobody", "--yes", "--json"], { cwd: plans })).code).toBe(1);
  });
});
