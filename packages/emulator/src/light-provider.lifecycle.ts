import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repositoryRoot } from "./root.ts";
import { succeeded, terraform, terraformEnvOn } from "./terraform.ts";

const nowhere = { env: { AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nobody", AWS_REGION: "eu-west-1" } };
let directory: string;
/** Where everything that runs here puts what it needs for the moment. */
const temporary = () => join(directory, "temporary");
const env = () => ({ ...terraformEnvOn(nowhere), TMPDIR: temporary() });

/** WHY: where set-up found no unpacked provider, there is none, and Terraform starts the usual one. */
const there = existsSync(join(repositoryRoot, ".mainstay/local-aws.rc"));

function write(content: object): void {
  const checks = ["skip_credentials_validation", "skip_requesting_account_id", "skip_metadata_api_check"];
  const aws = { region: "eu-west-1", ...Object.fromEntries(checks.map((check) => [check, true])) };
  const terraformBlock = { required_providers: { aws: { source: "hashicorp/aws" } } };
  writeFileSync(
    join(directory, "main.tf.json"),
    JSON.stringify({ terraform: terraformBlock, provider: { aws }, ...content }),
  );
}

const run = (...args: string[]) => terraform(directory, args, env());

/** Processes that work in the test's directory: Terraform, what stands before the provider, and the provider. */
function working(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === directory;
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "mainstay-light-"));
  mkdirSync(temporary());
  write({});
  succeeded(await run("init"));
});
afterAll(() => rmSync(directory, { recursive: true }));

(there ? describe : describe.skip)("the provider that Terraform gets for a local AWS", () => {
  it("describes types just as the usual one does, but only those that somebody names", async () => {
    write({ resource: { aws_dlm_lifecycle_policy: { snapshots: {} } } });
    const { stdout } = succeeded(await run("providers", "schema", "-json"));
    const said: { readonly provider_schemas: Readonly<Record<string, { readonly resource_schemas: object }>> } =
      JSON.parse(stdout);
    const types = Object.values(said.provider_schemas).flatMap((provider) => Object.keys(provider.resource_schemas));
    expect(types).toEqual(expect.arrayContaining(["aws_vpc", "aws_db_instance", "aws_dlm_lifecycle_policy"]));
    // WHY in pieces: what this source says would be a type that somebody names.
    expect(types).not.toContain(["aws", "quicksight", "analysis"].join("_"));
    expect(types.length).toBeLessThan(400);
  });

  it("plans what the provider plans, and refuses what the provider refuses", async () => {
    write({ resource: { aws_vpc: { a: { cidr_block: "10.0.0.0/16" } } } });
    expect(succeeded(await run("plan", "-no-color", "-lock=false")).stdout).toContain("1 to add");
    write({ resource: { aws_vpc: { a: { cidr_block: "10.0.0.0/40" } } } });
    const { code, stderr } = await run("plan", "-no-color", "-lock=false");
    expect([code, stderr]).toEqual([1, expect.stringContaining("invalid CIDR address: 10.0.0.0/40")]);
  });

  it("ends with Terraform, also when that is killed, and leaves nothing", async () => {
    const { child, ended } = applying();
    while (working().length < 3) await sleep(20);
    child.kill("SIGKILL");
    await ended;
    while (working().length > 0) await sleep(50);
    expect(readdirSync(temporary())).toEqual([]);
  });

  it("leaves nothing either where it is killed itself", async () => {
    const { ended } = applying();
    while (working().length < 3) await sleep(20);
    for (const pid of working().filter(standsBefore)) process.kill(Number(pid), "SIGKILL");
    await ended;
    while (working().length > 0) await sleep(50);
    expect(readdirSync(temporary())).toEqual([]);
  });
});

/** Terraform that does not come to an end: nobody answers there, so that the provider tries again and again. */
function applying() {
  write({ resource: { aws_vpc: { a: { cidr_block: "10.0.0.0/16" } } } });
  const variables = { ...process.env, ...env(), AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  const child = spawn("terraform", ["apply", "-auto-approve", "-lock=false"], {
    cwd: directory,
    env: variables,
    stdio: "ignore",
  });
  return { child, ended: once(child, "exit") };
}

/** Is it what Terraform takes for the provider? */
function standsBefore(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("light-provider/main.mjs");
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
