import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository/index.js";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { EnvironmentStack, type Life, s3State } from "@mainstay/core";
import { imageDigest } from "@mainstay/ecs-service";
import { App, TerraformOutput } from "cdktf";

/** Where the subject's states are. */
export const bucket = "delivery-test-states";

/** What can be changed in the subject. */
export interface Subject {
  /** Of the queue, in seconds. */
  readonly visibility: number;
  /** Name of the queue. @default shop-dev-jobs */
  readonly queue?: string;
  /** A variable of the container. @default 1 */
  readonly level?: string;
  /** Whether the service's stack has a log group. @default false */
  readonly logs?: boolean;
}

/** A small application to deliver: a queue, and a service that reads its stack. Written to `outdir` as `npm run synth` would. */
export function synthesizeSubject(
  outdir: string,
  { visibility, queue: name = "shop-dev-jobs", level = "1", logs = false }: Subject,
): void {
  const app = new App({ outdir, stackTraces: false });
  const stack = (life: Life) =>
    new EnvironmentStack(app, {
      blueprint: "shop",
      name: "dev",
      region: "eu-west-1",
      life,
      state: s3State(bucket),
      cost: { owner: "tests", costCenter: "delivery" },
    });
  const data = stack("data");
  // A queue's address does not change with its settings, so that who reads it does not have to wait.
  const queue = new SqsQueue(data, "jobs", { name, visibilityTimeoutSeconds: visibility });
  const vpc = new Vpc(data, "vpc", { cidrBlock: "10.0.0.0/24", enableDnsHostnames: true });
  const subnet = new Subnet(data, "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/28" });
  new EcrRepository(data, "repository", { name: "shop-dev-api", imageTagMutability: "IMMUTABLE", forceDelete: true });
  new TerraformOutput(data, "queue", { value: queue.url });

  const service = stack("service");
  const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-dev-api@${imageDigest(service, "api")}`;
  const cluster = new EcsCluster(service, "cluster", { name: "shop-dev" });
  const environment = [
    { name: "QUEUE", value: queue.url },
    { name: "LEVEL", value: level },
  ];
  const task = new EcsTaskDefinition(service, "task", {
    family: "shop-dev-api",
    networkMode: "awsvpc",
    containerDefinitions: JSON.stringify([{ name: "api", image, memory: 128, essential: true, environment }]),
  });
  new EcsService(service, "service", {
    name: "api",
    cluster: cluster.arn,
    taskDefinition: task.arn,
    desiredCount: 1,
    networkConfiguration: { subnets: [subnet.id], securityGroups: [] },
  });
  if (logs) new CloudwatchLogGroup(service, "logs", { name: "shop-dev-api" });
  app.synth();
}
