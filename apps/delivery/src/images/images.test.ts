import { describe, expect, it } from "@jest/globals";
import { deployedDigests, deployedServices } from "./deployed.ts";
import { toKeep } from "./keep.ts";
import { judge, judgeTasks, whyNotHandedOver } from "./running.ts";

const arn = (revision: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-dev-api:${revision}`;
const digest = `sha256:${"1".repeat(64)}`;
const registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const resource = (type: string, attributes: object) => ({ mode: "managed", type, instances: [{ attributes }] });
const state = {
  resources: [
    resource("aws_ecs_task_definition", {
      arn: arn(2),
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
      {
        cluster: "c",
        name: "api",
        region: "eu-west-1",
        taskDefinition: arn(2),
        references: [`${registry}/shop-dev-api@${digest}`, "other@sha256:2"],
      },
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

describe("whether tasks run the image that was deployed", () => {
  const reference = `${registry}/shop-dev-api@${digest}`;
  const service = { cluster: "c", name: "api", region: "eu-west-1", taskDefinition: arn(2), references: [reference] };
  const other = `sha256:${"2".repeat(64)}`;
  const task = (...containers: object[]) => ({ taskArn: "arn:aws:ecs:eu-west-1:1:task/c/abc", containers });

  it.each([
    ["says so", { image: reference, imageDigest: digest }],
    ["was started from it, and says nothing", { image: reference }],
    ["was started from it, and names the digest of its architecture", { image: reference, imageDigest: other }],
    ["was started from a tag of it", { image: `${registry}/shop-dev-api:v1`, imageDigest: digest }],
  ])("all do where each %s", (_, container) => {
    expect(judgeTasks(service, 2, [task(container), task(container, { image: "sidecar:1" })])).toEqual({
      is: "running",
    });
  });

  it.each([
    [
      "one has another",
      [task({ image: reference }), task({ image: `${registry}/shop-dev-api@${other}`, imageDigest: other })],
      `has ${other}, not ${reference}`,
    ],
    [
      "one was started from a tag that has moved",
      [task({ image: `${registry}/shop-dev-api:v1`, imageDigest: other })],
      `has ${other}`,
    ],
    ["one says nothing of a tag", [task({ image: `${registry}/shop-dev-api:v1` })], "has 123456789012"],
    ["one has none of it", [task({ image: "other/shop-dev-api-2" })], "has none of it"],
    ["too few are listed", [], "0 of 1 tasks are listed"],
  ])("one does not where %s", (_, tasks, why) => {
    expect(judgeTasks(service, 1, tasks)).toEqual({ is: "on the way", why: expect.stringContaining(why) });
  });

  it("is not the one that was handed over where its stack was not applied", () => {
    expect(whyNotHandedOver(service, { api: digest, worker: other })).toBeUndefined();
    expect(whyNotHandedOver(service, { api: other })).toContain(
      `api ${digest}, not ${other}: its stack was not applied`,
    );
  });
});

describe("what is kept in a registry", () => {
  it("is each image of ECR that services have, once, by the beginning of its digest", () => {
    const own = `${registry}/clinic/api@${digest}`;
    expect(toKeep([{ references: [own, "public.ecr.aws/x/y@sha256:1"] }, { references: [own, "nginx:1"] }])).toEqual([
      { region: "eu-west-1", repository: "clinic/api", digest, tag: "deployed-111111111111" },
    ]);
  });
});
