import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { describe as inWords, preflight, type State, type Synthesis } from "@mainstay/reliability";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import { productionProps } from "../blueprints/clinic/testing.ts";
import { synthesize } from "../synthesize.ts";
import { synthesisedStacks } from "./deployed.ts";
import { properties } from "./properties.ts";
import { asDeployed } from "./testing.ts";

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

  it("has its provider where it is named as a former one, and its secrets' copies taken down by hand before", () => {
    const stacks = stacksOf({ ...left, formerRegions: ["eu-central-1"] });
    expect(stacks.map(({ providers }) => providers.map(({ name }) => name))).toEqual([
      ["aws", "aws.eu-central-1"],
      ["aws", "aws.eu-central-1"],
    ]);
    const inData = (states: readonly State[]) =>
      preflight(stacks, states).findings.filter(({ stack }) => stack.endsWith("-data"));
    const commands = inData(deployed).map(({ severity, fix }) => [severity, fix]);
    expect(commands).toEqual(
      ["database_login", "token-key"].map(() => [
        "refuse",
        expect.stringMatching(
          /^aws secretsmanager remove-regions-from-replication .*--remove-replica-regions eu-central-1;/,
        ),
      ]),
    );
    const keys = inData(deployed.map(withoutCopies)).map(({ severity, address }) => [severity, address]);
    expect(keys).toEqual([
      ["warn", "aws_kms_key.database_login_key-eu-central-1"],
      ["warn", "aws_kms_key.token-key_key-eu-central-1"],
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

function withoutCopies(state: State): State {
  const resources = state.resources.map((resource) => ({ ...resource, values: { ...resource.values, replica: [] } }));
  return { ...state, resources };
}
