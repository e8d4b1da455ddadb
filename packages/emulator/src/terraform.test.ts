import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { lives } from "./server-process.ts";
import { terraform, terraformEnv, terraformEnvOn } from "./terraform.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mainstay-terraform-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("terraformEnv", () => {
  it("takes the checkout's configuration, unless the caller has one", () => {
    const ours = join(root, ".mainstay/terraform.rc");
    mkdirSync(join(root, ".mainstay"));
    writeFileSync(ours, "");
    const theirs = join(root, "their.rc");
    writeFileSync(theirs, "");
    expect(terraformEnv(root, {}).TF_CLI_CONFIG_FILE).toBe(ours);
    expect(terraformEnv(root, { TF_CLI_CONFIG_FILE: theirs }).TF_CLI_CONFIG_FILE).toBe(theirs);
  });

  it("names no configuration that does not exist: Terraform would fail", () => {
    expect(terraformEnv(root, { TF_CLI_CONFIG_FILE: join(root, "gone.rc") }).TF_CLI_CONFIG_FILE).toBeUndefined();
  });
});

describe("terraformEnvOn", () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:5000", AWS_PROFILE: undefined };

  it("takes the configuration for a local AWS, where set-up made one, and what leads to that local AWS", () => {
    mkdirSync(join(root, ".mainstay"));
    const [usual, local] = ["terraform.rc", "local-aws.rc"].map((name) => join(root, ".mainstay", name));
    writeFileSync(usual ?? "", "");
    expect(terraformEnvOn({ env }, root)).toMatchObject({ ...terraformEnv(root), ...env });
    writeFileSync(local ?? "", "");
    expect(terraformEnvOn({ env }, root)).toMatchObject({ ...env, TF_CLI_CONFIG_FILE: local });
    expect(terraformEnv(root, {}).TF_CLI_CONFIG_FILE).toBe(usual);
  });
});

describe("terraform", () => {
  it("answers a failure with its code and words, and tells each line as it comes", async () => {
    writeFileSync(join(root, "main.tf.json"), "{ not json");
    const lines: string[] = [];
    const { code, stderr } = await terraform(root, ["validate", "-no-color"], terraformEnv(root, {}), {
      log: (line) => lines.push(line),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("main.tf.json");
    expect(lines.join("\n")).toContain("main.tf.json");
  });

  it("ends Terraform, and what it started, when told to", async () => {
    writeFileSync(join(root, "main.tf.json"), JSON.stringify({ resource: { terraform_data: { slow: sleeper } } }));
    const { code: initialised } = await terraform(root, ["init"], terraformEnv(root, {}));
    expect(initialised).toBe(0);
    const abort = new AbortController();
    let sleeping = 0;
    const { code } = await terraform(root, ["apply", "-auto-approve", "-no-color"], terraformEnv(root, {}), {
      signal: abort.signal,
      log: (line) => {
        sleeping = Number(/sleeping as (\d+)/.exec(line)?.[1] ?? sleeping);
        if (sleeping > 0) abort.abort();
      },
    });
    expect(code).not.toBe(0);
    await sleep(200);
    expect(sleeping).toBeGreaterThan(0);
    expect(lives(sleeping)).toBe(false);
  }, 30_000);

  it("says what is missing when Terraform is not installed", async () => {
    await expect(terraform(root, ["version"], { PATH: root })).rejects.toThrow(/not installed.*install/);
  });
});

const sleeper = { provisioner: [{ "local-exec": { command: "echo sleeping as $$; exec sleep 60" } }] };
