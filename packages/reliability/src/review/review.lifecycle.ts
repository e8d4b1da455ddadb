import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  type Environment,
  type LocalAws,
  startLocalAws,
  succeeded,
  type TerraformResult,
  terraform,
  terraformEnv,
  terraformEnvOn,
} from "@mainstay/emulator";
import type { JsonObject } from "../read/json.ts";
import { reference } from "../testing.ts";
import { reviewedStacks, verify } from "./digest/verify.ts";
import { toJson } from "./render/json.ts";
import { type Review, review } from "./review.ts";

jest.setTimeout(10 * 60_000);

/** What Terraform really writes into a plan, of all that a plan can be beside changes: read as it is meant. */
describe("a plan of real Terraform", () => {
  let folder: Folder;
  let aws: LocalAws;

  const provider: JsonObject = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: { aws: { region: "eu-west-1" } },
  };
  const base: JsonObject = {
    aws_sqs_queue: {
      orders: { name: "orders", sqs_managed_sse_enabled: true },
      mail: { name: "mail", sqs_managed_sse_enabled: true },
    },
    terraform_data: { release: { input: "1" } },
  };

  beforeAll(async () => {
    const path = mkdtempSync(join(tmpdir(), "mainstay-review-"));
    aws = await startLocalAws({ directory: join(path, "aws"), sharedProvider: true });
    folder = new Folder(path, terraformEnvOn(aws), provider);
    folder.write(base);
    succeeded(await folder.run("init"));
    succeeded(await folder.run("apply", "-auto-approve"));
    succeeded(await folder.run("apply", "-auto-approve", "-refresh-only"));
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(folder.path, { recursive: true, force: true });
  });

  it("that changes nothing is reviewed, and has no risk", async () => {
    folder.write(base);
    const { result } = await folder.planned();
    expect(result).toMatchObject({ reviewed: true, findings: [], undecided: [] });
    expect(result.changes.filter(({ outside }) => !outside)).toEqual([]);
  });

  it("that is made with -target is not reviewed", async () => {
    folder.write({ ...base, aws_sqs_queue: { orders: { name: "orders", sqs_managed_sse_enabled: true } } });
    const { result } = await folder.planned("-target=aws_sqs_queue.mail");
    expect(result).toMatchObject({ reviewed: false, stacks: [{ problems: [expect.stringMatching(/not complete/)] }] });
    expect(result.findings.map(({ kind, address }) => [kind, address])).toEqual([["data-loss", "aws_sqs_queue.mail"]]);
  });

  it("that replaces on request says so", async () => {
    folder.write(base);
    const { result } = await folder.planned("-replace=aws_sqs_queue.orders");
    expect(result.findings).toMatchObject([
      { kind: "data-loss", address: "aws_sqs_queue.orders", cause: { because: expect.stringMatching(/-replace/) } },
    ]);
  });

  it("that replaces what another resource triggers says so", async () => {
    const queue = {
      name: "mail",
      sqs_managed_sse_enabled: true,
      lifecycle: { replace_triggered_by: ["terraform_data.release"] },
    };
    folder.write({
      ...base,
      aws_sqs_queue: { ...(base.aws_sqs_queue as JsonObject), mail: queue },
      terraform_data: { release: { input: "2" } },
    });
    const { result } = await folder.planned();
    expect(result.findings).toMatchObject([
      { address: "aws_sqs_queue.mail", cause: { because: expect.stringMatching(/replace_triggered_by/) } },
    ]);
  });

  it("that lets go of a resource, moves one and imports one", async () => {
    folder.write(
      { ...base, aws_sqs_queue: { renamed: { name: "orders", sqs_managed_sse_enabled: true } } },
      {
        moved: [{ from: "aws_sqs_queue.orders", to: "aws_sqs_queue.renamed" }],
        removed: [{ from: "aws_sqs_queue.mail", lifecycle: [{ destroy: false }] }],
      },
    );
    const { result } = await folder.planned();
    expect(result.findings.map(({ kind, rule, address }) => [kind, rule, address])).toEqual([
      ["drift", "forgotten", "aws_sqs_queue.mail"],
    ]);
    expect(result.changes).toContainEqual(
      expect.objectContaining({ address: "aws_sqs_queue.renamed", previous: "aws_sqs_queue.orders", kind: "harmless" }),
    );
    expect(result.stacks[0]?.counts).toMatchObject({ forget: 1, move: 1 });
  });
});

