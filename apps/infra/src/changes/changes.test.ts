import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { describe as inWords, preflight, type Synthesis } from "@mainstay/reliability";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import dev from "../environments/clinic-dev.ts";
import production from "../environments/clinic-production.ts";
import { synthesisedStacks } from "../preflight/deployed.ts";
import { properties } from "../preflight/properties.ts";
import { asDeployed } from "../preflight/testing.ts";
import { synthesize } from "../synthesize.ts";
import { type Change, changes, secondRegion, unprotected } from "./changes.ts";

const { standby, ...oneRegion } = production.props;
if (standby === undefined) throw new Error(`${production.id} has no second region.`);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "changes-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Every change of the table, each on what the one before left. */
const journeys: readonly (readonly [string, ClinicProps, readonly Change[]])[] = [
  ["dev", dev.props, changes(dev.props)],
  ["production", production.props, [...changes(production.props), unprotected]],
  ["production, from one region", oneRegion, [secondRegion(standby)]],
];

describe("npm run deploy", () => {
  it.each(journeys)("refuses none of the table's changes of %s", (_, first, all) => {
    let before = first;
    for (const change of all) {
      const after = change.props(before);
      const { findings } = preflight(stacksOf(after), stacksOf(before).map(asDeployed));
      const refused = findings.filter(({ severity }) => severity === "refuse");
      expect([change.name, refused]).toEqual([change.name, []]);
      before = after;
    }
  });

  it("refuses a change that must replace something, and says what goes with it", () => {
    const moved = { ...dev.props, network: { ...dev.props.network, cidr: "10.99.0.0/16" } };
    const found = preflight(stacksOf(moved), stacksOf(dev.props).map(asDeployed));
    const said = inWords(found, { width: 1000, properties });
    expect(said).toMatch(/^Refused: 7 changes that must not be deployed\.$/m);
    expect(said).toContain(`  aws_vpc.network_vpc (clinic-dev-eu-west-1-network)
    cidr_block: 10.10.0.0/16 -> 10.99.0.0/16
    written as: network.cidr
    The network would be replaced, and with it is lost everything that stands in it.
    With it go aws_security_group.database_security-group, aws_security_group.documents_security-group, aws_security_group.entrance_security-group and 3 more.
    Fix: Set cidr_block back to "10.10.0.0/16"; to change it on purpose, make another one beside it and move over.`);
  });
});

describe("another cost centre", () => {
  it.each<[string, ClinicProps]>([
    ["dev", dev.props],
    ["production", production.props],
  ])("changes the tags of %s, and nothing else of any resource", (_, props) => {
    const tags = changes(props).find(({ name }) => name === "another cost centre (tags)");
    const [before, after] = [outputOf(props), outputOf(tags?.props(props) ?? props)].map(jsonIn);
    const changed = differences(before, after);
    expect(changed.length).toBeGreaterThanOrEqual(5);
    expect(changed.filter((path) => !/\.(default_tags\.\d+\.tags|tags?(\.\d+)?)\b/.test(path))).toEqual([]);
  });
});

/** Where two JSON values are not the same. */
function differences(one: unknown, other: unknown, path = ""): string[] {
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other) ? [] : [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${path}.${key}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function jsonIn(output: string): Readonly<Record<string, unknown>> {
  const stacks = readdirSync(join(output, "stacks"));
  const text = (stack: string) => readFileSync(join(output, "stacks", stack, "cdk.tf.json"), "utf8");
  return Object.fromEntries(stacks.map((stack) => [stack, JSON.parse(text(stack))]));
}

function outputOf(props: ClinicProps): string {
  const output = mkdtempSync(join(folder, "out-"));
  synthesize([clinic(props)], { outdir: output, stackTraces: false });
  return output;
}

function stacksOf(props: ClinicProps): Synthesis[] {
  return synthesisedStacks(outputOf(props), clinic(props).id);
}
