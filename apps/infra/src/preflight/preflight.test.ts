import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { instanceTypes } from "@mainstay/ecs-ec2";
import { audit, preflight } from "@mainstay/reliability";
import { clinic } from "../blueprints/clinic/index.ts";
import { help } from "../blueprints/clinic/rules/help.ts";
import { exampleProps } from "../blueprints/clinic/testing.ts";
import { loadEnvironments } from "../environments/load.ts";
import { synthesize } from "../synthesize.ts";
import { deployedStates, StateError, synthesisedStacks, type Terraform } from "./deployed.ts";
import { properties } from "./properties.ts";

let folder: string;
let output: string;
let environments: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "preflight-"));
  output = join(folder, "cdktf.out");
  const all = [clinic(exampleProps), ...(await loadEnvironments())];
  environments = all.map(({ id }) => id);
  synthesize(all, { outdir: output });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("every environment", () => {
  it("is tagged whole, and has nothing that nobody uses or that is larger than needed", () => {
    for (const environment of environments) {
      const stacks = synthesisedStacks(output, environment);
      expect(stacks.length).toBeGreaterThanOrEqual(4);
      expect([environment, audit(stacks, { instanceSizes: instanceTypes }).findings]).toEqual([environment, []]);
    }
  });

  it("may be deployed where nothing is", () => {
    for (const environment of environments) {
      expect(preflight(synthesisedStacks(output, environment), []).findings).toEqual([]);
    }
  });
});

describe("the properties that findings name", () => {
  it("are those of an environment", () => {
    const named = Object.values(properties).flatMap((text) => text.split(", or "));
    expect(named.filter((property) => !(property in help))).toEqual([]);
  });

  it("stand for resources that the clinic has", () => {
    const addresses = environments.flatMap((environment) =>
      synthesisedStacks(output, environment).flatMap(({ resources, providers }) => [
        ...resources.keys(),
        ...providers.map(({ name }) => `provider.${name}`),
      ]),
    );
    const missing = Object.keys(properties).filter((pattern) => {
      const [address = ""] = pattern.split("/");
      const [start = "", end] = address.split("*");
      return !addresses.some((each) => (end === undefined ? each === start : each.startsWith(start)));
    });
    expect(missing).toEqual([]);
  });
});

describe("states", () => {
  const file = JSON.stringify({
    version: 4,
    resources: [{ mode: "managed", type: "aws_vpc", name: "a", instances: [{ attributes: {} }] }],
  });
  const never: Terraform = () => Promise.reject(new Error("not needed"));
  const environment = "clinic-test";

  it("are files where the backend is local; a stack that was never deployed has none", async () => {
    const stacks = synthesisedStacks(output, environment);
    const states = join(folder, "terraform-state/local");
    mkdirSync(states, { recursive: true });
    expect(await deployedStates(output, stacks, never)).toEqual([]);
    writeFileSync(join(states, `${stacks[0]?.stack}.tfstate`), file);
    expect(await deployedStates(output, stacks, never)).toMatchObject([
      { stack: stacks[0]?.stack, resources: [{ address: "aws_vpc.a" }] },
    ]);
  });

  it("are asked of Terraform where they are elsewhere", async () => {
    const stacks = synthesisedStacks(output, "clinic-production").slice(0, 1);
    const asked: string[] = [];
    const answer =
      (stdout: string, code = 0): Terraform =>
      (directory, args) => {
        asked.push(`${directory.split("/").at(-1)}: ${args.join(" ")}`);
        return Promise.resolve({ code, stdout, stderr: "AccessDenied" });
      };
    expect(await deployedStates(output, stacks, answer(file))).toMatchObject([
      { resources: [{ address: "aws_vpc.a" }] },
    ]);
    const stack = stacks[0]?.stack ?? "";
    expect(asked).toEqual([`${stack}: init -input=false -no-color`, `${stack}: state pull`]);
    expect(await deployedStates(output, stacks, answer(""))).toEqual([]);
    await expect(deployedStates(output, stacks, answer("", 1))).rejects.toThrow(StateError);
  });
});