describe("a plan that Terraform makes of resources of its own, which need no provider", () => {
  const base: JsonObject = { terraform_data: { release: { input: "1" }, token: { input: reference("var.token") } } };
  /** The same, but for the release. */
  const released = (release: JsonObject): JsonObject => ({
    terraform_data: { ...(base.terraform_data as JsonObject), release },
  });
  let folder: Folder;

  beforeAll(async () => {
    folder = new Folder(mkdtempSync(join(tmpdir(), "mainstay-review-")), terraformEnv());
    folder.write(base);
    succeeded(await folder.run("apply", "-auto-approve"));
  });
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }));

  it("that has failed is not reviewed", async () => {
    const condition = { condition: reference("length(var.token) < 3"), error_message: "not yet" };
    const { terraform_data: data } = released({ input: "1", lifecycle: [{ precondition: [condition] }] });
    folder.write({ terraform_data: { ...(data as JsonObject), other: { input: "x" } } });
    await folder.run("plan", "-out=failed", "-lock=false");
    // WHY asked: whether a failed plan is written depends on where it failed.
    expect(existsSync(join(folder.path, "failed"))).toBe(true);
    const plan: unknown = JSON.parse(succeeded(await folder.run("show", "-json", "failed")).stdout);
    expect(of(plan)).toMatchObject({
      reviewed: false,
      stacks: [{ problems: [expect.stringMatching(/failed while it planned/)] }],
    });
  });

  it("whose check does not hold names it", async () => {
    folder.write(base, {
      check: {
        release: [
          {
            assert: [
              { condition: reference('terraform_data.release.output == "9"'), error_message: "release 9 is not there" },
            ],
          },
        ],
      },
    });
    const { result } = await folder.planned();
    expect(result.blindSpots.find(({ id }) => id === "checks")?.names.join()).toMatch(
      /check\.release: fail: release 9 is not there/,
    );
  });

  it("has the same digest when it is made again, and another one when anything is different", async () => {
    folder.write(released({ input: "2" }));
    const first = await folder.planned();
    const reviewed = reviewedStacks(JSON.parse(toJson(first.result))).get("s");
    if (reviewed === undefined) throw new Error("not reviewed");
    expect(verify((await folder.planned()).plan, reviewed)).toMatchObject({ same: true });
    const token = (await folder.planned("-var=token=another-secret-token")).plan;
    expect(verify(token, reviewed)).toMatchObject({
      same: false,
      reasons: expect.arrayContaining(["terraform_data.token changes, and did not in the reviewed plan."]),
    });
    expect(JSON.stringify(of(token))).not.toMatch(/another-secret-token|first-secret-token/);
    folder.write(released({ input: "3" }));
    expect(verify((await folder.planned()).plan, reviewed)).toMatchObject({
      same: false,
      reasons: expect.arrayContaining([
        "The code that was planned is another one.",
        "terraform_data.release changes in another way.",
      ]),
    });
  });
});

/** Where Terraform works. */
class Folder {
  readonly path: string;
  private readonly env: Environment;
  private readonly common: JsonObject;

  constructor(path: string, env: Environment, common: JsonObject = {}) {
    this.path = path;
    this.env = env;
    this.common = common;
  }

  write(resource: JsonObject, more: JsonObject = {}): void {
    const token = { type: "string", sensitive: true, default: "first-secret-token" };
    const json = { ...this.common, variable: { token }, resource, ...more };
    writeFileSync(join(this.path, "main.tf.json"), JSON.stringify(json));
  }

  async planned(...words: string[]): Promise<{ readonly plan: unknown; readonly result: Review }> {
    succeeded(await this.run("plan", "-out=saved", "-lock=false", ...words));
    const plan: unknown = JSON.parse(succeeded(await this.run("show", "-json", "saved")).stdout);
    return { plan, result: of(plan) };
  }

  run(...words: string[]): Promise<TerraformResult> {
    return terraform(this.path, words, this.env);
  }
}

function of(plan: unknown): Review {
  return review([{ stack: "s", plan }]);
}
