import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { mib } from "@mainstay/core";
import { FileStorage } from "@mainstay/efs";
import { type Synthesized, testStack } from "@mainstay/testing";
import { testNetwork } from "@mainstay/vpc/testing";
import { autoscaled, type Cluster, fixed, type Route, Service, type ServiceProps } from "./index.ts";

export const digest = `sha256:${"0".repeat(64)}`;

/** A cluster that anything fits on. */
export const testCluster: Cluster = {
  arn: "arn:aws:ecs:eu-west-1:123456789012:cluster/clinic",
  name: "clinic",
  architecture: "arm64",
  launch: { kind: "capacity-provider", name: "on-clinic" },
  ready: [{ fqn: "aws_ecs_cluster_capacity_providers.clinic" }],
  misfits: () => [],
};

/** A route that somebody else made. */
export const testRoute: Route = {
  loadBalancer: { arnSuffix: "app/entrance/2" },
  targetGroup: {
    arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/1",
    arnSuffix: "targetgroup/api/1",
  },
  rule: { fqn: "aws_lb_listener_rule.api" },
  requestCountLabel: "app/entrance/2/targetgroup/api/1",
};

export const scaled = autoscaled({ min: 2, max: 6 });

/** Two tasks that nothing routes to. */
export const testProps: ServiceProps = {
  cluster: testCluster,
  network: testNetwork(),
  image: { repository: { arn: "arn:aws:ecr:eu-west-1:123456789012:repository/api", url: "registry/api" }, digest },
  task: { cpu: 512, memory: mib(1024) },
  capacity: fixed(2),
};

/** A stack with one service, `api`. */
export function testService(props: Partial<ServiceProps> = {}) {
  const stack = testStack();
  return { stack, service: new Service(stack, "api", { ...testProps, ...props }) };
}

/** A file system in a stack of its own, as in every environment. */
export function testFiles(): FileStorage {
  return new FileStorage(testStack({ life: "data" }), "documents", { network: testNetwork() });
}

/** The only container of the only task of a stack. */
export function containerOf(found: Synthesized) {
  const [definition] = JSON.parse(found.the(EcsTaskDefinition).container_definitions);
  return definition;
}
