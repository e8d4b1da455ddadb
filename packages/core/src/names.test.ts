import { describe, expect, it } from "@jest/globals";
import { type App, Testing } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import {
  EnvironmentStack,
  type EnvironmentStackProps,
  fitName,
  localState,
  type NameKind,
  nameOf,
  nameRules,
} from "./index.ts";

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

  it("refuses a name that another stack of the region has: AWS would give both the same topic", () => {
    const app = Testing.app({ outdir: ".results/app" });
    const [first, second] = [stack({}, app), stack({ life: "monitoring" }, app)];
    const [news, others] = [new Construct(first, "news"), new Construct(second, "news")];
    nameOf(news, "topic");
    nameOf(others, "topic");
    expect(news.node.validate()).toEqual([]);
    expect(others.node.validate()).toEqual([
      'name of topic is "clinic-dev-news"; allowed: a name that nothing else in eu-west-1 has. Give it another id: clinic-dev-eu-west-1-service/news has this name already.',
    ]);
  });

  it("lets the same name be asked for again, be of another kind, or be in another region", () => {
    const app = Testing.app({ outdir: ".results/app" });
    const [first, second] = [stack({}, app), stack({ region: "eu-central-1" }, app)];
    const [here, there] = [new Construct(first, "news"), new Construct(second, "news")];
    nameOf(here, "topic");
    nameOf(here, "topic");
    nameOf(new Construct(stack({ life: "data" }, app), "news"), "secret");
    nameOf(there, "topic");
    expect([...here.node.validate(), ...there.node.validate()]).toEqual([]);
  });
});

function stack(
  props: Partial<EnvironmentStackProps> = {},
  app: App = Testing.app({ outdir: ".results/app" }),
): EnvironmentStack {
  return new EnvironmentStack(app, {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life: "service",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
    ...props,
  });
}
