import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { CreateOpenIDConnectProviderCommand, GetOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import { DeleteObjectCommand, GetBucketEncryptionCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type LocalAws, startLocalAws, terraformEnvOn, terraformOn } from "@mainstay/emulator";
import { providerArn } from "@mainstay/github-oidc";
import { checkov, describeVerdict, judge, readSuppressions } from "@mainstay/policy";
import { placesOf, repository } from "./places.ts";

const main = join(import.meta.dirname, "main.ts");
const example = join(import.meta.dirname, "../testing/example.ts");
let home: string;
let aws: LocalAws;
let iam: IAMClient;
let s3: S3Client;
const states = "clinic-test-states";

interface Ended {
  readonly code: number | null;
  /** All that it has said. */
  readonly text: string;
  /** What of that is on the standard output. */
  readonly out: string;
}

/** The command, to its end or until it has said `until` so many times: then it and all that it has started are killed. */
function bootstrap(until?: RegExp, times = 1, ...words: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...terraformEnvOn(aws) };
    const child = spawn("node", [main, "--yes", ...words], {
      env: { ...env, MAINSTAY_ACCOUNTS: join(home, "accounts"), MAINSTAY_BOOTSTRAP_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, which is killed as one.
      detached: true,
    });
    const said: string[] = [];
    const out: string[] = [];
    let seen = 0;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        if (stream === child.stdout) out.push(line);
        if (until?.test(line) !== true) return;
        seen += 1;
        if (seen === times && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text: said.join("\n"), out: out.join("\n") }));
  });
}

const places = () => placesOf("clinic", "eu-central-1", home);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "mainstay-bootstrap-"));
  mkdirSync(join(home, "accounts"));
  writeFileSync(join(home, "accounts/test.ts"), `export { default } from ${JSON.stringify(example)};\n`);
  aws = await startLocalAws({ directory: home, ministack: [] });
  const place = {
    endpoint: aws.endpoint,
    credentials: { accessKeyId: "local-aws", secretAccessKey: "no-real-account" },
  };
  iam = new IAMClient({ region: "us-east-1", ...place });
  s3 = new S3Client({ region: "eu-central-1", forcePathStyle: true, ...place });
});
afterAll(async () => {
  iam?.destroy();
  s3?.destroy();
  await aws?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe("npm run bootstrap", () => {
  it("pain 29: OIDC provider already exists in the account: it is imported, and works for its others as before", async () => {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://token.actions.githubusercontent.com",
        ClientIDList: ["https://github.com/example"],
        ThumbprintList: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
      }),
    );
    const { code, text } = await bootstrap(/: Creation complete/, 4);
    expect([code, text]).toEqual([null, expect.stringContaining("Import complete")]);
    const arn = providerArn("123456789012");
    const found = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    expect(found.ClientIDList).toEqual(expect.arrayContaining(["https://github.com/example"]));
  });

  it("goes on from where it was killed: in the middle of making things, then before its state is moved", async () => {
    expect(existsSync(places().running)).toBe(true);
    const { text } = await bootstrap(/^Moving its state/);
    expect(text).toContain("An earlier run was stopped in the middle");
    expect(text).toContain("Apply complete!");
    expect(existsSync(places().file)).toBe(true);
  });

  it("ends with its state in the bucket, and nothing of it here but a copy that nobody reads", async () => {
    const { code, text } = await bootstrap();
    expect([code, text]).toEqual([0, expect.stringContaining("In order. Its state is in s3://clinic-test-states/")]);
    const files = readdirSync(join(places().file, "..")).filter((name) => !name.includes("backup"));
    expect(files).toEqual(["clinic-account-eu-central-1-account.tfstate.moved"]);
    expect(text).toContain("0 added, 0 changed, 0 destroyed");
    expect(existsSync(places().running)).toBe(false);
  });

  it("finds a move that was killed after the copy, and changes nothing in an account that is in order", async () => {
    const { file } = places();
    copyFileSync(`${file}.moved`, file);
    const { code, text } = await bootstrap();
    expect(code).toBe(0);
    expect(text).toContain("The state was moved already");
    expect(text).toContain("0 added, 0 changed, 0 destroyed");
    expect(existsSync(file)).toBe(false);
  });

  it("takes over all that it has made when its state is lost, and makes no second key", async () => {
    const { file, key } = places();
    const keyOf = async () => {
      const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket: states }));
      return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
    };
    const before = await keyOf();
    expect(before).toMatch(/^arn:aws:kms:eu-central-1:123456789012:key\//);
    await s3.send(new DeleteObjectCommand({ Bucket: states, Key: key }));
    rmSync(dirname(file), { recursive: true });
    const { code, text } = await bootstrap();
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/Resources: 8 imported, \d+ added, \d+ changed, 0 destroyed/),
    ]);
    expect(await keyOf()).toBe(before);
    const again = await bootstrap(undefined, 1, "--json");
    expect([again.code, again.text]).toEqual([0, expect.stringContaining("0 added, 0 changed, 0 destroyed")]);
    const role = (word: string) => `arn:aws:iam::123456789012:role/clinic-account-eu-central-1-clinic-dev-${word}`;
    expect(JSON.parse(again.out)).toEqual({
      account: "123456789012",
      state: `s3://${states}/${key}`,
      environments: {
        "clinic-dev": {
          plan: role("plan"),
          deploy: role("deploy"),
          push: role("push"),
          boundary: "arn:aws:iam::123456789012:policy/clinic-account-eu-central-1-clinic-dev-boundary",
        },
      },
    });
  });

  it("passes Checkov, but for what a README explains", async () => {
    const { directory, stack } = places();
    await terraformOn(aws, directory, "plan", "-input=false", "-no-color", "-out=policy.tfplan");
    const file = join(home, "policy.json");
    writeFileSync(file, await terraformOn(aws, directory, "show", "-json", "policy.tfplan"));
    const verdict = judge(await checkov(repository, { [stack]: file }), readSuppressions(repository), {
      environment: "account",
    });
    const [, ...more] = describeVerdict(verdict);
    expect(more).toEqual([]);
    expect(verdict.checked.passed).toBeGreaterThan(20);
  });

  it("refuses two states that are not one, and says which", async () => {
    const { file } = places();
    writeFileSync(file, JSON.stringify({ version: 4, lineage: "another", serial: 1, resources: [] }));
    const { code, text } = await bootstrap();
    expect([code, text]).toEqual([1, expect.stringContaining("they come from two first deployments")]);
    expect(existsSync(file)).toBe(true);
    rmSync(file);
  });
});
