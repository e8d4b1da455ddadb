import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Terminal } from "../terminal.ts";
import { mainstay, planFile } from "../testing/run.ts";
import { nameOf, readPlans } from "./plans.ts";
import { bytesOf, mostBytes } from "./read-file.ts";

const plan = readFileSync(planFile("shop-quiet"));
const text = plan.toString("utf8");

describe("what is no plan is said in one message", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
    mkdirSync(join(folder, "plans"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["empty.json", "", /^empty\.json: It is empty\. Make the JSON of a plan so: terraform plan -out/],
    ["blank.json", " \n", /It is empty/],
    ["words.json", "hello there", /This is not JSON.*it begins with "hello there"/],
    ["control.json", "\u001b[31mred", /it begins with/],
    ["cut.json", text.slice(0, 5000), /^cut\.json: It ends in the middle/],
    ["half-a-string.json", '{"format_version":"1.', /It ends in the middle/],
    [
      "binary.json",
      Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(64)]),
      /saved plan in Terraform's own form.*terraform show -json/,
    ],
    ["packed.json", gzipSync(plan), /compressed/],
    [
      "state.json",
      '{"version":4,"serial":1,"lineage":"x","resources":[]}',
      /This is a state file: it says what is deployed/,
    ],
    [
      "shown-state.json",
      '{"format_version":"1.0","terraform_version":"1.9","values":{}}',
      /a state that terraform show -json prints/,
    ],
    ["schemas.json", '{"format_version":"1.0","provider_schemas":{}}', /schemas of providers/],
    ["cdk.tf.json", '{"terraform":{},"resource":{}}', /This is Terraform code in JSON/],
    ["new.json", '{"format_version":"2.0","resource_changes":[]}', /Its format version is "2\.0"; 1\.x is known here/],
    ["odd.json", '{"format_version":7,"resource_changes":[]}', /Its format version is 7/],
    ["other.json", '{"a":1}', /it has no format_version/],
    ["list.json", "[1]", /a list, not a plan/],
    ["null.json", "null", /null, not a plan/],
    ["number.json", "12", /a number, not a plan/],
    ["changes.json", '{"format_version":"1.2","resource_changes":{}}', /resource_changes is no list/],
    [
      "log.json",
      '{"@level":"info","@message":"Terraform 1.9"}\n{"@level":"info"}\n',
      /the log of terraform plan -json/,
    ],
    [
      "people.txt",
      "Terraform used the selected providers to generate the following execution plan.\n",
      /what terraform plan prints for people/,
    ],
    [
      "colours.txt",
      "\u001b[0m\u001b[1mTerraform will perform the following actions:\n",
      /what terraform plan prints for people/,
    ],
    ["zeros.json", Buffer.alloc(300_000), /This is not JSON/],
    ["review.json", '{"version":1,"findings":[],"blindSpots":[]}', /This is a review already/],
  ])("%s", async (name, content, message) => {
    writeFileSync(join(folder, name), content);
    const said = await mainstay(["review", name], { cwd: folder });
    expect(said).toMatchObject({ code: 3, out: "" });
    expect(said.err).toMatch(message);
    expect(said.err.trimEnd().split("\n")).toHaveLength(1);
    expect(said.err).not.toContain("\u001b");
    expect(said.err).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it("a folder, and a file that is not there", async () => {
    expect(await mainstay(["review", "plans"], { cwd: folder })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^plans: This is a folder/),
    });
    expect(await mainstay(["review", "none.json"], { cwd: folder })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^none\.json: There is no such file/),
    });
    expect((await mainstay(["review", "\u001b[31m"], { cwd: folder })).err).not.toContain("\u001b");
  });

  it("all of several at once", async () => {
    writeFileSync(join(folder, "bad.json"), "{");
    const { code, err } = await mainstay(["review", "bad.json", "none.json", planFile("shop-quiet")], { cwd: folder });
    expect(code).toBe(3);
    expect(
      err
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual(["bad.json", "none.json"]);
  });

  it("whatever is piped in: never a stack, never a mistake of Mainstay", async () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((json) => Buffer.from(json)),
      fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end))),
    );
    await fc.assert(
      fc.asyncProperty(any, async (input) => {
        const { code, err } = await mainstay(["review", "-"], { input });
        expect([0, 3, 4]).toContain(code);
        expect(err).not.toMatch(/ {4}at |mistake of Mainstay/);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a file that is too large", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-large-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Of zeros that take no room on the disk. */
  function sparse(size: number): string {
    const name = `${size}.json`;
    writeFileSync(join(folder, name), "");
    truncateSync(join(folder, name), size);
    return name;
  }

  /** The same piece again and again, as long as somebody reads it. */
  function* endless(): Generator<Buffer> {
    const piece = Buffer.alloc(8_000_000, " ");
    for (;;) yield piece;
  }

  it("is refused before it is read", async () => {
    const said = await mainstay(["review", sparse(700_000_000), sparse(800_000_000)], { cwd: folder });
    expect(said).toMatchObject({ code: 3, out: "" });
    expect(said.err.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^700000000\.json: 700 MB is more than can be read here, \d+ MB\. .*plit the stack/),
      expect.stringMatching(/^800000000\.json: 800 MB is more/),
    ]);
  });

  it("is refused while it is piped in, though it never ends", async () => {
    expect(await mainstay(["review", "-"], { input: Readable.from(endless()) })).toMatchObject({
      code: 3,
      out: "",
      err: expect.stringMatching(/^The standard input: This is more than can be read here, \d+ MB\./),
    });
  });

  it("is one that does not fit into what the others have left", async () => {
    const terminal = { cwd: folder } as Terminal;
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.json`), plan);
    expect(await readPlans(["a.json", "b.json"], terminal, plan.length * 2)).toHaveLength(2);
    await expect(readPlans(["a.json", "b.json"], terminal, plan.length * 2 - 1)).rejects.toThrow(/^b\.json: /);
  });

  it("is one for which Node has no memory: then it is said how to give it more", async () => {
    expect(mostBytes(4_345_298_944)).toBe(0x1fff_ffe8);
    expect(mostBytes(600_000_000)).toBe(100_000_000);
    await expect(bytesOf(sparse(1000), { cwd: folder } as Terminal, 999)).rejects.toThrow(
      /NODE_OPTIONS=--max-old-space-size=8192\. Or split/,
    );
  });

  it("is not one of 200 MB", async () => {
    expect(await mainstay(["review", sparse(200_000_000)], { cwd: folder })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^200000000\.json: This is not JSON/),
    });
  });
});

describe("a plan", () => {
  it.each([
    ["UTF-16, as PowerShell writes it", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")])],
    ["UTF-8 with a mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plan])],
    ["UTF-8", plan],
  ])("is read in %s", async (_name, input) => {
    expect(await mainstay(["review", "-"], { input })).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^No known risk/),
    });
  });

  it.each([
    ["network.json", "network"],
    ["a/b/network.plan.json", "network"],
    ["network.tfplan.json", "network"],
    ["stacks/data/plan.json", "data"],
    ["stacks/data/tfplan.json", "data"],
    ["plan.json", "plan"],
    ["-", "stdin"],
    ["x=a=b.json", "x"],
    ["./x=y.json", "x=y"],
  ])("has a name: %s is %s", (word, stack) => {
    expect(nameOf(word).stack).toBe(stack);
  });

  it("has a name of its own", async () => {
    const said = await mainstay(["review", planFile("shop-quiet"), planFile("shop-quiet")]);
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/Two plans are called shop-quiet\. Name them:/) });
  });
});
