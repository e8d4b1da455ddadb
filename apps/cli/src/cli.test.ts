import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { kinds } from "@mainstay/reliability";
import { mainstay, planFile, plans } from "./testing/run.ts";

const risky = planFile("shop-risky");
const quiet = planFile("shop-quiet");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

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
});

describe("the README", () => {
  it("shows a real review", async () => {
    const { out } = await mainstay(["review", `shop=${risky}`]);
    const beginning = out.slice(0, out.indexOf("\nSECURITY OPENING")).trimEnd();
    expect(readFileSync(join(import.meta.dirname, "../README.md"), "utf8")).toContain(
      `\n\`\`\`\n${beginning}\n\`\`\`\n`,
    );
  });
});

describe("mainstay audit", () => {
  const testing = join(import.meta.dirname, "testing");
  const shop = join(testing, "shop");
  const network = join(shop, "stacks/shop-network");
  const audit = (...words: string[]) => mainstay(["audit", ...words], { cwd: shop });

  it("prints what it finds by stack, in 80 columns", async () => {
    const { code, out, err } = await audit(shop);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^shop-network\n\n {2}aws_eip\.spare is unused\n {4}Nothing has this address: .*\n.*\n {4}Fix: /,
    );
    expect(out).toMatch(/\nshop-service\n\n {2}aws_cloudwatch_log_group\.orders is oversized\n/);
    expect(out).toContain("\n2 stacks, 19 resources: 2 unused, 1 oversized, 1 untagged.\n");
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("reads a folder of cdktf's, a stack's folder, and files, the same way", async () => {
    const { out } = await audit(shop);
    for (const paths of [
      ["stacks/shop-network", "stacks/shop-service"],
      ["."],
      ["stacks/shop-network/cdk.tf.json", "stacks/shop-service"],
    ])
      expect((await audit(...paths)).out).toBe(out);
    expect((await mainstay(["audit"], { cwd: folder })).err).toBe(
      "cdktf.out: There is no such file or folder. Make it: cdktf synth\n",
    );
    cpSync(shop, inFolder("cdktf.out"), { recursive: true });
    expect((await mainstay(["audit"], { cwd: folder })).out).toBe(out);
  });

  it("takes files of one folder for one stack, as Terraform does", async () => {
    const said = await mainstay(["audit", "two-files", "--tag", "T", "--fail-on", "any"], { cwd: testing });
    expect(said).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 stack, 2 resources: nothing is unused, oversized or untagged\.\n/),
    });
    expect(
      (await mainstay(["audit", "two-files/a.tf.json", "--tag", "T", "--fail-on", "any"], { cwd: testing })).code,
    ).toBe(1);
  });

  it.each([
    ["any", 1],
    ["unused", 1],
    ["oversized", 0],
    ["untagged", 1],
  ])("with --fail-on %s ends with %d where the network alone is looked at", async (kind, code) => {
    expect((await audit(network, "--fail-on", kind)).code).toBe(code);
  });

  it("asks for the tags that are named, and leaves out what is accepted, with the reason", async () => {
    expect((await audit(shop, "--tag", "Team", "--json")).out).toContain("It has no Team.");
    const { out } = await audit(shop, "--accept", "aws_eip.spare=announced", "--accept", "aws_eip.gone=old");
    expect(out).not.toContain("aws_eip.spare");
    expect(out).toContain("Accepted, and not found any more: aws_eip.gone.");
    expect(await audit(shop, "--accept", "aws_eip.spare")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Write an address and why/),
    });
  });

  it("prints JSON for programs, and each resource without tags with --all", async () => {
    const json = JSON.parse((await audit(shop, "--json")).out) as { findings: { kind: string; stack: string }[] };
    expect(json.findings).toHaveLength(4);
    expect(json.findings[0]).toMatchObject({ kind: "unused", stack: "shop-network", address: "aws_eip.spare" });
    expect((await audit(shop, "--all")).out).toContain(
      "\n  aws_route.out (shop-network), the resource itself: aws_route",
    );
    expect((await audit(shop)).out).toContain("\n  4: resources of types that take none\n");
  });

  it("compares instances with what runs on them where it is told what they offer", async () => {
    const types = (name: string) => ({
      InstanceType: name,
      VCpuInfo: { DefaultVCpus: 2 },
      MemoryInfo: { SizeInMiB: 4096 },
      NetworkInfo: { MaximumNetworkInterfaces: 3 },
    });
    writeFileSync(inFolder("types.json"), JSON.stringify({ InstanceTypes: [types("t4g.medium"), null, {}] }));
    const oversized = async (...words: string[]) =>
      (await mainstay(["audit", "cluster", "--fail-on", "oversized", ...words], { cwd: testing })).code;
    expect(await oversized()).toBe(0);
    expect(await oversized("--instance-types", inFolder("types.json"))).toBe(1);
  });

  it("says what is no Terraform in JSON, all at once", async () => {
    const files = {
      "plan.json": '{"format_version":"1.2","resource_changes":[]}',
      "list.json": "[1]",
      "words.json": "hello",
      "hcl/main.tf": "",
      "hcl/other.tf.json": "{}",
      "none/readme.md": "",
      "types-none.json": "{}",
    };
    for (const name of ["hcl", "none", "no-stacks/stacks"]) mkdirSync(inFolder(name), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(inFolder(name), text);
    const wrong = (...words: string[]) => mainstay(["audit", ...words], { cwd: folder });
    const { code, err, out } = await wrong("plan.json", "list.json", "words.json", "hcl", "none", "no-stacks", "gone");
    expect([code, out]).toEqual([3, ""]);
    // Files are read when it is known which there are.
    expect(err.trimEnd().split("\n").toSorted()).toEqual([
      expect.stringMatching(/^gone: There is no such file or folder/),
      expect.stringMatching(/^hcl\/main\.tf: This is HCL, and only Terraform in JSON is read/),
      expect.stringMatching(/^list\.json: This is JSON, but no Terraform code/),
      expect.stringMatching(/^no-stacks: It has no stacks/),
      expect.stringMatching(/^none: There is no Terraform in JSON/),
      expect.stringMatching(
        /^plan\.json: This is what terraform show -json prints\. Of a plan: mainstay review plan\.json/,
      ),
      expect.stringMatching(/^words\.json: This is not JSON.*cdktf synth/),
    ]);
    expect(await wrong("hcl/other.tf.json", "--instance-types", "types-none.json")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^types-none\.json: It has no instance types\. Make it so: aws ec2/),
    });
  });

  it("shows in the README what it prints", async () => {
    const { out } = await mainstay(["audit", shop]);
    expect(readFileSync(join(import.meta.dirname, "../README.md"), "utf8")).toContain(
      `\n\`\`\`\n${out.trimEnd()}\n\`\`\`\n`,
    );
  });
});

