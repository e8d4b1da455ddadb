import { setTimeout as sleep } from "node:timers/promises";
import { DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import type { DeployedService } from "./deployed.ts";

/** What became of a deployment of a service. */
export type Outcome =
  | { readonly is: "running" }
  /** It may become so. */
  | { readonly is: "on the way"; readonly why: string }
  /** ECS has given up, and runs something else. */
  | { readonly is: "not running"; readonly why: string };

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

/** Waits until every service runs what Terraform has asked for, or does not any more. @param patience seconds in all. */
export async function waitUntilRunning(
  services: readonly DeployedService[],
  patience: number,
  say: (line: string) => void,
): Promise<boolean> {
  const end = Date.now() + patience * 1000;
  let well = true;
  for (const wanted of services) {
    const outcome = await waitForOne(wanted, end);
    say(
      `${wanted.name}: ${outcome.is}${outcome.is === "running" ? ` ${short(wanted.taskDefinition)}` : `: ${outcome.why}`}`,
    );
    if (outcome.is !== "running") well = false;
  }
  return well;
}

async function waitForOne(wanted: DeployedService, end: number): Promise<Outcome> {
  const client = new ECSClient({ region: wanted.region });
  try {
    for (;;) {
      const { services = [] } = await client.send(
        new DescribeServicesCommand({ cluster: wanted.cluster, services: [wanted.name] }),
      );
      const outcome = judge(wanted, services[0]);
      if (outcome.is !== "on the way" || Date.now() > end) return outcome;
      await sleep(5000);
    }
  } finally {
    client.destroy();
  }
}
