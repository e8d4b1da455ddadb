import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type Configuration,
  choose,
  identityOf,
  isProtected,
  readStacks,
  regionAt,
  withoutProtection,
} from "./stacks.ts";

const tags = { Application: "clinic", Environment: "dev", Stack: "data", ManagedBy: "mainstay", Owner: "platform" };
const configuration: Configuration = {
  terraform: {},
  provider: {
    aws: [
      { region: "eu-west-1", default_tags: [{ tags }] },
      { region: "eu-central-1", alias: "eu-central-1", default_tags: [{ tags }] },
    ],
  },
  resource: {
    aws_kms_key: {
      key: { lifecycle: { prevent_destroy: true } },
      copy: { provider: "aws.eu-central-1" },
    },
  },
};

describe("a configuration", () => {
  it("tells the stack by its tags, not by who pays", () => {
    const { Owner: _, ...identity } = tags;
    expect(identityOf(configuration)).toEqual(identity);
    const { Stack: _life, ...few } = identity;
    for (const default_tags of [[], [{ tags: few }]]) {
      const provider = { aws: [{ region: "eu-west-1", default_tags }] };
      expect(identityOf({ ...configuration, provider })).toBeUndefined();
    }
  });

  it("tells the region of each resource", () => {
    expect(regionAt(configuration, "aws_kms_key", "key")).toBe("eu-west-1");
    expect(regionAt(configuration, "aws_kms_key", "copy")).toBe("eu-central-1");
    expect(regionAt(configuration, "aws_vpc", "unknown")).toBe("eu-west-1");
  });

  it("tells what is protected, and can be read without", () => {
    expect(isProtected(configuration, "aws_kms_key.key")).toBe(true);
    expect(isProtected(configuration, 'aws_kms_key.key["a"]')).toBe(true);
    expect(isProtected(configuration, "aws_kms_key.copy")).toBe(false);
    const open = withoutProtection(configuration);
    expect(isProtected(open, "aws_kms_key.key")).toBe(false);
    expect(open.resource?.aws_kms_key?.copy).toEqual({ provider: "aws.eu-central-1" });
    expect(isProtected(configuration, "aws_kms_key.key")).toBe(true);
  });
});

describe("the stacks of cdktf.out", () => {
  let output: string;
  beforeAll(() => {
    output = mkdtempSync(join(tmpdir(), "mainstay-stacks-"));
    const names = { "clinic-dev-service": ["clinic-dev-network"], "clinic-dev-network": [], "other-network": [] };
    for (const name of Object.keys(names)) {
      mkdirSync(join(output, "stacks", name), { recursive: true });
      writeFileSync(join(output, "stacks", name, "cdk.tf.json"), JSON.stringify(configuration));
    }
    const stacks = Object.entries(names).map(([name, dependencies]) => [
      name,
      { dependencies, workingDirectory: `stacks/${name}` },
    ]);
    writeFileSync(join(output, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(stacks) }));
  });
  afterAll(() => rmSync(output, { recursive: true }));

  it("come each after those that it reads", () => {
    expect(readStacks(output).map(({ name }) => name)).toEqual([
      "clinic-dev-network",
      "clinic-dev-service",
      "other-network",
    ]);
  });

  it("are chosen by name or pattern", () => {
    const all = readStacks(output);
    const chosen = (...patterns: string[]) => choose(all, patterns).map(({ name }) => name);
    expect(chosen("clinic-dev-*")).toEqual(["clinic-dev-network", "clinic-dev-service"]);
    expect(chosen("other-network", "*-network")).toEqual(["clinic-dev-network", "other-network"]);
    expect(() => chosen("clinic-dev-*", "clinic-prod-*")).toThrow(
      "No stack is called clinic-prod-*. There are:\n  clinic-dev-network",
    );
  });

  it("must be written first", () => {
    expect(() => readStacks(join(output, "nowhere"))).toThrow("npm run synth");
  });
});
