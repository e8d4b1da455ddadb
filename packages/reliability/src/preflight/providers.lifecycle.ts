import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { withProvider } from "../provider/schema.ts";
import type { JsonObject } from "../read/json.ts";
import { readState } from "../read/state.ts";
import { readSynthesis } from "../read/synthesis.ts";
import { preflight } from "./preflight.ts";

// WHY: Terraform with a provider of 600 MB once per case, on a machine that does other things as well.
jest.setTimeout(40 * 60_000);

/** WHY the rest: nobody is asked who we are. */
const here = { region: "eu-west-1", skip_requesting_account_id: true, skip_credentials_validation: true };
const elsewhere = { ...here, alias: "eu-central-1", region: "eu-central-1" };
const topic = { mode: "managed", type: "aws_sns_topic", name: "a", instances: [{ attributes: { id: "a", arn: "a" } }] };
const written = { aws_sns_topic: { a: { name: "a" } } };

/** What the stack says beside its providers, and what is in its state; and whether Terraform misses the provider then. */
const cases: Readonly<Record<string, readonly [JsonObject, JsonObject, boolean]>> = {
  "what is gone from the stack": [{}, topic, true],
  "what is gone, where the provider is still there": [{ provider: { aws: [here, elsewhere] } }, topic, false],
  "what the stack lets go of": [{ removed: [{ from: "aws_sns_topic.a", lifecycle: { destroy: false } }] }, topic, true],
  "what is written with another provider": [{ resource: written }, topic, false],
  "what has another address": [
    { resource: { aws_sns_topic: { b: { name: "a" } } }, moved: [{ from: "aws_sns_topic.a", to: "aws_sns_topic.b" }] },
    topic,
    false,
  ],
  "what was only read": [{}, { ...topic, mode: "data", type: "aws_region" }, false],
};

describe("what preflight says of a provider is what Terraform says when it plans", () => {
  it.each(Object.entries(cases))("%s", async (_name, [more, resource, missing]) => {
    const provider = 'provider["registry.terraform.io/hashicorp/aws"].eu-central-1';
    const state = { version: 4, serial: 1, lineage: "test", resources: [{ ...resource, provider }] };
    const configuration = { provider: { aws: here }, ...more };
    const { findings } = preflight([readSynthesis(configuration, "test")], [readState(state, "test")]);
    expect(findings.some(({ address }) => address === "provider.aws.eu-central-1")).toBe(missing);
    await withProvider(configuration, async ({ directory, run }) => {
      writeFileSync(join(directory, "terraform.tfstate"), JSON.stringify(state));
      const told = await run("plan", "-refresh=false", "-lock=false", "-no-color").catch(String);
      expect(told).toMatch(missing ? "Provider configuration not present" : /Plan:|No changes/);
    });
  });
});
