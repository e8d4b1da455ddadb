import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { besideImages } from "./only-images.ts";

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-dev-api";

/** A container as AWS answers, and as a stack says it. */
const answered = {
  cpu: 0,
  environment: [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ],
  essential: true,
  image: `${repository}@${digest("2")}`,
  memory: 128,
  mountPoints: [],
  name: "api",
  portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
};
const said = {
  name: "api",
  image: `${repository}@${digest("1")}`,
  memory: 128,
  environment: [
    { value: "2", name: "B" },
    { name: "A", value: "1" },
  ],
  portMappings: [{ containerPort: 80 }],
};
const known = { family: "api", cpu: "256", tags: null, volume: [], memory: null };

const definition = (after: object, container: object = said) => ({
  address: "aws_ecs_task_definition.api",
  type: "aws_ecs_task_definition",
  change: {
    actions: ["create", "delete"],
    before: { ...known, tags: {}, arn: "arn:2", revision: 2, container_definitions: JSON.stringify([answered]) },
    after: { ...known, container_definitions: JSON.stringify([container]), ...after },
    after_unknown: { arn: true, revision: true, volume: [] },
  },
});
const service = (after: object) => ({
  address: "aws_ecs_service.api",
  type: "aws_ecs_service",
  change: {
    actions: ["update"],
    before: { name: "api", desired_count: 2, task_definition: "arn:2" },
    after: { name: "api", desired_count: 2, ...after },
    after_unknown: { task_definition: true },
  },
});
const plan = (...changes: object[]) => ({ resource_changes: changes });
const beside = (...changes: object[]) => besideImages(plan(...changes), ["api"]);

describe("a plan that puts an image back", () => {
  it("may replace a task definition by one with another digest, and give it to the service", () => {
    expect(beside(definition({}), service({}))).toEqual([]);
    expect(besideImages({}, ["api"])).toEqual([]);
  });

  it.each<readonly [string, object, string]>([
    ["an argument of the task definition", definition({ cpu: "512" }), "replaced: cpu"],
    [
      "an environment variable",
      definition({}, { ...said, environment: [{ name: "A", value: "1" }] }),
      "container_definitions",
    ],
    [
      "its value",
      definition({}, { ...said, environment: [said.environment[0], { name: "A", value: "3" }] }),
      "container_",
    ],
    ["a port", definition({}, { ...said, portMappings: [{ containerPort: 81 }] }), "container_definitions"],
    ["a container more", definition({ container_definitions: JSON.stringify([said, said]) }), "container_definitions"],
    ["a command", definition({}, { ...said, command: ["sh"] }), "container_definitions"],
    ["the repository", definition({}, { ...said, image: `other-api@${digest("1")}` }), "container_definitions"],
    ["the number of tasks", service({ desired_count: 4 }), "updated: desired_count"],
    ["a service that is new", { ...service({}), change: { actions: ["create"], before: null, after: {} } }, "created"],
    ["a service that goes", { ...service({}), change: { actions: ["delete"], before: {}, after: null } }, "deleted"],
  ])("may not change %s", (_, change, why) => {
    expect(beside(change)).toEqual([expect.stringContaining(why)]);
  });

  it("may not change the digest of an image that is not put back", () => {
    expect(besideImages(plan(definition({})), ["worker"])).toEqual([expect.stringContaining("container_definitions")]);
  });

  it("may not do anything to anything else", () => {
    const action = fc.constantFrom(
      ["create"],
      ["update"],
      ["delete"],
      ["delete", "create"],
      ["create", "delete"],
      ["forget"],
    );
    const other = fc.record({
      address: fc.string({ minLength: 1 }),
      type: fc.string().filter((type) => !type.startsWith("aws_ecs_")),
      change: fc.record({ actions: action }),
    });
    const nothing = fc.record({ address: fc.string(), type: fc.string(), change: fc.constant({ actions: ["no-op"] }) });
    fc.assert(
      fc.property(fc.array(other), fc.array(nothing), (others, rest) => {
        const found = beside(...rest, definition({}), ...others, service({}));
        expect(found.map((why) => why.split(" would be ")[0])).toEqual(
          others.map(({ address }) => address.split(" would be ")[0]),
        );
      }),
    );
  });

  it("may not change a value, whatever it is", () => {
    const value = fc.oneof(fc.string({ minLength: 1 }), fc.integer({ min: 1 }), fc.array(fc.nat(2), { maxLength: 3 }));
    const sorted = (one: string | number | readonly number[]) =>
      JSON.stringify(typeof one === "object" ? one.toSorted((a, b) => a - b) : one);
    fc.assert(
      fc.property(value, value, (before, after) => {
        const change = { actions: ["update"], before: { a: before }, after: { a: after }, after_unknown: {} };
        const bothNothing = [before, after].every((one) => Array.isArray(one) && one.every((item) => item === 0));
        const found = beside({ address: "s", type: "aws_ecs_service", change });
        expect(found.length === 0).toBe(bothNothing || sorted(before) === sorted(after));
      }),
    );
  });
});
