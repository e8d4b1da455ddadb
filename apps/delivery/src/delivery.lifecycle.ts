import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { awsCli, type LocalAws, startLocalAws, terraformEnvOn } from "@mainstay/emulator";
import { files } from "./plans/files.ts";
import { askingForApproval, startGithub } from "./testing/github-server.ts";
import { bucket, synthesizeSubject } from "./testing/subject.ts";
import { Tasks } from "./testing/tasks.ts";

const main = join(import.meta.dirname, "main.ts");
const [first, second] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
const region = "eu-west-1";
let home: string;
let aws: LocalAws;
let tasks: Tasks;
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
const images = async () => JSON.parse((await step("images", "shop-dev")).told.images ?? "");
const running = (image?: string) =>
  step("running", "shop-dev", "--patience", "0", ...(image === undefined ? [] : ["--image", `api=${image}`]));

/** Tags of an image in the registry. */
async function tagsOf(digest: string | undefined): Promise<unknown> {
  const which = ["--repository-name", "shop-dev-api", "--image-ids", `imageDigest=${digest}`];
  return await awsCli(aws, ["ecr", "describe-images", ...which, "--query", "imageDetails[0].imageTags"], region);
}

const queueUrl = () => Promise.resolve(`${aws.endpoint}/123456789012/shop-dev-jobs`);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "mainstay-delivery-"));
  [aws, github] = await Promise.all([startLocalAws({ directory: home, ministack: [] }), startGithub()]);
  tasks = new Tasks(aws);
  await tasks.stay();
  const credentials = { accessKeyId: "local-aws", secretAccessKey: "no-real-account" };
  const config = { region, endpoint: aws.endpoint, credentials };
  clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    ecs: new ECSClient(config),
  };
  const place = { LocationConstraint: region } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
  synthesizeSubject(output(), { visibility: 30 });
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
    expect(JSON.parse(deployed.told.applied ?? "")).toEqual(["shop-dev-eu-west-1-data", "shop-dev-eu-west-1-service"]);
    expect(deployed.text).toContain("nothing that is deployed is lost or replaced");
    expect(await visibility()).toBe("30");
    expect(await images()).toEqual({ api: first });
    const live = await step("deploy", "shop-live");
    expect([live.code, live.text]).toEqual([1, expect.stringContaining("shop-live is production")]);
  });

  it("waits until the image that was handed over runs, and keeps it in the registry; of another one it says that it does not run", async () => {
    const lacking = await running(first);
    expect([lacking.code, lacking.text]).toEqual([1, expect.stringContaining("on the way: 0 of 1 tasks are listed")]);
    await tasks.start(1);
    const steady = await running(first);
    expect([steady.code, steady.text]).toEqual([0, expect.stringContaining(`running shop-dev-api:1 123456789012`)]);
    const other = await running(second);
    expect([other.code, other.text]).toEqual([1, expect.stringContaining("its stack was not applied")]);

    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json" });
    const put = ["--image-manifest", manifest, "--image-digest", first ?? "", "--image-tag", "c1"];
    await awsCli(aws, ["ecr", "put-image", "--repository-name", "shop-dev-api", ...put], region);
    for (let time = 0; time < 2; time++) well(await step("keep", "shop-dev"));
    expect(await tagsOf(first)).toEqual(["c1", "deployed-111111111111"]);
  });

  it("refuses what would lose something, in a plan as before a deployment, and nothing of it can be approved", async () => {
    synthesizeSubject(output(), { visibility: 30, queue: "shop-dev-orders" });
    const { code, text, told } = await plan("c2");
    expect(code).toBe(1);
    expect(text).toContain("Nothing of this can be approved");
    expect(text).toContain("aws_sqs_queue.jobs");
    expect([told.digests, told.changes]).toEqual(["{}", "false"]);
    well(await step("comment", "shop-dev", "--out", plans(), "--pull", "6"));
    expect(github.comments.at(-1)?.body).toContain("Refused: this must not be applied to what is deployed.");
    const deployed = await step("deploy", "shop-dev");
    expect([deployed.code, deployed.told.applied]).toEqual([1, "[]"]);
  });

  it("applies nothing to production where GitHub asks nobody for approval", async () => {
    const live = () => step("apply", "shop-live", "--out", plans(), "--approved", "{}");
    github.environments["shop-live"] = [];
    const free = await live();
    expect([free.code, free.text]).toEqual([1, expect.stringContaining("has no required reviewers")]);
    github.environments["shop-live"] = askingForApproval;
    expect((await live()).text).toContain("No stack belongs to shop-live");
  });

  it("comments a pull request once, however often it is planned", async () => {
    synthesizeSubject(output(), { visibility: 60 });
    const { code } = await plan("c2", "--unchanged");
    expect(code).toBe(0);
    for (let push = 0; push < 2; push++) {
      const said = await step("comment", "shop-dev", "--out", plans(), "--pull", "7");
      expect([said.code, said.text]).toEqual([0, ""]);
    }
    const own = github.comments.filter(({ of }) => of === 7);
    expect(own).toHaveLength(1);
    const body = own[0]?.body ?? "";
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
    expect(forged.told.applied).toBeUndefined();
    expect(await visibility()).toBe("30");

    rmSync(plans(), { recursive: true });
    cpSync(join(home, "reviewed"), plans(), { recursive: true });
    const nothing = await apply("c2");
    expect([nothing.code, nothing.text]).toEqual([1, expect.stringContaining("has a plan, and was not approved")]);

    const done = await apply("c2", approved);
    well(done);
    expect(done.told.applied).toBe('["shop-dev-eu-west-1-data"]');
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

  it("says that a new image does not run where ECS has rolled it back, and puts the previous one back, and nothing else", async () => {
    const before = (await step("images", "shop-dev")).told.images ?? "";
    expect(JSON.parse(before)).toEqual({ api: first });
    const next = await plan("c4", "--image", `api=${second}`);
    const applied = await apply("c4", next.told.digests);
    well(applied);
    expect(applied.told.applied).toBe('["shop-dev-eu-west-1-service"]');
    const former = await running(second);
    expect([former.code, former.text]).toEqual([1, expect.stringContaining(`has 123456789012.dkr.ecr`)]);
    await tasks.start(2);
    well(await running(second));

    await clients.ecs.send(
      new UpdateServiceCommand({ cluster: "shop-dev", service: "api", taskDefinition: "shop-dev-api:1" }),
    );
    const broken = await running(second);
    expect([broken.code, broken.text]).toEqual([
      1,
      expect.stringContaining("it runs shop-dev-api:1, not shop-dev-api:2: ECS has rolled back"),
    ]);

    const putBack = (...more: readonly string[]) =>
      step("put-back", "shop-dev", "--before", before, "--patience", "0", ...more);
    const untouched = await putBack("--applied", '["shop-dev-eu-west-1-data"]');
    expect(untouched.text).toContain("there is nothing to put back");
    // The code has moved on: a variable of the container that nobody has approved.
    synthesizeSubject(output(), { visibility: 90, level: "2" });
    const more = await putBack();
    expect([more.code, more.text]).toEqual([1, expect.stringContaining("Nothing was put back")]);
    expect(more.text).toContain("aws_ecs_task_definition.task would be replaced: container_definitions");
    expect(await images()).toEqual({ api: second });

    await tasks.start(1);
    synthesizeSubject(output(), { visibility: 90, logs: true });
    const back = await putBack("--applied", applied.told.applied ?? "");
    expect([back.code, back.text]).toEqual([0, expect.stringContaining(`putting back api ${first}`)]);
    expect(await images()).toEqual({ api: first });
    expect(await visibility()).toBe("60");
    expect(await awsCli(aws, ["logs", "describe-log-groups", "--query", "logGroups"], region)).toEqual([]);
  });

  it("destroys what is no production, to the last of it", async () => {
    await tasks.stop();
    const unsure = await step("destroy", "shop-dev");
    expect([unsure.code, unsure.text]).toEqual([1, expect.stringContaining("type its name")]);
    well(await step("destroy", "shop-dev", "--confirm", "shop-dev"));
    const { leftovers } = await aws.leftovers();
    // A task that has stopped is listed for a while.
    const left = leftovers.filter(({ kind }) => kind !== "Task");
    expect(left.map(({ kind, id }) => `${kind} ${id}`)).toEqual([`FakeBucket buckets.${bucket}`]);
  });
});
