import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type LocalAws, startLocalAws, terraformEnvOn } from "@mainstay/emulator";
import { files } from "./plans/files.ts";
import { startGithub } from "./testing/github-server.ts";
import { bucket, synthesizeSubject } from "./testing/subject.ts";

const main = join(import.meta.dirname, "main.ts");
const [first, second] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
const region = "eu-west-1";
let home: string;
let aws: LocalAws;
let github: Awaited<ReturnType<typeof startGithub>>;
let clients: { readonly s3: S3Client; readonly sqs: SQSClient; readonly ecs: ECSClient };

interface Ended {
  readonly code: number | null;
  readonly text: string;
  /** What it told later jobs. */
  readonly told: Readonly<Record<string, string>>;
}

/** One step of a workflow, as the workflow runs it. */
function step(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      ...terraformEnvOn(aws),
      ...github.env,
      CDKTF_OUTPUT: output(),
      MAINSTAY_ACCOUNTS: join(home, "accounts"),
    };
    const child = spawn("node", ["--no-warnings", main, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
    const parts = { out: "", err: "" };
    child.stdout.on("data", (part: Buffer) => {
      parts.out += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      parts.err += part.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const told = Object.fromEntries(
        [...parts.out.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
      );
      resolve({ code, text: parts.out + parts.err, told });
    });
  });
}

/** That a step ended well, or what it said. */
function well({ code, text }: Ended): void {
  expect({ code, said: code === 0 ? "" : text }).toEqual({ code: 0, said: "" });
}

const output = () => join(home, "cdktf.out");
const plans = () => join(home, "plans");
const plan = (commit: string, ...more: readonly string[]) =>
  step("plan", "shop-dev", "--out", plans(), "--commit", commit, ...more);
const apply = (commit: string, approved = "{}") =>
  step("apply", "shop-dev", "--out", plans(), "--commit", commit, "--approved", approved);
const visibility = async () => {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await queueUrl(), AttributeNames: ["VisibilityTimeout"] }),
  );
  return Attributes?.VisibilityTimeout;
};
const queueUrl = () => Promise.resolve(`${aws.endpoint}/123456789012/shop-dev-jobs`);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "mainstay-delivery-"));
  [aws, github] = await Promise.all([startLocalAws({ directory: home, ministack: [] }), startGithub()]);
  const credentials = { accessKeyId: "local-aws", secretAccessKey: "no-real-account" };
  const config = { region, endpoint: aws.endpoint, credentials };
  clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    ecs: new ECSClient(config),
  };
  const place = { LocationConstraint: region } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
  synthesizeSubject(output(), 30);
  mkdirSync(join(home, "accounts"));
  const account = join(import.meta.dirname, "testing/account.ts");
  writeFileSync(join(home, "accounts/shop.ts"), `export { default } from ${JSON.stringify(account)};\n`);
});

afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy();
  await github?.stop();
  await aws?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe("from a pull request to a roll back", () => {
  it("plans what can be planned first: a stack that reads what is not there yet waits, and says so", async () => {
    const { code, text, told } = await plan("c1", "--image", `api=${first}`);
    expect([code, text]).toEqual([
      0,
      expect.stringContaining("shop-dev-eu-west-1-service: waiting: it reads shop-dev-eu-west-1-data"),
    ]);
    expect(Object.keys(JSON.parse(told.digests ?? ""))).toEqual(["shop-dev-eu-west-1-data"]);
    cpSync(files.plan(plans(), "shop-dev-eu-west-1-data"), join(home, "first.tfplan"));
  });

  it("deploys development by cdktf, all its stacks in one go, with the image that was handed over; production it does not", async () => {
    const deployed = await step("deploy", "shop-dev", "--image", `api=${first}`);
    well(deployed);
    expect(deployed.told.began).toBe("true");
    expect(deployed.text).toContain("nothing that is deployed is lost or replaced");
    expect(await visibility()).toBe("30");
    expect(JSON.parse((await step("images", "shop-dev")).told.images ?? "")).toEqual({ api: first });
    const live = await step("deploy", "shop-live");
    expect([live.code, live.text]).toEqual([1, expect.stringContaining("shop-live is production")]);
  });

  it("comments a pull request once, however often it is planned", async () => {
    synthesizeSubject(output(), 60);
    const { code } = await plan("c2", "--unchanged");
    expect(code).toBe(0);
    for (let push = 0; push < 2; push++) {
      const said = await step("comment", "shop-dev", "--out", plans(), "--pull", "7");
      expect([said.code, said.text]).toEqual([0, ""]);
    }
    expect(github.comments).toHaveLength(1);
    const body = github.comments[0]?.body ?? "";
    expect(body).toContain("aws_sqs_queue.jobs");
    expect(body).toContain("| `shop-dev-eu-west-1-service` | nothing to do |");
  });

  it("asks Checkov about every stack, says what nobody explains and which explanations have run out, and tells code scanning", async () => {
    const { code, text } = await step("policy", "shop-dev", "--out", plans(), "--on", "2099-01-01");
    expect(code).toBe(1);
    expect(text).toMatch(
      /packages\/alb\/README\.md:\d+: CKV_AWS_378 aws_lb_target_group: until is \S+, which has passed/,
    );
    expect(text).toContain("CKV2_AWS_11 shop-dev-eu-west-1-data/aws_vpc.vpc");
    expect(text).toContain("shop-dev-eu-west-1-service/aws_ecs_cluster.cluster");
    well(await step("scan", "shop-dev", "--out", plans(), "--commit", "c2", "--ref", "refs/pull/7/head"));
    const [review, policy] = github.scans();
    expect(review).toMatchObject({
      ref: "refs/pull/7/head",
      log: { runs: [{ tool: { driver: { name: "mainstay review" } } }] },
    });
    expect(policy).toMatchObject({
      commit_sha: "c2",
      log: { runs: [{ automationDetails: { id: "policy/shop-dev/" } }] },
    });
    const results = policy?.log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId);
    expect(results).toContain("CKV2_AWS_11");
  });

  it("refuses a plan that was changed between review and apply, and applies nothing", async () => {
    const summary = JSON.parse(readFileSync(files.summary(plans()), "utf8"));
    const approved = JSON.stringify({ "shop-dev-eu-west-1-data": summary.stacks[0].digest });
    cpSync(plans(), join(home, "reviewed"), { recursive: true });
    // Somebody puts another plan of the same stack into the artefact: the one from before it was deployed. And the branch has moved.
    const stack = "shop-dev-eu-west-1-data";
    cpSync(join(home, "first.tfplan"), files.plan(plans(), stack));
    const forged = await apply("c3", approved);
    expect(forged.code).toBe(1);
    expect(forged.text).toContain("Nothing was applied: this is not what was approved.");
    expect(forged.text).toContain("aws_sqs_queue.jobs changes in another way.");
    expect(forged.text).toContain("The commit was c2 and is c3.");
    expect(forged.told.began).toBeUndefined();
    expect(await visibility()).toBe("30");

    rmSync(plans(), { recursive: true });
    cpSync(join(home, "reviewed"), plans(), { recursive: true });
    const nothing = await apply("c2");
    expect([nothing.code, nothing.text]).toEqual([1, expect.stringContaining("has a plan, and was not approved")]);

    well(await apply("c2", approved));
    expect(await visibility()).toBe("60");
    const again = await apply("c2", approved);
    expect([again.code, again.text]).toEqual([1, expect.stringMatching(/stale/i)]);
  });

  it("opens an issue about drift", async () => {
    const url = await queueUrl();
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: "5" } }));
    expect((await step("drift", "shop-dev", "--out", plans())).text).toContain("drift issue: opened");
    expect(github.issues).toMatchObject([{ state: "open", title: "shop-dev is not what the code says" }]);
    expect(github.issues[0]?.body).toContain("aws_sqs_queue.jobs");
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: "60" } }));
  });

  it("says that a new image does not run where ECS has rolled it back, and puts the previous one back", async () => {
    const before = (await step("images", "shop-dev")).told.images ?? "";
    expect(JSON.parse(before)).toEqual({ api: first });
    const next = await plan("c4", "--image", `api=${second}`);
    well(await apply("c4", next.told.digests));
    well(await step("running", "shop-dev", "--patience", "0"));

    await clients.ecs.send(
      new UpdateServiceCommand({ cluster: "shop-dev", service: "api", taskDefinition: "shop-dev-api:1" }),
    );
    const broken = await step("running", "shop-dev", "--patience", "0");
    expect([broken.code, broken.text]).toEqual([
      1,
      expect.stringContaining("it runs shop-dev-api:1, not shop-dev-api:2: ECS has rolled back"),
    ]);

    const back = await step("put-back", "shop-dev", "--before", before, "--patience", "0");
    expect([back.code, back.text]).toEqual([0, expect.stringContaining(`putting back api ${first}`)]);
    expect(JSON.parse((await step("images", "shop-dev")).told.images ?? "")).toEqual({ api: first });
  });
});
