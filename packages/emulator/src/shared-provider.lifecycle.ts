import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { awsCli } from "./aws-cli.ts";
import type { Environment } from "./environment.ts";
import { type LocalAws, startLocalAws } from "./local-aws.ts";
import { repositoryRoot } from "./root.ts";
import { type SharedProvider, shareProvider, withSharedProvider } from "./shared-provider.ts";
import { succeeded, terraform, terraformEnvOn } from "./terraform.ts";

/** WHY: where set-up found no unpacked provider, there is none to share. */
const there = existsSync(join(repositoryRoot, ".mainstay/light-provider/program"));

let home: string;
let aws: LocalAws;
let shared: SharedProvider | undefined;
const temporary = () => join(home, "temporary");
const env = (): Environment => ({ ...terraformEnvOn(aws), ...shared?.env });

/** A new folder with this configuration, ready for Terraform. */
async function folderOf(name: string, content: object): Promise<string> {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  const required = { required_providers: { aws: { source: "hashicorp/aws" } } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: required, ...content }));
  succeeded(await terraform(folder, ["init"], env()));
  return folder;
}

const vpc = (cidr: string, provider = "aws") => ({ provider, cidr_block: cidr });
const tagged = (tag: string, region = "eu-west-1") => ({ region, default_tags: { tags: { Name: tag } } });

async function vpcsIn(region: string): Promise<readonly string[]> {
  const query = "sort(Vpcs[].join(' ', [CidrBlock, Tags[?Key=='Name'].Value | [0] || '-']))";
  const words = ["ec2", "describe-vpcs", "--filters", "Name=is-default,Values=false", "--query", query];
  return (await awsCli(aws, words, region)) as readonly string[];
}

