import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  type LocalAws,
  startLocalAws,
  succeeded,
  type TerraformResult,
  terraform,
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
  let directory: string;
  let aws: LocalAws;

  const base: JsonObject = {
    aws_sqs_queue: {
      orders: { name: "orders", sqs_managed_sse_enabled: true },
      mail: { name: "mail", sqs_managed_sse_enabled: true },
    },
    aws_ssm_parameter: { token: { name: "/token", type: "String", value: reference("var.token") } },
    terraform_data: { release: { input: "1" } },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "mainstay-review-"));
    aws = await startLocalAws({ directory: join(directory, "aws") });
    write(base);
    succeeded(await run("init"));
    succeeded(await run("apply", "-auto-approve"));
    succeeded(await run("apply", "-auto-approve", "-refresh-only"));
  });
  afterAll(async () => {
    await aws?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("that changes nothing is reviewed, and has no risk", async () => {
    write(base);
    const { result } = await planned();
    expect(result).toMatchObject({ reviewed: true, findings: [], undecided: [] });
    expect(result.changes.filter(({ outside }) => !outside)).toEqual([]);
  });

  it("that is made with -target is not reviewed", async () => {
    write({ ...base, aws_sqs_queue: { orders: { name: "orders", sqs_managed_sse_enabled: true } } });
    const { result } = await planned("-target=aws_sqs_queue.mail");
    expect(result).toMatchObject({ reviewed: false, stacks: [{ problems: [expect.stringMatching(/not complete/)] }] });
    expect(result.findings.map(({ kind, address }) => [kind, address])).toEqual([["data-loss", "aws_sqs_queue.mail"]]);
  });

  it("that has failed is not reviewed", async () => {
    const condition = { condition: reference("length(var.token) < 3"), error_message: "not yet" };
    write({
      ...base,
      terraform_data: { release: { input: "1", lifecycle: [{ precondition: [condition] }] }, other: { input: "x" } },
    });
    await run("plan", "-out=failed", "-lock=false");
    // WHY asked: whether a failed plan is written depends on where it failed.
    expect(existsSync(join(directory, "failed"))).toBe(true);
    const plan: unknown = JSON.parse(succeeded(await run("show", "-json", "failed")).stdout);
    expect(of(plan)).toMatchObject({
      reviewed: false,
      stacks: [{ problems: [expect.stringMatching(/failed while it planned/)] }],
    });
  });

  it("that replaces on request says so", async () => {
    write(base);
    const { result } = await planned("-replace=aws_sqs_queue.orders");
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
    write({
      ...base,
      aws_sqs_queue: { ...(base.aws_sqs_queue as JsonObject), mail: queue },
      terraform_data: { release: { input: "2" } },
    });
    const { result } = await planned();
    expect(result.findings).toMatchObject([
      { address: "aws_sqs_queue.mail", cause: { because: expect.stringMatching(/replace_triggered_by/) } },
    ]);
  });

  it("that lets go of a resource, moves one and imports one", async () => {
    write(
      { ...base, aws_sqs_queue: { renamed: { name: "orders", sqs_managed_sse_enabled: true } } },
      {
        moved: [{ from: "aws_sqs_queue.orders", to: "aws_sqs_queue.renamed" }],
        removed: [{ from: "aws_sqs_queue.mail", lifecycle: [{ destroy: false }] }],
      },
    );
    const { result } = await planned();
    expect(result.findings.map(({ kind, rule, address }) => [kind, rule, address])).toEqual([
      ["drift", "forgotten", "aws_sqs_queue.mail"],
    ]);
    expect(result.changes).toContainEqual(
      expect.objectContaining({ address: "aws_sqs_queue.renamed", previous: "aws_sqs_queue.orders", kind: "harmless" }),
    );
    expect(result.stacks[0]?.counts).toMatchObject({ forget: 1, move: 1 });
  });

  it("whose check does not hold names it", async () => {
    write(base, {
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
    const { result } = await planned();
    expect(result.blindSpots.find(({ id }) => id === "checks")?.names.join()).toMatch(
      /check\.release: fail: release 9 is not there/,
    );
  });

  it("has the same digest when it is made again, and another one when anything is different", async () => {
    const next = { ...base, terraform_data: { release: { input: "2" } } };
    write(next);
    const first = await planned();
    const reviewed = reviewedStacks(JSON.parse(toJson(first.result))).get("s");
    if (reviewed === undefined) throw new Error("not reviewed");
    expect(verify((await planned()).plan, reviewed)).toMatchObject({ same: true });
    const token = (await planned("-var=token=another-secret-token")).plan;
    expect(verify(token, reviewed)).toMatchObject({
      same: false,
      reasons: expect.arrayContaining(["aws_ssm_parameter.token changes, and did not in the reviewed plan."]),
    });
    expect(JSON.stringify(of(token))).not.toMatch(/another-secret-token|first-secret-token/);
    write({ ...next, terraform_data: { release: { input: "3" } } });
    expect(verify((await planned()).plan, reviewed)).toMatchObject({
      same: false,
      reasons: expect.arrayContaining([
        "The code that was planned is another one.",
        "terraform_data.release changes in another way.",
      ]),
    });
  });

  function write(resource: JsonObject, more: JsonObject = {}): void {
    const json = {
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
      provider: { aws: { region: "eu-west-1" } },
      variable: { token: { type: "string", sensitive: true, default: "first-secret-token" } },
      resource,
      ...more,
    };
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify(json));
  }

  async function planned(...words: string[]): Promise<{ readonly plan: unknown; readonly result: Review }> {
    succeeded(await run("plan", "-out=saved", "-lock=false", ...words));
    const plan: unknown = JSON.parse(succeeded(await run("show", "-json", "saved")).stdout);
    return { plan, result: of(plan) };
  }

  function of(plan: unknown): Review {
    return review([{ stack: "s", plan }]);
  }

  function run(...words: string[]): Promise<TerraformResult> {
    return terraform(directory, words, terraformEnvOn(aws));
  }
});
