import { type Problem, type Seconds, seconds } from "@mainstay/core";
import type { Architecture, TaskSize } from "@mainstay/ecs-service";
import type { Ec2ClusterProps } from "./ec2-cluster.ts";
import {
  agentMemory,
  demands,
  instancesFor,
  instancesToSurvive,
  roomOf,
  survivors,
  tasksPerInstance,
} from "./headroom.ts";
import { type InstanceType, instanceTypes } from "./instance-types.ts";

/**
 * From launch until an instance takes tasks: boot, Docker, registration of the agent.
 *
 * Undocumented by AWS: assumed, to be replaced by what a drill measures.
 */
export const warmup: Seconds = seconds(120);

/** GiB of the root volume: system, images and logs. The ECS-optimised image itself has 30. */
export const rootVolume = 30;

/** Where AWS publishes the newest ECS-optimised image of Amazon Linux 2023; read again at every launch of an instance. */
export function imageParameter(architecture: Architecture): string {
  const path = architecture === "arm64" ? "amazon-linux-2023/arm64" : "amazon-linux-2023";
  return `resolve:ssm:/aws/service/ecs/optimized-ami/${path}/recommended/image_id`;
}

/** Settings of the ECS agent, as `/etc/ecs/ecs.config` takes them. */
export function agentSettings(cluster: string): Record<string, string> {
  return {
    ECS_CLUSTER: cluster,
    // A task has a role of its own; that of the instance is not for it.
    ECS_AWSVPC_BLOCK_IMDS: "true",
    ECS_DISABLE_PRIVILEGED: "true",
    ECS_RESERVED_MEMORY: String(agentMemory),
    // A digest never changes: what is on the disk is right, and a task starts without the registry being reachable.
    ECS_IMAGE_PULL_BEHAVIOR: "once",
  };
}

/** What an instance runs at its first boot, before the agent starts. */
export function userData(cluster: string): string {
  const lines = Object.entries(agentSettings(cluster)).map(([name, value]) => `${name}=${value}`);
  return ["#!/bin/bash", "cat >>/etc/ecs/ecs.config <<'END'", ...lines, "END", ""].join("\n");
}

/** Why a task would never start on an instance of this type. */
export function misfits(type: InstanceType, task: TaskSize): Problem[] {
  if (tasksPerInstance(type, task) >= 1) return [];
  const { cpu, memory } = roomOf(type);
  const bigger = Object.keys(instanceTypes).find(
    (name): name is InstanceType =>
      isType(name) &&
      instanceTypes[name].architecture === instanceTypes[type].architecture &&
      tasksPerInstance(name, task) >= 1,
  );
  return [
    {
      property: "task",
      got: task,
      allowed: `at most ${cpu} CPU units and ${memory} MiB: what ${type} has for tasks`,
      fix: bigger === undefined ? "Make the task smaller." : `Make the task smaller, or the instances ${bigger}.`,
    },
  ];
}

function isType(name: string): name is InstanceType {
  return name in instanceTypes;
}

/** What a user can get wrong here that a type cannot see. */
export function problems(props: Ec2ClusterProps): Problem[] {
  const { instances, workloads } = props;
  const shape = [...zoneProblems(props), ...sizeProblems(props)];
  const tooBig = workloads.flatMap(({ task }) => misfits(instances.type, task));
  // WHY: how many instances are needed has no answer while these are wrong.
  return shape.length > 0 || tooBig.length > 0 ? [...shape, ...tooBig] : capacityProblems(props);
}

function zoneProblems({ network: { zones } }: Ec2ClusterProps): Problem[] {
  return zones.length >= 2
    ? []
    : [
        {
          property: "network.zones",
          got: zones,
          allowed: "two zones or more",
          fix: "Add a zone: a cluster in one zone is lost with it.",
        },
      ];
}

function sizeProblems({ instances: { min, max } }: Ec2ClusterProps): Problem[] {
  return Number.isInteger(min) && Number.isInteger(max) && min >= 1 && min <= max
    ? []
    : [
        {
          property: "instances",
          got: { min, max },
          allowed: "whole numbers with 1 <= min <= max",
          fix: "Write for example { min: 2, max: 4 }.",
        },
      ];
}

function capacityProblems({ network, instances, workloads, onZoneLoss }: Ec2ClusterProps): Problem[] {
  const { type, min, max } = instances;
  const zones = network.zones.length;
  const found: Problem[] = [];

  const baseline = instancesFor(type, demands.least(workloads));
  if (onZoneLoss !== "waitForInstances" && survivors(min, zones) < baseline) {
    const enough = instancesToSurvive(baseline, zones);
    found.push({
      property: "instances.min",
      got: min,
      allowed: `${enough} or more: the baseline tasks need ${baseline} of ${type}, and of ${min} in ${zones} zones the loss of one leaves ${survivors(min, zones)}`,
      fix: `Write min: ${enough}, a larger type, fewer baseline tasks, or onZoneLoss: "waitForInstances" where minutes of outage are fine.`,
    });
  }
  const peak = instancesFor(type, demands.mostDeploying(workloads));
  if (max < peak) {
    found.push({
      property: "instances.max",
      got: max,
      allowed: `${peak} or more: all tasks at their most, and one more of each for a deployment, at ${density(type, workloads)} a ${type}`,
      fix: `Write max: ${peak}, a larger type, or fewer tasks; a deployment at the busiest hour would wait without end.`,
    });
  }
  const load = instancesFor(type, demands.most(workloads));
  if (onZoneLoss === "keepLoad" && survivors(max, zones) < load) {
    const enough = instancesToSurvive(load, zones);
    found.push({
      property: "instances.max",
      got: max,
      allowed: `${enough} or more for keepLoad: all tasks need ${load} of ${type}, and of ${max} in ${zones} zones the loss of one leaves ${survivors(max, zones)}`,
      fix: `Write max: ${enough}, or onZoneLoss: "keepBaseline", where tasks above the baseline wait for new instances.`,
    });
  }
  return found;
}

/** Tasks per instance, in words: one number for each size of task. */
function density(type: InstanceType, workloads: Ec2ClusterProps["workloads"]): string {
  return [...new Set(workloads.map(({ task }) => tasksPerInstance(type, task)))].join(" or ");
}
