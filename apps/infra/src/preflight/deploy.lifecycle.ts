import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { root } from "../rehearsal/place.ts";
import { run, shrunken } from "./testing.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "preflight-deploy-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// A life-cycle test, since it sets up first, as the command does.
it("npm run deploy refuses storage that is smaller than before; cdktf is not asked, and it ends with 3", () => {
  const { output, stack } = shrunken(folder);
  const { code, said } = run([join(root, "setup/src/main.mjs"), "deploy", "--skip-synth", stack], output);
  expect(said).toMatch(/^Refused: 1 change that must not be deployed\.$/m);
  expect(said).toContain("    allocated_storage: 100 -> 20\n    written as: database.storage\n");
  expect(said).not.toContain("Stacks deploying");
  expect(code).toBe(3);
});
