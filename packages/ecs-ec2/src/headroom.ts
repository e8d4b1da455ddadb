import type { Mebibytes, Percent } from "@mainstay/core";
import { mib, percent } from "@mainstay/core";
import { type Capacity, leastTasks, mostTasks, type TaskSize } from "@mainstay/ecs-service";
import { type InstanceType, instanceTypes } from "./instance-types.ts";

/** A service as far as its cluster has to know it: the same objects that the service gets. */
export interface Workload {
  readonly task: TaskSize;
  readonly capacity: Capacity;
}

/** A number of tasks of one size. */
export interface Demand {
  readonly task: TaskSize;
  readonly tasks: number;
}

/** What one instance has for tasks, or what they use of it. */
interface Room {
  readonly cpu: number;
  readonly memory: number;
  readonly interfaces: number;
}

/** MiB that the ECS agent does not give to tasks (`ECS_RESERVED_MEMORY`); the value of the example in the ECS guide. */
export const agentMemory: Mebibytes = mib(256);

/**
 * Share of the installed memory that hypervisor and kernel keep for themselves.
 *
 * AWS documents no number but an example with 2.5 % (m4.large, "Reserving Linux container instance memory"); small instances
 * lose more. 7.5 % is what Karpenter takes off for every EC2 type (`vmMemoryOverheadPercent`).
 */
const memoryOverhead = 0.075;

/** CPU units of a vCPU. */
const unitsPerVcpu = 1024;

/**
 * What tasks can have of an instance.
 *
 * WHY: in `awsvpc` mode each task takes an interface of its own, and the instance keeps one. That, not memory, is what most
 * often limits a small instance. Trunking would give more, but is a setting of the whole account and region, so that one
 * environment could take it from another: it is not counted on.
 */
export function roomOf(type: InstanceType): Room {
  const { vcpu, memory, interfaces } = instanceTypes[type];
  return {
    cpu: vcpu * unitsPerVcpu,
    memory: Math.floor(memory * (1 - memoryOverhead)) - agentMemory,
    interfaces: interfaces - 1,
  };
}

/** Tasks of one size that fit on one instance; 0 where not even one does. */
export function tasksPerInstance(type: InstanceType, { cpu, memory }: TaskSize): number {
  const room = roomOf(type);
  return Math.min(Math.floor(room.cpu / cpu), Math.floor(room.memory / memory), room.interfaces);
}

/**
 * Instances that `demands` need together: big tasks first, each on the first instance with room for it.
 *
 * Infinite where a task fits on none.
 */
export function instancesFor(type: InstanceType, demands: readonly Demand[]): number {
  const room = roomOf(type);
  if (demands.some(({ task, tasks }) => tasks > 0 && tasksPerInstance(type, task) < 1)) return Number.POSITIVE_INFINITY;
  const bySize = demands.toSorted((a, b) => share(b.task, room) - share(a.task, room));
  return bySize.flatMap(({ task, tasks }) => Array.from({ length: tasks }, () => task)).reduce(place(room), []).length;
}

/** Puts one task onto the first instance that has room, else onto a new one. `instances` are what is left on each. */
function place(empty: Room) {
  return (instances: readonly Room[], task: TaskSize): Room[] => {
    const found = instances.findIndex((left) => fits(task, left));
    return found === -1
      ? [...instances, without(empty, task)]
      : instances.with(found, without(instances[found] ?? empty, task));
  };
}

function fits({ cpu, memory }: TaskSize, left: Room): boolean {
  return cpu <= left.cpu && memory <= left.memory && left.interfaces >= 1;
}

function without({ cpu, memory, interfaces }: Room, task: TaskSize): Room {
  return { cpu: cpu - task.cpu, memory: memory - task.memory, interfaces: interfaces - 1 };
}

function share({ cpu, memory }: TaskSize, room: Room): number {
  return Math.max(cpu / room.cpu, memory / room.memory);
}

/** Instances that are left when the zone that has most of them is lost. */
export function survivors(instances: number, zones: number): number {
  return instances - Math.ceil(instances / zones);
}

/** Instances that must run so that `needed` are left without any one zone. Infinite in a single zone. */
export function instancesToSurvive(needed: number, zones: number): number {
  if (zones < 2 || !Number.isFinite(needed)) return Number.POSITIVE_INFINITY;
  let instances = needed;
  while (survivors(instances, zones) < needed) instances += 1;
  return instances;
}

/** What workloads always run, in the middle of a deployment, and at the worst hour. */
export const demands = {
  least: (workloads: readonly Workload[]): Demand[] =>
    workloads.map(({ task, capacity }) => ({ task, tasks: leastTasks(capacity) })),
  /** 200 %: every old task and every new one. */
  leastDeploying: (workloads: readonly Workload[]): Demand[] =>
    workloads.map(({ task, capacity }) => ({ task, tasks: 2 * leastTasks(capacity) })),
  most: (workloads: readonly Workload[]): Demand[] =>
    workloads.map(({ task, capacity }) => ({ task, tasks: mostTasks(capacity) })),
  /** The least that a deployment needs beside all tasks: with a minimum of 100 % a new one starts before an old one ends. */
  mostDeploying: (workloads: readonly Workload[]): Demand[] =>
    workloads.map(({ task, capacity }) => ({ task, tasks: mostTasks(capacity) + 1 })),
} as const;

/** How much of the load must go on at once, without a new instance, when a zone is lost. */
export type ZoneLoss = "keepLoad" | "keepBaseline" | "waitForInstances";

/**
 * How full managed scaling keeps the cluster: `CapacityProviderReservation`, 100 being no instance to spare.
 *
 * - `keepBaseline`: `min` instances survive a zone with all baseline tasks on them (a problem otherwise). Where they also
 *   hold a whole deployment of the baseline (200 %), nothing needs to be spare: 100. Else one instance of `max` is, so that a
 *   deployment starts while the next instance boots.
 * - `waitForInstances`: as before, but nobody asks what `min` survives.
 * - `keepLoad`: for every zone that is lost, the others have the same number of instances free: (zones - 1) / zones.
 *
 * WHY: managed scaling counts instances with a task against all, not free places on them, so that a target below 100 always
 * costs a whole instance, however empty the others are ("Deep dive on Amazon ECS cluster auto scaling").
 */
export function targetCapacity(cluster: {
  readonly type: InstanceType;
  readonly min: number;
  readonly max: number;
  readonly zones: number;
  readonly workloads: readonly Workload[];
  readonly onZoneLoss: ZoneLoss;
}): Percent {
  const { type, min, max, zones, workloads, onZoneLoss } = cluster;
  if (onZoneLoss === "keepLoad" && instancesFor(type, demands.most(workloads)) > survivors(min, zones)) {
    return wholePercent((zones - 1) / zones);
  }
  if (instancesFor(type, demands.leastDeploying(workloads)) <= min) return percent(100);
  return wholePercent((max - 1) / max);
}

function wholePercent(ratio: number): Percent {
  // WHY: ECS takes 1 to 100; a cluster that is refused for another reason must still be written down.
  return percent(Math.min(100, Math.max(1, Math.floor(100 * ratio))));
}
