import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mainstay } from "../testing/run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

describe("mainstay audit", () => {
  const testing = join(import.meta.dirname, "../testing");
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
    expect(readFileSync(join(import.meta.dirname, "../../README.md"), "utf8")).toContain(
      `\n\`\`\`\n${out.trimEnd()}\n\`\`\`\n`,
    );
  });
});
