import { describe, expect, it } from "@jest/globals";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import { EnvironmentStack, fitName, localState, type NameKind, nameOf, nameRules } from "./index.ts";

const kinds = Object.keys(nameRules) as NameKind[];
const kind = fc.constantFrom(...kinds);
const part = fc.string({
  minLength: 1,
  maxLength: 80,
  unit: fc.constantFrom("a", "z", "X", "0", "9", "-", "_", ".", "/", " "),
});

describe("fitName", () => {
  it("leaves a name that fits as it is", () => {
    expect(fitName("loadBalancer", ["clinic-dev", "web"])).toBe("clinic-dev-web");
  });

  it("cuts a name that is too long and tells it from its neighbour by a hash", () => {
    const name = fitName("loadBalancer", ["clinic-production", "entrance-of-patients-1"]);
    expect(name).toMatch(/^clinic-production-entranc-[0-9a-f]{6}$/);
    expect(name).not.toBe(fitName("loadBalancer", ["clinic-production", "entrance-of-patients-2"]));
  });

  it("gives every kind a name that AWS accepts, whatever the parts", () => {
    fc.assert(
      fc.property(kind, fc.array(part, { minLength: 1, maxLength: 6 }), (someKind, parts) => {
        const name = fitName(someKind, parts);
        expect(name.length).toBeLessThanOrEqual(nameRules[someKind].max);
        expect(name).toMatch(/^$|^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });
});

describe("nameOf", () => {
  it("is the environment and the path below the stack", () => {
    const construct = new Construct(new Construct(stack(), "api"), "tasks");
    expect(nameOf(construct, "service")).toBe("clinic-dev-api-tasks");
  });

  it("carries the region where an account has one of that name in all regions", () => {
    expect(nameOf(new Construct(stack(), "api"), "iamRole", "task")).toBe("clinic-dev-eu-west-1-api-task");
  });
});

function stack(): EnvironmentStack {
  return new EnvironmentStack(Testing.app({ outdir: ".results/app" }), {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life: "service",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
  });
}
