import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { type DeployedService, digestsIn, isOf } from "./deployed.ts";

/** What became of a deployment of a service. */
export type Outcome =
  | { readonly is: "running" }
  /** It may become so. */
  | { readonly is: "on the way"; readonly why: string }
  /** ECS has given up, and runs something else. */
  | { readonly is: "not running"; readonly why: string };

type Digests = Readonly<Record<string, string>>;

/** What ECS says of a service, judged by the task definition that Terraform has asked for. */
export function judge(
  wanted: DeployedService,
  service: Pick<Service, "deployments" | "taskDefinition" | "desiredCount" | "runningCount"> | undefined,
): Outcome {
  if (service === undefined) return { is: "not running", why: "there is no such service" };
  const { deployments = [], taskDefinition, desiredCount = 0, runningCount = 0 } = service;
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  if (taskDefinition !== wanted.taskDefinition || primary?.taskDefinition !== wanted.taskDefinition) {
    return {
      is: "not running",
      why: `it runs ${short(taskDefinition)}, not ${short(wanted.taskDefinition)}: ECS has rolled back`,
    };
  }
  if (primary.rolloutState === "FAILED")
    return { is: "not running", why: primary.rolloutStateReason ?? "its deployment has failed" };
  if (deployments.length > 1) return { is: "on the way", why: `${deployments.length} deployments at once` };
  if (runningCount < desiredCount) return { is: "on the way", why: `${runningCount} of ${desiredCount} tasks run` };
  return { is: "running" };
}

const short = (arn = "nothing") => arn.split("/").at(-1);

/**
 * Why a service is not deployed with the images that were handed over; undefined where it is, or has none of them.
 *
 * WHY: what waits for another stack is not applied, and goes on to run well what it ran before.
 */
export function whyNotHandedOver({ references }: DeployedService, images: Digests): string | undefined {
  const deployed = digestsIn(references, Object.keys(images));
  const others = Object.entries(deployed).filter(([image, digest]) => digest !== images[image]);
  if (others.length === 0) return undefined;
  const words = others.map(([image, digest]) => `${image} ${digest}, not ${images[image]}`).join("; ");
  return `deployed is ${words}: its stack was not applied. Does it wait? Deploy once more, with that digest`;
}

/**
 * Whether the tasks of a service run the images of its task definition.
 *
 * A task that was started from a tag says itself which digest that was. One that was started by a digest can have no other, even where it
 * names the digest of its own architecture.
 */
export function judgeTasks(
  { references }: DeployedService,
  desired: number,
  tasks: readonly Pick<Task, "containers" | "taskArn">[],
): Outcome {
  if (tasks.length < desired) return { is: "on the way", why: `${tasks.length} of ${desired} tasks are listed` };
  for (const reference of references) {
    const digest = reference.split("@")[1];
    for (const { taskArn, containers = [] } of tasks) {
      const own = containers.filter(({ image = "" }) => repositoryOf(image) === repositoryOf(reference));
      const others = own.filter(({ image, imageDigest }) => imageDigest !== digest && image !== reference);
      const [other] = others;
      if (other !== undefined || own.length === 0) {
        const has = other === undefined ? "none of it" : (other.imageDigest ?? other.image);
        return { is: "on the way", why: `task ${short(taskArn)} has ${has}, not ${reference}` };
      }
    }
  }
  return { is: "running" };
}

/** Without digest and tag. */
const repositoryOf = (reference: string) => reference.split(/@|:(?=[^/]*$)/)[0];

/**
 * Waits until every service runs what Terraform has asked for, or does not any more.
 *
 * @param images digests that were handed over, by image: each must be what its services run, and one at least must have it.
 * @param patience seconds in all.
 */
export async function waitUntilRunning(
  services: readonly DeployedService[],
  images: Digests,
  patience: number,
  say: (line: string) => void,
): Promise<boolean> {
  const end = Date.now() + patience * 1000;
  let well = true;
  for (const [image, digest] of Object.entries(images)) {
    if (services.some(({ references }) => references.some((reference) => isOf(image, reference)))) continue;
    say(`${image}: not running: no service was ever deployed with it, so not with ${digest} either`);
    well = false;
  }
  for (const wanted of services) {
    const why = whyNotHandedOver(wanted, images);
    const outcome: Outcome = why === undefined ? await waitForOne(wanted, end) : { is: "not running", why };
    const what = [short(wanted.taskDefinition), ...wanted.references].join(" ");
    say(`${wanted.name}: ${outcome.is}${outcome.is === "running" ? ` ${what}` : `: ${outcome.why}`}`);
    if (outcome.is !== "running") well = false;
  }
  return well;
}

async function waitForOne(wanted: DeployedService, end: number): Promise<Outcome> {
  const client = new ECSClient({ region: wanted.region });
  try {
    for (;;) {
      const outcome = await ask(client, wanted);
      if (outcome.is !== "on the way" || Date.now() > end) return outcome;
      await sleep(5000);
    }
  } finally {
    client.destroy();
  }
}

async function ask(client: ECSClient, wanted: DeployedService): Promise<Outcome> {
  const { cluster, name } = wanted;
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const outcome = judge(wanted, services[0]);
  if (outcome.is !== "running") return outcome;
  const arns: string[] = [];
  const list = { cluster, serviceName: name, desiredStatus: "RUNNING" } as const;
  for await (const { taskArns = [] } of paginateListTasks({ client, pageSize: 100 }, list)) arns.push(...taskArns);
  const tasks: Task[] = [];
  while (arns.length > 0) {
    const some = arns.splice(0, 100);
    tasks.push(...((await client.send(new DescribeTasksCommand({ cluster, tasks: some }))).tasks ?? []));
  }
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  return judgeTasks(wanted, services[0]?.desiredCount ?? 0, running);
}
