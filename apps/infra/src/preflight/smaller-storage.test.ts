import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { clinic, gib } from "../blueprints/clinic/index.ts";
import { exampleProps } from "../blueprints/clinic/testing.ts";
import { synthesize } from "../synthesize.ts";
import { synthesisedStacks } from "./deployed.ts";

const stack = "clinic-test-eu-west-1-data";
let folder: string;
let output: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "smaller-storage-"));
  output = join(folder, "cdktf.out");
  write(100);
  deploy();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The environment with so much storage, as `npm run synth` writes it. */
function write(storage: number): void {
  const database = { ...exampleProps.database, storage: gib(storage) };
  synthesize([clinic({ ...exampleProps, database })], { outdir: output });
}

/** A state with the database and the keys that were written, as if AWS had what they say; an ARN is the reference to it. */
function deploy(): void {
  const states = join(folder, "terraform-state/local");
  mkdirSync(states, { recursive: true });
  const [synthesis] = synthesisedStacks(output, stack);
  const own = [...(synthesis?.resources.values() ?? [])].filter(({ type }) => /^aws_(db_instance|kms_key)$/.test(type));
  const resources = own.map(({ address, type, name, attributes }) => ({
    mode: "managed",
    type,
    name,
    instances: [{ attributes: { ...attributes, arn: `\${${address}.arn}` } }],
  }));
  writeFileSync(join(states, `${stack}.tfstate`), JSON.stringify({ version: 4, outputs: {}, resources }));
}

/** What `npm run deploy` says before there is a plan, where the file asks for so much. */
function said(storage: number) {
  write(storage);
  const { status, stdout, stderr } = spawnSync("node", [join(import.meta.dirname, "main.ts"), stack], {
    env: { ...process.env, CDKTF_OUTPUT: output, NODE_OPTIONS: "--no-warnings" },
    encoding: "utf8",
  });
  return { status, text: stdout + stderr };
}

describe("storage that is smaller than before", () => {
  it("is refused where RDS would, in these words", () => {
    expect(said(40)).toEqual({
      status: 1,
      text: `Refused: 1 change that must not be deployed.

  aws_db_instance.database_instance (clinic-test-eu-west-1-data)
    allocated_storage: 100 -> 40
    written as: database.storage
    The volume has 100 GiB. RDS never makes one smaller, and takes no maximum of
    80 GiB for it: the apply fails there.
    Fix: Write 100, with a maximum that is a tenth larger at least. Less is had
    by a new database, with the data copied over.
`,
    });
  });

  it("is said to stay where RDS leaves it", () => {
    expect(said(80)).toEqual({
      status: 0,
      text: `1 change to know about.

  aws_db_instance.database_instance (clinic-test-eu-west-1-data)
    allocated_storage: 100 -> 80
    written as: database.storage
    The volume has 100 GiB: storage autoscaling has grown it, or 80 was written
    later. It stays; a restored copy needs as much.
    Fix: Write 100, so that the code says what there is.
`,
    });
  });

  it("is the only thing that is said: what is as large as before, or larger, is let pass", () => {
    for (const storage of [100, 120])
      expect(said(storage)).toEqual({ status: 0, text: `${stack}: nothing that is deployed is lost or replaced.\n` });
  });
});
