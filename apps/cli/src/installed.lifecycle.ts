import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { pythonPath, terraform, terraformEnvOn } from "@mainstay/emulator";
import { execa } from "execa";
import { planFile } from "./testing/run.ts";

// The command as its users have it: packed, installed in an empty folder without a network, run there.

const root = join(import.meta.dirname, "..");

describe("an installed mainstay", () => {
  let folder: string;
  const command = () => join(folder, "node_modules/.bin/mainstay");
  const mainstay = (
    words: readonly string[],
    more: { readonly input?: string; readonly env?: Record<string, string | undefined> } = {},
  ) => execa(command(), words, { cwd: folder, reject: false, stripFinalNewline: false, ...more });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mainstay-installed-"));
    const packed = join(folder, "packed");
    mkdirSync(packed);
    await execa("pnpm", ["pack", "--pack-destination", packed], { cwd: root });
    const [archive = ""] = readdirSync(packed);
    writeFileSync(join(folder, "package.json"), "{}\n");
    // WHY offline: it needs nothing but itself.
    await execa("npm", ["install", "--offline", "--no-audit", "--no-fund", join(packed, archive)], { cwd: folder });
    copyFileSync(planFile("shop-risky"), join(folder, "plan.json"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is one package, without the sources and tests of this repository", () => {
    expect(readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["@mainstay"]);
    const own = readdirSync(join(folder, "node_modules/@mainstay/cli"));
    expect(own.toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    expect(
      readdirSync(join(folder, "node_modules/@mainstay/cli/dist"), { recursive: true }).filter((name) =>
        String(name).endsWith(".ts"),
      ),
    ).toEqual([]);
    const text = readFileSync(join(folder, "node_modules/@mainstay/cli/dist/mainstay.mjs"), "utf8");
    expect(text).not.toContain(root);
  });

  it("reviews a plan", async () => {
    const { exitCode, stdout, stderr } = await mainstay(["review", "plan.json", "--fail-on", "outage"]);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^DATA LOSS \(3\)/);
  });

  it("audits code", async () => {
    cpSync(join(root, "src/testing/shop"), join(folder, "cdktf.out"), { recursive: true });
    const { exitCode, stdout, stderr } = await mainstay(["audit", "--fail-on", "unused"]);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^shop-network\n\n {2}aws_eip\.spare is unused\n/);
  });

  it("reads a pipe, writes reports, verifies", async () => {
    const input = readFileSync(join(folder, "plan.json"), "utf8");
    expect(
      await mainstay(["review", "-", "-s", "json=review.json", "-s", "markdown=comment.md"], { input }),
    ).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(folder, "comment.md"))).toBe(true);
    expect(await mainstay(["verify", "plan.json", "--review", "review.json"])).toMatchObject({
      exitCode: 0,
      stdout: "This is the plan that was reviewed.\n",
    });
  });

  it("ends quietly when nobody reads on", async () => {
    const { stderr, exitCode } = await execa(
      "bash",
      ["-c", `set -o pipefail; ${command()} review plan.json --all | head -1`],
      { cwd: folder, reject: false },
    );
    expect([stderr, exitCode]).toEqual(["", 0]);
  });

  it("knows its version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect((await mainstay(["--version"])).stdout).toBe(`${version}\n`);
  });

  it("starts a local AWS in which Terraform deploys, and stops it", async () => {
    const env = { MAINSTAY_PYTHON: pythonPath() };
    expect(await mainstay(["emulator", "status"], { env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^None runs here/),
    });
    try {
      expect(await mainstay(["emulator", "start"], { env })).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^Runs at http:\/\/127\.0\.0\.1:/),
      });
      expect((await mainstay(["emulator", "start"], { env })).stdout).toMatch(/^Runs already at/);
      const status = JSON.parse((await mainstay(["emulator", "status", "--json"], { env })).stdout) as {
        running: boolean;
        env: Record<string, string>;
      };
      expect(status.running).toBe(true);
      expect((await mainstay(["emulator", "status", "--export"], { env })).stdout).toContain(
        `export AWS_ENDPOINT_URL='${status.env.AWS_ENDPOINT_URL}'\n`,
      );
      const stack = join(folder, "stack");
      mkdirSync(stack);
      writeFileSync(
        join(stack, "main.tf.json"),
        JSON.stringify({
          provider: { aws: { region: "eu-west-1" } },
          resource: { aws_sqs_queue: { a: { name: "a" } } },
        }),
      );
      const run = (...args: string[]) => terraform(stack, args, terraformEnvOn(status));
      expect(await run("init")).toMatchObject({ code: 0 });
      expect(await run("plan", "-out=saved")).toMatchObject({ code: 0 });
      const { stdout } = await run("show", "-json", "saved");
      expect(await mainstay(["review", "-"], { input: stdout })).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/1 aws_sqs_queue is made/),
      });
      expect(await run("apply", "-auto-approve", "saved")).toMatchObject({ code: 0 });
    } finally {
      expect((await mainstay(["emulator", "stop"], { env })).stdout).toBe("Stopped.\n");
    }
    expect((await mainstay(["emulator", "stop", "--json"], { env })).stdout).toBe(
      '{"running":false,"stopped":false}\n',
    );
  });

  it("says how to get what the local AWS needs", async () => {
    const { exitCode, stderr } = await mainstay(["emulator", "start"], {
      env: { MAINSTAY_PYTHON: join(folder, "none") },
    });
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/pip install -r .*node_modules\/@mainstay\/cli\/dist\/python\/requirements\.txt\n/);
  });
});
