import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mainstay, planFile } from "../testing/run.ts";

const risky = planFile("shop-risky");
const quiet = planFile("shop-quiet");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);

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
