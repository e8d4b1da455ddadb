import { describe, expect, it } from "@jest/globals";
import { deployedDigests, deployedServices } from "./deployed.ts";
import { judge } from "./running.ts";

const arn = (revision: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-dev-api:${revision}`;
const digest = `sha256:${"1".repeat(64)}`;
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const resource = (type: string, attributes: object) => ({ mode: "managed", type, instances: [{ attributes }] });
const state = {
  resources: [
    resource("aws_ecs_task_definition", {
      container_definitions: JSON.stringify([
        { image: `${registry}/shop-dev-api@${digest}` },
        { image: "other@sha256:2" },
      ]),
    }),
    resource("aws_ecs_service", { cluster: "c", name: "api", task_definition: arn(2) }),
  ],
};

describe("what a state says of images", () => {
  it("knows a digest by the name of its repository", () => {
    expect(deployedDigests(state, ["api"])).toEqual({ api: digest });
    expect(deployedDigests(state, ["pi", "worker"])).toEqual({});
    expect(deployedDigests(undefined, ["api"])).toEqual({});
  });

  it("knows where each service is", () => {
    expect(deployedServices(state)).toEqual([
      { cluster: "c", name: "api", region: "eu-west-1", taskDefinition: arn(2) },
    ]);
  });
});

describe("whether a service runs what was deployed", () => {
  const [wanted] = deployedServices(state);
  const service = (running: number, task: number, more: object = {}) => ({
    desiredCount: 2,
    runningCount: running,
    taskDefinition: arn(task),
    deployments: [{ status: "PRIMARY", taskDefinition: arn(task), ...more }],
  });
  const on = (one: Parameters<typeof judge>[1]) => {
    if (wanted === undefined) throw new Error("no service in the state");
    return judge(wanted, one);
  };

  it.each([
    ["all tasks run it", service(2, 2), { is: "running" }],
    ["one is lacking", service(1, 2), { is: "on the way", why: "1 of 2 tasks run" }],
    [
      "ECS has rolled back",
      service(2, 1),
      { is: "not running", why: "it runs shop-dev-api:1, not shop-dev-api:2: ECS has rolled back" },
    ],
    [
      "ECS has given up",
      service(0, 2, { rolloutState: "FAILED", rolloutStateReason: "tasks failed to start" }),
      { is: "not running", why: "tasks failed to start" },
    ],
    ["there is none", undefined, { is: "not running", why: "there is no such service" }],
  ])("%s", (_, one, outcome) => {
    expect(on(one)).toEqual(outcome);
  });

  it.each([
    ["the service", { ...service(2, 2), taskDefinition: arn(1) }],
    ["its deployment", { ...service(2, 1), taskDefinition: arn(2) }],
  ])("does not where %s alone names another", (_, one) => {
    expect(on(one)).toMatchObject({ is: "not running" });
  });

  it("is on the way while the old one drains", () => {
    const two = service(2, 2);
    expect(
      on({ ...two, deployments: [...two.deployments, { status: "ACTIVE", taskDefinition: arn(1) }] }),
    ).toMatchObject({ is: "on the way" });
  });
});