/** Processes of the provider that were started for this test: their sockets are in its folder. */
function providers(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const is = (file: string, text: string) => readFileSync(`/proc/${pid}/${file}`, "utf8").includes(text);
      return /^\d+$/.test(pid) && is("comm", "terraform-provi") && is("environ", temporary());
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

(there ? describe : describe.skip)("a provider that all Terraform runs of a local AWS share", () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "mainstay-shared-"));
    mkdirSync(temporary());
    aws = await startLocalAws({ directory: home, ministack: [] });
    shared = await shareProvider({ ...terraformEnvOn(aws), TMPDIR: temporary() });
  });
  afterAll(async () => {
    await shared?.stop();
    await aws.stop();
    rmSync(home, { recursive: true });
  });

  it("works for several at once, each with its own regions and tags", async () => {
    const one = await folderOf("one", {
      provider: { aws: [tagged("one"), { alias: "far", ...tagged("one-far", "us-east-1") }] },
      resource: { aws_vpc: { near: vpc("10.1.0.0/16"), far: vpc("10.2.0.0/16", "aws.far") } },
    });
    const two = await folderOf("two", {
      provider: { aws: tagged("two") },
      resource: { aws_vpc: { a: vpc("10.3.0.0/16") } },
    });
    const run = async (...args: string[]) =>
      await Promise.all([one, two].map(async (folder) => succeeded(await terraform(folder, args, env())).stdout));
    await run("apply", "-auto-approve");
    expect(await vpcsIn("eu-west-1")).toEqual(["10.1.0.0/16 one", "10.3.0.0/16 two"]);
    expect(await vpcsIn("us-east-1")).toEqual(["10.2.0.0/16 one-far"]);
    const before = providers();
    for (const text of await run("plan", "-no-color")) expect(text).toContain("No changes.");
    // One for each of the three configurations, and no new ones.
    expect(before).toHaveLength(3);
    expect(providers()).toEqual(before);
    await run("destroy", "-auto-approve");
    expect(await aws.leftovers()).toMatchObject({ leftovers: [] });
  });

  it("opens files where Terraform works", async () => {
    const folder = await folderOf("files", {
      provider: { aws: tagged("files") },
      resource: {
        aws_s3_bucket: { a: { bucket: "files-of-a-shared-provider" } },
        aws_s3_object: { a: { bucket: `\${aws_s3_bucket.a.id}`, key: "a", source: "a.txt" } },
      },
    });
    writeFileSync(join(folder, "a.txt"), "here");
    succeeded(await terraform(folder, ["apply", "-auto-approve"], env()));
    succeeded(await terraform(folder, ["destroy", "-auto-approve"], env()));
    expect(await aws.leftovers()).toMatchObject({ leftovers: [] });
  });

  it("is left alone by a run that has another AWS, be it only for one service", async () => {
    const folder = await folderOf("elsewhere", { provider: { aws: tagged("elsewhere") } });
    const takes = async (more: Environment) =>
      (await withSharedProvider({ ...env(), ...more }, folder)).TF_REATTACH_PROVIDERS !== undefined;
    expect(await takes({})).toBe(true);
    expect(await takes({ TF_VAR_a: "b" })).toBe(true);
    expect(await takes({ AWS_ENDPOINT_URL_RDS: "http://127.0.0.1:9" })).toBe(false);
    expect(await takes({ AWS_ACCESS_KEY_ID: "another" })).toBe(false);
  });

  it("says what the provider says, of its configuration and of resources", async () => {
    const folder = await folderOf("wrong", { provider: { aws: { region: "nowhere" } } });
    const saysOf = async (provider: object, cidr: string) => {
      writeFileSync(
        join(folder, "main.tf.json"),
        JSON.stringify({ provider: { aws: provider }, resource: { aws_vpc: { a: vpc(cidr) } } }),
      );
      const { stderr } = await terraform(folder, ["plan", "-no-color", "-lock=false"], env());
      return stderr;
    };
    expect(await saysOf({ region: "nowhere" }, "10.0.0.0/16")).toContain("invalid AWS Region: nowhere");
    // The same words again, and then right ones.
    expect(await saysOf({ region: "nowhere" }, "10.0.0.0/16")).toContain("invalid AWS Region: nowhere");
    expect(await saysOf({ region: "eu-west-1" }, "10.0.0.0/40")).toContain("invalid CIDR address: 10.0.0.0/40");
    expect(await saysOf({ region: "eu-west-1" }, "10.0.0.0/16")).toBe("");
  });

  it("goes on after one was told to stop", async () => {
    const waiting = await folderOf("waiting", {
      provider: { aws: { ...tagged("waiting"), endpoints: { ec2: "http://127.0.0.1:9" } } },
      resource: { aws_vpc: { a: vpc("10.4.0.0/16") } },
    });
    const words = ["apply", "-auto-approve", "-lock=false", "-json"];
    const child = spawn("terraform", words, {
      cwd: waiting,
      env: { ...process.env, ...(await withSharedProvider(env(), waiting)) },
    });
    const ended = once(child, "exit");
    let said = "";
    child.stdout.on("data", (part: Buffer) => (said += String(part)));
    while (!said.includes("apply_start")) await sleep(20);
    child.kill("SIGINT");
    expect(await ended).toEqual([1, null]);
    const next = await folderOf("next", {
      provider: { aws: tagged("next") },
      resource: { aws_vpc: { a: vpc("10.5.0.0/16") } },
    });
    succeeded(await terraform(next, ["apply", "-auto-approve"], env()));
    succeeded(await terraform(next, ["destroy", "-auto-approve"], env()));
  });

  it("has Terraform say so where it ends in the middle, and is started again", async () => {
    const folder = join(home, "waiting");
    const words = ["apply", "-auto-approve", "-lock=false", "-no-color"];
    const before = new Set(providers());
    const creating = Promise.withResolvers<void>();
    const log = (line: string) => {
      if (line.includes("Creating...")) creating.resolve();
    };
    const running = terraform(folder, words, env(), { log });
    await creating.promise;
    for (const pid of providers().filter((one) => !before.has(one))) process.kill(Number(pid), "SIGKILL");
    expect(await running).toMatchObject({ code: 1, stderr: expect.stringMatching(/Plugin|connection|stream/) });
    succeeded(await terraform(join(home, "next"), ["plan"], env()));
  });

  it("ends, and leaves nothing", async () => {
    await shared?.stop();
    shared = undefined;
    const left = () => [...providers(), ...readdirSync(temporary())];
    for (let tries = 0; left().length > 0 && tries < 200; tries += 1) await sleep(50);
    expect(left()).toEqual([]);
  });
});