describe("mainstay verify", () => {
  it("knows the reviewed plan, and says of another one what is different", async () => {
    writeFileSync(inFolder("lock.hcl"), "provider {}\n");
    const inputs = ["--commit", "abc", "--lock-file", "lock.hcl"];
    await mainstay(["review", `shop=${risky}`, `quiet=${quiet}`, "-s", "json=review.json", ...inputs], { cwd: folder });
    const verify = (...words: string[]) => mainstay(["verify", ...words], { cwd: folder });
    expect(await verify(`shop=${risky}`, "--review", "review.json", ...inputs)).toEqual({
      code: 0,
      out: "This is the plan that was reviewed.\n",
      err: "",
    });
    expect(await verify(risky, "--review", "review.json", "--stack", "shop", ...inputs)).toMatchObject({ code: 0 });
    expect(
      await verify(`shop=${risky}`, "--review", "review.json", "--commit", "def", "--lock-file", "lock.hcl"),
    ).toMatchObject({ code: 1, out: "This is not the plan that was reviewed.\n  The commit was abc and is def.\n" });
    const other = await verify(`shop=${quiet}`, "--review", "review.json", ...inputs);
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringMatching(/aws_sqs_queue\.orders does not change any more/),
    });
    expect(
      JSON.parse((await verify(`shop=${quiet}`, "--review", "review.json", "--json", ...inputs)).out),
    ).toMatchObject({ same: false });
  });

  it("takes the text of a digest", async () => {
    const { out } = await mainstay(["review", risky]);
    const digest = /mainstay1:[0-9a-f]{64}/.exec(out)?.[0] ?? "";
    expect((await mainstay(["verify", risky, "--digest", digest])).code).toBe(0);
    expect((await mainstay(["verify", quiet, "--digest", digest])).code).toBe(1);
  });

  it("says what it needs", async () => {
    await mainstay(["review", `a=${risky}`, `b=${quiet}`, "-s", "json=two.json"], { cwd: folder });
    const said = (...words: string[]) => mainstay(["verify", ...words], { cwd: folder });
    expect(await said(risky)).toMatchObject({ code: 2, err: expect.stringMatching(/Compare with what\?/) });
    expect(await said(risky, "--digest", "x")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/64 hexadecimal digits/),
    });
    expect(await said(risky, "--review", "two.json")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/no plan called shop-risky, but a, b\. Say which with --stack/),
    });
    expect(await said(risky, "--review", risky)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/No plan was reviewed in it/),
    });
    expect(await said(risky, "--review", "two.json", "--digest", "x")).toMatchObject({ code: 2 });
    expect(await said()).toMatchObject({ code: 2, err: expect.stringMatching(/missing required argument 'plan'/) });
  });
});

