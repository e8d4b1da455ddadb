import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { describe as inWords, preflight, readState, type State, type Synthesis } from "@mainstay/reliability";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import { productionProps } from "../blueprints/clinic/testing.ts";
import { synthesize } from "../synthesize.ts";
import { synthesisedStacks } from "./deployed.ts";
import { properties } from "./properties.ts";

/** What the first region has in the other one: keys of the secrets' copies, and a vault. */
const stacksWithCopies = ["clinic-test-eu-west-1-data", "clinic-test-eu-west-1-backup"];
const { standby: _standby, ...left } = { ...productionProps, backup: { keepDays: 35 }, production: false };
let folder: string;
let deployed: State[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "former-region-"));
  deployed = stacksOf(productionProps).map(asDeployed);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a second region that is gone from an environment", () => {
  it("is refused before there is a plan, with what is there, its provider, and what to write", () => {
    const found = preflight(stacksOf(left), deployed);
    const refused = found.findings.filter(({ address }) => address.startsWith("provider."));
    expect(refused.map(({ severity, stack, address }) => [severity, stack, address])).toEqual([
      ["refuse", "clinic-test-eu-west-1-backup", "provider.aws.eu-central-1"],
      ["refuse", "clinic-test-eu-west-1-data", "provider.aws.eu-central-1"],
    ]);
    expect(refused.at(-1)?.why).toMatch(
      /^aws_kms_key\.database_login_key-eu-central-1 and aws_kms_key\.token-key_key-eu-central-1 were made with/,
    );
    expect(inWords(found, { width: 300, properties })).toMatch(
      /provider\.aws\.eu-central-1 \(clinic-test-eu-west-1-data\)\n +written as: formerRegions\n/,
    );
  });

  it("takes down the copies of the secrets where it is named as a former one", () => {
    const stacks = stacksOf({ ...left, formerRegions: ["eu-central-1"] });
    expect(stacks.map(({ providers }) => providers.map(({ name }) => name))).toEqual([
      ["aws", "aws.eu-central-1"],
      ["aws", "aws.eu-central-1"],
    ]);
    const { findings } = preflight(stacks, deployed);
    const refused = findings.filter(({ severity }) => severity === "refuse");
    // What is left refuses the loss of recovery points, which no provider brings back.
    expect(refused.map(({ stack }) => stack)).toEqual(refused.map(() => "clinic-test-eu-west-1-backup"));
    expect(refused.length).toBeGreaterThan(0);
    const keys = findings.filter(({ address }) => address.startsWith("aws_kms_key."));
    expect(keys.filter(({ stack }) => stack.endsWith("-data")).map(({ severity }) => severity)).toEqual([
      "warn",
      "warn",
    ]);
  });

  it("changes nothing of an environment that has nothing there", () => {
    const resources = (props: ClinicProps) => stacksOf(props).map(({ blocks }) => blocks);
    expect(resources({ ...left, formerRegions: ["eu-central-1"] })).toEqual(resources(left));
  });
});

function stacksOf(props: ClinicProps): Synthesis[] {
  const outdir = mkdtempSync(join(folder, "out-"));
  synthesize([clinic(props)], { outdir });
  return synthesisedStacks(outdir, ...stacksWithCopies);
}

/** The state of a stack, as if AWS had what it says; an ARN is the reference to it. */
function asDeployed({ stack, resources }: Synthesis): State {
  const list = [...resources.values()].map(({ address, type, name, attributes, provider }) => ({
    mode: "managed",
    type,
    name,
    provider: `provider["registry.terraform.io/hashicorp/aws"]${provider?.replace("aws", "") ?? ""}`,
    instances: [{ attributes: { ...attributes, arn: `\${${address}.arn}` } }],
  }));
  return readState({ version: 4, resources: list }, stack);
}
