import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { run, shrunken } from "./testing.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "preflight-main-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("says of storage that is smaller than before what npm run deploy shows, word for word, and ends with 1", () => {
  const { output, stack } = shrunken(folder);
  const { code, said } = run([join(import.meta.dirname, "main.ts"), stack], output);
  expect(code).toBe(1);
  // What follows are values that only the plan knows.
  expect(said.split(/\n\n\d+ values /)[0]).toBe(`Refused: 1 change that must not be deployed.

  aws_db_instance.database_instance (${stack})
    allocated_storage: 100 -> 20
    written as: database.storage
    The volume has 100 GiB. RDS never makes one smaller: the apply fails there.
    Fix: Write 100. Less is had by a new database, with the data copied over.`);
});
