import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { readSynthesis } from "../read/synthesis.ts";
import { preflight } from "./preflight.ts";

const elsewhere = 'provider["registry.terraform.io/hashicorp/aws"].eu-central-1';
const topic = (name: string, more: JsonObject = {}): JsonObject => ({
  mode: "managed",
  type: "aws_sns_topic",
  name,
  provider: elsewhere,
  instances: [{ attributes: { arn: name } }],
  ...more,
});
const aws = [{ region: "eu-west-1" }, { alias: "eu-central-1", region: "eu-central-1" }];

describe("a provider that is not declared any more", () => {
  it("is refused while something was made with it and is in no block, with all that it is about", () => {
    const found = run(
      { provider: { aws: aws[0] ?? {} } },
      ["a", "b", "c", "d"].map((name) => topic(name)),
    );
    expect(found).toEqual([
      {
        severity: "refuse",
        stack: "test",
        address: "provider.aws.eu-central-1",
        why: 'aws_sns_topic.a, aws_sns_topic.b, aws_sns_topic.c and 1 more were made with provider aws.eu-central-1, which is not declared any more: Terraform refuses to plan the stack ("Provider configuration not present").',
        fix: "Declare aws.eu-central-1 for one more deployment, which takes them down; then leave it out.",
      },
    ]);
    expect(run({}, [topic("a"), topic("b")])[0]?.why).toMatch(/^aws_sns_topic\.a and aws_sns_topic\.b were made/);
    expect(run({}, [topic("a")])[0]).toMatchObject({
      why: expect.stringMatching(/^aws_sns_topic\.a was made/),
      fix: expect.stringContaining("takes it down"),
    });
  });

  it("is said once for each that is missing", () => {
    const other = topic("b", { provider: elsewhere.replace("eu-central-1", "us-east-1") });
    expect(run({}, [topic("a"), other, topic("c")]).map(({ address }) => address)).toEqual([
      "provider.aws.eu-central-1",
      "provider.aws.us-east-1",
    ]);
  });

  it("is nothing while it is declared, by whatever name and registry", () => {
    expect(run({ provider: { aws } }, [topic("a")])).toEqual([]);
    const renamed = {
      terraform: { required_providers: { amazon: { source: "registry.terraform.io/hashicorp/aws" } } },
      provider: { amazon: aws },
    };
    expect(run(renamed, [topic("a")])).toEqual([]);
    const short = { terraform: { required_providers: { aws: { source: "aws" } } }, provider: { aws } };
    expect(run(short, [topic("a")])).toEqual([]);
    const opentofu = topic("a", { provider: elsewhere.replace("terraform.io", "opentofu.org") });
    expect(run({ provider: { aws } }, [opentofu])).toEqual([]);
  });

  it("is another one where only its alias is the same", () => {
    expect(run({ provider: { google: aws } }, [topic("a")])).toHaveLength(1);
    const fork = { terraform: { required_providers: { aws: { source: "ours/aws" } } }, provider: { aws } };
    expect(run(fork, [topic("a")])).toHaveLength(1);
  });

  it("is needed by what the stack lets go of, and not by what it has under another name or with another provider", () => {
    const removed = [{ from: "aws_sns_topic.a", lifecycle: { destroy: false } }];
    expect(run({ removed }, [topic("a")])).toHaveLength(1);
    const moved = [{ from: "aws_sns_topic.a", to: "aws_sns_topic.b" }];
    expect(run({ resource: { aws_sns_topic: { b: {} } }, moved }, [topic("a")])).toEqual([]);
    expect(run({ resource: { aws_sns_topic: { a: {} } } }, [topic("a")])).toEqual([]);
    expect(run({ resource: { aws_sns_topic: { a: { for_each: {} } } } }, [topic("a")])).toEqual([]);
  });

  it("is needed neither by what was only read, nor where it is the default one, nor where it is not known", () => {
    expect(run({}, [topic("a", { mode: "data", type: "aws_region" })])).toEqual([]);
    expect(run({}, [topic("a", { provider: elsewhere.replace(".eu-central-1", "") })])).toEqual([]);
    expect(run({}, [topic("a", { provider: `module.m.${elsewhere}` })])).toEqual([]);
    const shown = { format_version: "1.0", values: { root_module: { resources: [topic("a")] } } };
    expect(about(preflight([readSynthesis({}, "test")], [readState(shown, "test")]))).toEqual([]);
  });
});

function run(written: JsonObject, resources: readonly JsonObject[]) {
  const state = readState({ version: 4, resources: [...resources] }, "test");
  return about(preflight([readSynthesis(written, "test")], [state]));
}

/** What is said of providers. */
function about({ findings }: ReturnType<typeof preflight>) {
  return findings
    .filter(({ address }) => address.startsWith("provider."))
    .map(({ severity, stack, address, why, fix }) => ({ severity, stack, address, why, fix }));
}
