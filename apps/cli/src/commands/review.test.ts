import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { kinds } from "@mainstay/reliability";
import { mainstay, planFile } from "../testing/run.ts";

const risky = planFile("shop-risky");
const quiet = planFile("shop-quiet");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

describe("mainstay review", () => {
  it("begins with the risks, in 80 columns, without colour in a pipe", async () => {
    const { code, out, err } = await mainstay(["review", risky]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^DATA LOSS \(3\)\n\n {2}aws_s3_bucket\.this\["photos"\] is deleted\n/);
    expect(out).not.toContain("\u001b");
    // A digest is one word.
    expect(out.split("\n").filter((line) => line.length > 80 && !line.includes("mainstay1:"))).toEqual([]);
  });

  it.each([
    ["a terminal", { columns: 80 }, true],
    ["a terminal and NO_COLOR", { columns: 80, env: { NO_COLOR: "1" } }, false],
    ["a terminal that cannot", { columns: 80, env: { TERM: "dumb" } }, false],
    ["a pipe and FORCE_COLOR", { env: { FORCE_COLOR: "1" } }, true],
  ])("has colour as it should: %s", async (_name, around, colour) => {
    expect((await mainstay(["review", risky], around)).out.includes("\u001b[")).toBe(colour);
  });

  it.each([
    ["data-loss", 1],
    ["cost", 1],
  ] as const)("with --fail-on %s ends with %d for a risky plan, and 0 for a quiet one", async (kind, code) => {
    expect((await mainstay(["review", risky, "--fail-on", kind])).code).toBe(code);
    expect((await mainstay(["review", quiet, "--fail-on", kind])).code).toBe(0);
  });

  it("fails for what is as bad as asked or worse, and for nothing less", async () => {
    // Its worst risk is the price of a database.
    const create = planFile("shop-create");
    const codes = await Promise.all(
      kinds.slice(0, -1).map(async (kind) => [kind, (await mainstay(["review", create, "--fail-on", kind])).code]),
    );
    expect(Object.fromEntries(codes)).toMatchObject({ "data-loss": 0, outage: 0, drift: 0, cost: 1 });
  });

  it("never calls reviewed what is not complete", async () => {
    const plan = { ...(JSON.parse(readFileSync(quiet, "utf8")) as object), complete: false };
    const said = await mainstay(["review", "-", "--fail-on", "cost"], { input: JSON.stringify(plan) });
    expect(said).toMatchObject({ code: 4, out: expect.stringMatching(/^NOT REVIEWED: stdin/) });
  });

  it("prints Markdown, JSON and SARIF", async () => {
    expect((await mainstay(["review", risky, "-f", "markdown"])).out).toMatch(
      /^<!-- mainstay-review: shop%2Drisky -->\n## Data loss \(3\)/,
    );
    expect(JSON.parse((await mainstay(["review", risky, "--json"])).out)).toMatchObject({ version: 1, reviewed: true });
    expect(JSON.parse((await mainstay(["review", risky, "-f", "sarif"])).out)).toMatchObject({ version: "2.1.0" });
  });

  it("writes what is asked for, and prints the rest", async () => {
    const { code, out } = await mainstay(
      [
        "review",
        `shop=${risky}`,
        "-s",
        "markdown=a.md",
        "--save",
        "json=a.json",
        "-s",
        "sarif=a.sarif",
        "-s",
        "terminal=a.txt",
      ],
      { cwd: folder },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^DATA LOSS/);
    expect(readFileSync(inFolder("a.md"), "utf8")).toMatch(/^<!-- mainstay-review: shop -->/);
    expect(JSON.parse(readFileSync(inFolder("a.json"), "utf8"))).toMatchObject({ stacks: [{ stack: "shop" }] });
    expect(readFileSync(inFolder("a.sarif"), "utf8")).toContain("shop-risky.plan.json");
    expect(readFileSync(inFolder("a.txt"), "utf8")).toMatch(/^DATA LOSS/);
  });

  it("writes a further comment to a further file", async () => {
    const changes = Array.from({ length: 3000 }, (_value, index) => ({
      address: `aws_db_instance.a_long_name_of_a_database_${index}`,
      mode: "managed",
      type: "aws_db_instance",
      name: "x",
      change: { actions: ["delete"], before: {}, after: null },
    }));
    const input = JSON.stringify({ format_version: "1.2", complete: true, resource_changes: changes });
    await mainstay(["review", "-", "-s", "markdown=many.md"], { input, cwd: folder });
    const pages = readdirSync(folder).filter((name) => name.startsWith("many"));
    expect(pages.toSorted()).toEqual(["many.2.md", "many.3.md", "many.md"]);
    const printed = await mainstay(["review", "-", "-f", "markdown"], { input });
    expect(printed.err).toMatch(/These are 3 comments/);
  });

  it("names several stacks", async () => {
    const { out } = await mainstay(["review", `network=${planFile("catalogue-network")}`, `shop=${risky}`]);
    expect(out).toMatch(/aws_sqs_queue\.orders \(shop\) is replaced/);
    expect(out).toMatch(/\nnetwork: mainstay1:[0-9a-f]{64}\nshop: mainstay1:/);
  });

  it("shows the same hash for a secret in two runs only with a key", async () => {
    const hashes = async (env: Record<string, string>) =>
      (await mainstay(["review", risky, "--all"], { env })).out.match(/secret #\w+/g)?.join();
    expect(await hashes({ MAINSTAY_KEY: "k" })).toBe(await hashes({ MAINSTAY_KEY: "k" }));
    expect(await hashes({})).not.toBe(await hashes({}));
  });

  it("says what a wrong word should be", async () => {
    expect(await mainstay(["reviw", risky])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/unknown command 'reviw'\n\(Did you mean review\?\)/),
    });
    expect(await mainstay(["review", risky, "--fail-in", "x"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Did you mean --fail-on\?/),
    });
    expect(await mainstay(["review", risky, "--fail-on", "loss"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Allowed choices are data-loss, outage/),
    });
    expect(await mainstay(["review", risky, "-s", "html=x"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/formats are terminal, markdown, json, sarif/),
    });
    expect(await mainstay(["review"])).toMatchObject({ code: 2, err: expect.stringMatching(/Which plan\?/) });
    expect(await mainstay(["review", "-"])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/Nothing is piped in/),
    });
    expect(await mainstay(["review", risky, "-s", "json=none/x.json"], { cwd: folder })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^none\/x\.json: It cannot be written/),
    });
  });

  it("says what it does where that takes long, to people only", async () => {
    const text = readFileSync(quiet, "utf8").trimEnd().slice(0, -1).concat(" ".repeat(21_000_000), "}");
    writeFileSync(inFolder("large.json"), text);
    const told = await mainstay(["review", "large.json"], { cwd: folder, isErrorTerminal: true });
    expect(told.err).toMatch(
      /^Reading large\.json, 21 MB \.\.\.\nReviewing \d+ resources \.\.\.\nWriting what was found \.\.\.\n$/,
    );
    expect((await mainstay(["review", "large.json"], { cwd: folder })).err).toBe("");
    const piped = await mainstay(["review", "-"], { input: text, isErrorTerminal: true });
    expect(piped.err).toMatch(/^Reading the standard input \.\.\.\nReviewing /);
    expect((await mainstay(["review", quiet], { isErrorTerminal: true })).err).toBe("");
  });

  it("is shown in the README as it is", async () => {
    const { out } = await mainstay(["review", `shop=${risky}`]);
    const beginning = out.slice(0, out.indexOf("\nSECURITY OPENING")).trimEnd();
    expect(readFileSync(join(import.meta.dirname, "../../README.md"), "utf8")).toContain(
      `\n\`\`\`\n${beginning}\n\`\`\`\n`,
    );
  });
});
