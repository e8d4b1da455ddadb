import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { localState, s3State } from "@mainstay/core";
import {
  plannedChanges,
  pythonPath,
  startTemporaryAws,
  type TemporaryAws,
  terraformEnvOn,
  terraformOn,
} from "@mainstay/emulator";
import { repository } from "../bootstrap/places.ts";
import { synthesizeSubject } from "../testing/subject.ts";

const bucket = "move-test-states";
const key = "shop/dev/eu-west-1/data.tfstate";
const stack = "shop-dev-eu-west-1-data";
const inBucket = s3State(bucket, { region: "eu-central-1" });
let aws: TemporaryAws;
let environment: NodeJS.ProcessEnv;

const home = () => aws.directory;
const output = () => join(home(), "cdktf.out");
const directory = () => join(output(), "stacks", stack);
const file = () => join(home(), "terraform-state/local", `${stack}.tfstate`);

/** The AWS CLI, as it is typed. */
function cli(...words: readonly string[]): string {
  const program = join(pythonPath(), "../aws");
  return execFileSync(program, [...words, "--region", "eu-central-1"], { env: environment, encoding: "utf8" });
}

const readme = readFileSync(join(repository, "terraform-state/README.md"), "utf8");

/** The line of the README that begins so, as somebody types it whose profile knows another region. */
function typed(beginning: string, version = ""): string {
  const line = readme.split("\n").find((each) => each.startsWith(beginning)) ?? "exit 1";
  const program = `PATH="${join(pythonPath(), "..")}:$PATH"; REGION=eu-central-1; BUCKET=${bucket}; KEY=${key}; ${line.replace("VERSION", version)}`;
  return execFileSync("bash", ["-euc", program], {
    env: { ...environment, AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" },
    encoding: "utf8",
  });
}

function move(): string {
  const main = join(repository, "terraform-state/src/move/main.ts");
  try {
    return execFileSync("node", [main, "shop-dev"], {
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    return (error as { readonly stderr: string }).stderr;
  }
}

async function run(...args: readonly string[]): Promise<string> {
  return await terraformOn(aws, directory(), ...args);
}

beforeAll(async () => {
  aws = await startTemporaryAws();
  environment = { ...process.env, ...terraformEnvOn(aws), CDKTF_OUTPUT: output() };
});
afterAll(async () => {
  await aws?.stop();
});

describe("an environment goes from this machine into a bucket", () => {
  it("is deployed with its state here", async () => {
    synthesizeSubject(output(), localState);
    mkdirSync(join(home(), "terraform-state/local"), { recursive: true });
    await run("init", "-no-color");
    await run("apply", "-auto-approve", "-no-color");
    expect(existsSync(file())).toBe(true);
    expect(move()).toContain("Change the line in the file of shop-dev");
  });

  it("says what is lacking where there is no bucket, and keeps the state", () => {
    synthesizeSubject(output(), inBucket);
    expect(move()).toContain(`There is no bucket ${bucket}. Make it: npm run bootstrap`);
    expect(existsSync(file())).toBe(true);
  });

  it("waits for a Terraform that works on it", () => {
    cli(
      "s3api",
      "create-bucket",
      "--bucket",
      bucket,
      "--create-bucket-configuration",
      "LocationConstraint=eu-central-1",
    );
    cli("s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled");
    const lock = join(home(), "terraform-state/local", `.${stack}.tfstate.lock.info`);
    writeFileSync(lock, "{}");
    expect(move()).toContain("A Terraform works on");
    rmSync(lock);
  });

  it("moves by one command, which can be run again, and plans nothing afterwards", async () => {
    expect(move()).toContain(`${stack}: moved`);
    expect(move()).toContain(`${stack}: is there already`);
    expect(existsSync(file())).toBe(false);
    await run("init", "-no-color");
    expect(plannedChanges(await run("plan", "-json"))).toEqual([]);
  });

  it("has its state put back from an older version, as the documentation says", async () => {
    const good = readFileSync(`${file()}.moved`, "utf8");
    const broken = join(home(), "broken.json");
    writeFileSync(broken, "{}");
    cli("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", broken);
    const versions = typed("aws s3api list-object-versions")
      .split("\n")
      .filter((line) => line.includes("False"));
    const [, older] = versions[0]?.split("|") ?? [];
    typed("aws s3api copy-object", older?.trim());
    expect(JSON.parse(await run("state", "pull"))).toEqual(JSON.parse(good));
  });

  it("has a lock broken that nobody holds, as the documentation says", async () => {
    const lock = {
      ID: "0d7c0a4c-0e0e-4b1a-9f0a-000000000000",
      Operation: "OperationTypeApply",
      Who: "ops@elsewhere",
      Version: "1.11.4",
      Created: "2026-01-01T00:00:00Z",
      Path: `${bucket}/${key}`,
    };
    const text = join(home(), "lock.json");
    writeFileSync(text, JSON.stringify(lock));
    cli("s3api", "put-object", "--bucket", bucket, "--key", `${key}.tflock`, "--body", text);
    expect(typed("aws s3 cp")).toContain("ops@elsewhere");
    await run("force-unlock", "-force", lock.ID);
    expect(cli("s3", "ls", `s3://${bucket}/shop/dev/eu-west-1/`)).not.toContain("tflock");
  });
});