describe("help", () => {
  it.each([
    ["--help"],
    ["help", "review"],
    ["review", "--help"],
    ["verify", "--help"],
    ["audit", "--help"],
    ["bootstrap", "--help"],
    ["emulator", "--help"],
    ["emulator", "start", "--help"],
  ])("of %s %s teaches in 80 columns", async (...words) => {
    const { code, out } = await mainstay(words);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: mainstay/);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("has an example of each command, and says what it ends with", async () => {
    for (const name of ["review", "verify", "audit", "bootstrap", "emulator"])
      expect((await mainstay([name, "--help"])).out).toMatch(new RegExp(`Examples:\n(.*\n)*.*mainstay ${name}`));
    expect((await mainstay(["review", "--help"])).out).toMatch(/Ends with 0 .*\n.*\n4 for a plan/);
  });

  it("comes when nothing is asked", async () => {
    expect(await mainstay([])).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage: mainstay/) });
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("has a script for %s", async (shell) => {
    expect((await printed(["complete", shell])).join("\n")).toMatch(/mainstay/);
  });

  it("knows commands, options and their values", async () => {
    expect((await printed(["complete", "--", "em"])).join("\n")).toMatch(/^emulator\t/);
    expect((await printed(["complete", "--", "review", "--fail"])).join("\n")).toMatch(/^--fail-on\t/);
    expect((await printed(["complete", "--", "review", "--fail-on", ""])).join("\n")).toMatch(/data-loss/);
  });

  it("knows files that may be plans, reviews and lock files", async () => {
    for (const name of ["b.json", "b.txt", ".terraform.lock.hcl"]) writeFileSync(inFolder(name), "");
    const files = async (...words: string[]) =>
      (await printed(["complete", "--", ...words], folder)).filter(
        (line) => line.startsWith("b.") || line.startsWith(".t"),
      );
    expect(await files("review", "b")).toEqual(["b.json\t"]);
    expect(await files("verify", "b.json", "--review", "b")).toEqual(["b.json\t"]);
    expect(await files("review", "b.json", "--lock-file", "")).toEqual([".terraform.lock.hcl\t"]);
    expect(await files("review", "none/")).toEqual([]);
  });

  /** WHY: the library prints by itself. */
  async function printed(words: readonly string[], cwd = folder): Promise<string[]> {
    const lines: string[] = [];
    const original = console.log;
    console.log = (line: unknown) => void lines.push(String(line));
    try {
      await mainstay(words, { cwd });
    } finally {
      console.log = original;
    }
    return lines;
  }
});

describe("a mistake of Mainstay", () => {
  it("is said to be one, without a stack unless it is asked for", async () => {
    // A terminal that cannot be written to stands for whatever nobody thought of.
    const { run } = await import("./cli.ts");
    const said: string[] = [];
    const terminal = {
      stdin: Object.assign(process.stdin),
      cwd: folder,
      columns: undefined,
      isErrorTerminal: false,
      err: (text: string) => void said.push(text),
      out: () => {
        throw new TypeError("boom");
      },
    };
    expect(await run(["review", quiet], { ...terminal, env: {} })).toBe(70);
    expect(said.join("")).toMatch(/^This is a mistake of Mainstay: boom\nSet MAINSTAY_DEBUG=1/);
    expect(said.join("")).not.toMatch(/ {4}at /);
    await run(["review", quiet], { ...terminal, env: { MAINSTAY_DEBUG: "1" } });
    expect(said.join("")).toMatch(/ {4}at /);
  });
});
