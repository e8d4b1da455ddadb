import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ClinicProps, clinic, gib } from "../blueprints/clinic/index.ts";
import { exampleProps } from "../blueprints/clinic/testing.ts";
import { root } from "../rehearsal/place.ts";
import { synthesize } from "../synthesize.ts";
import { synthesisedStacks } from "./deployed.ts";
import { stateText } from "./testing.ts";

const stack = "clinic-test-eu-west-1-data";
let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "preflight-main-"));
  output = join(folder, "cdktf.out");
  deployed({ ...exampleProps, database: { ...exampleProps.database, storage: gib(100) } });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("npm run deploy", () => {
  it("refuses storage that is smaller than before in these words, before cdktf is asked, and ends with 3", () => {
    synthesize([clinic(exampleProps)], { outdir: output });
    const { code, said } = deploy();
    expect(code).toBe(3);
    // What follows are values that only the plan knows.
    expect(said.split(/\n\n\d+ values /)[0]).toBe(`Refused: 1 change that must not be deployed.

  aws_db_instance.database_instance (${stack})
    allocated_storage: 100 -> 20
    written as: database.storage
    The volume has 100 GiB. RDS never makes one smaller: the apply fails there.
    Fix: Write 100. Less is had by a new database, with the data copied over.`);
  });
});

/** `npm run deploy -- <stack>` of what was synthesised. */
function deploy(): { readonly code: number | null; readonly said: string } {
  const words = [join(root, "setup/src/main.mjs"), "deploy", "--skip-synth", stack];
  const { status, stdout, stderr } = spawnSync("node", words, {
    // WHY the keys: whatever is wrong, nothing may reach an account.
    env: { ...process.env, CDKTF_OUTPUT: output, AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" },
    encoding: "utf8",
  });
  process.stderr.write(stderr);
  return { code: status, said: stdout };
}

/** The state of the data stack, as if it had been deployed as `props` say. */
function deployed(props: ClinicProps): void {
  synthesize([clinic(props)], { outdir: output });
  const states = join(folder, "terraform-state/local");
  mkdirSync(states, { recursive: true });
  for (const one of synthesisedStacks(output, stack)) {
    writeFileSync(join(states, `${stack}.tfstate`), stateText(one));
  }
}
