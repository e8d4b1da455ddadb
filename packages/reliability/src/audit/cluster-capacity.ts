import type { Graph, Node } from "../graph/graph.ts";
import { listAt, numberAt, textAt } from "../read/json.ts";

/** What one instance offers. Types are looked up in a table that the caller gives: this package knows none. */
export interface InstanceSize {
  readonly vcpu: number;
  /** MiB installed. */
  readonly memory: number;
  /** Network interfaces that can be attached, the instance's own included. */
  readonly interfaces: number;
}
export type InstanceSizes = Readonly<Record<string, InstanceSize>>;

/** What one task takes of an instance. */
export interface Task {
  /** CPU units, 1024 to a vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** In `awsvpc` mode one, of its own. */
  readonly interfaces: number;
}

/** A service that runs on the instances of one Auto Scaling group. */
export interface Workload {
  readonly service: Node;
  readonly task: Task;
  readonly least: number;
  readonly most: number;
  /** Its `aws_appautoscaling_target`, where it has one. */
  readonly scaling: Node | undefined;
}

/** Instances, and all that is known to run on them. */
export interface Pool {
  readonly group: Node;
  readonly template: Node;
  readonly type: string;
  readonly size: InstanceSize;
  readonly min: number;
  readonly max: number;
  readonly workloads: readonly Workload[];
}

/** Every group of instances of which type, size and all workloads are known. */
export function pools(graph: Graph, sizes: InstanceSizes): Pool[] {
  return ofType(graph, "aws_autoscaling_group").flatMap((group) => {
    const template = readOf(graph, group, "launch_template", "aws_launch_template");
    const type = template && textAt(template.body, "instance_type");
    const size = type !== undefined && Object.hasOwn(sizes, type) ? sizes[type] : undefined;
    const [min, max] = [numberAt(group.body, "min_size"), numberAt(group.body, "max_size")];
    if (template === undefined || type === undefined || size === undefined || min === undefined || max === undefined)
      return [];
    const workloads = workloadsOn(graph, group);
    return workloads === undefined ? [] : [{ group, template, type, size, min, max, workloads }];
  });
}

/** Undefined where one of them cannot be read, or where somebody may place tasks that cannot be seen. */
function workloadsOn(graph: Graph, group: Node): Workload[] | undefined {
  const providers = graph
    .usesOf(group)
    .flatMap(({ by }) => (by?.block?.type === "aws_ecs_capacity_provider" ? [by] : []));
  const users = providers.flatMap((provider) => graph.usesOf(provider));
  if (users.some(({ by, at }) => at !== "depends_on" && by?.kind !== "managed")) return undefined;
  const services = new Set(users.flatMap(({ by }) => (by?.block?.type === "aws_ecs_service" ? [by] : [])));
  const workloads = [...services].map((service) => workload(graph, service));
  return workloads.every((each) => each !== undefined) && workloads.length > 0 ? workloads : undefined;
}

function workload(graph: Graph, service: Node): Workload | undefined {
  if (textAt(service.body, "scheduling_strategy") === "DAEMON") return undefined;
  const definition = readOf(graph, service, "task_definition", "aws_ecs_task_definition");
  const task = definition && taskOf(definition);
  const targets = graph
    .usesOf(service)
    .flatMap(({ by }) => (by?.block?.type === "aws_appautoscaling_target" ? [by] : []));
  const [scaling] = targets;
  const least = numberAt(scaling?.body ?? service.body, scaling ? "min_capacity" : "desired_count");
  const most = numberAt(scaling?.body ?? service.body, scaling ? "max_capacity" : "desired_count");
  if (task === undefined || least === undefined || most === undefined || targets.length > 1) return undefined;
  return { service, task, least, most, scaling };
}

function taskOf({ body }: Node): Task | undefined {
  const [cpu, memory] = [numberAt(body, "cpu"), numberAt(body, "memory")];
  if (cpu === undefined || memory === undefined) return undefined;
  return { cpu, memory, interfaces: textAt(body, "network_mode") === "awsvpc" ? 1 : 0 };
}

/** Places tasks, the largest first, each on the first instance with room for it, and counts instances. Infinite where one fits on none. */
export function instancesFor(room: Task, tasks: readonly Task[]): number {
  if (tasks.some((task) => !fits(task, room))) return Number.POSITIVE_INFINITY;
  const left: Task[] = [];
  for (const task of tasks.toSorted((a, b) => share(b, room) - share(a, room))) {
    const found = left.findIndex((each) => fits(task, each));
    if (found === -1) left.push(without(task, room));
    else left[found] = without(task, left[found] ?? room);
  }
  return left.length;
}

export function fits(task: Task, room: Task): boolean {
  return task.cpu <= room.cpu && task.memory <= room.memory && task.interfaces <= room.interfaces;
}

function without(task: Task, room: Task): Task {
  return {
    cpu: room.cpu - task.cpu,
    memory: room.memory - task.memory,
    interfaces: room.interfaces - task.interfaces,
  };
}

function share(task: Task, room: Task): number {
  return Math.max(task.cpu / room.cpu, task.memory / room.memory);
}

export function ofType(graph: Graph, type: string): Node[] {
  return [...graph.nodes.values()].filter((node) => node.kind === "managed" && node.block?.type === type);
}

/** The node of `type` that `node` reads in one of its arguments, also through an output of another stack. */
function readOf(graph: Graph, node: Node, argument: string, type: string): Node | undefined {
  const reads = graph.readsOf(node).filter(({ at }) => at === argument || at.startsWith(`${argument}.`));
  return reads.map(({ to }) => follow(graph, to, type)).find((found) => found !== undefined);
}

function follow(graph: Graph, node: Node, type: string, steps = 0): Node | undefined {
  if (node.block?.type === type) return node;
  if (steps > 8 || (node.kind !== "output" && node.kind !== "local")) return undefined;
  return graph
    .readsOf(node)
    .map(({ to }) => follow(graph, to, type, steps + 1))
    .find((found) => found !== undefined);
}

/** Subnets that a group spreads over, as far as they are counted one by one. */
export function zonesOf({ group }: Pool): number {
  return listAt(group.body, "vpc_zone_identifier").length;
}

/** A setting of the account that gives instances more interfaces than their type says. */
export function hasTrunking(graph: Graph): boolean {
  return ofType(graph, "aws_ecs_account_setting_default").some(({ body }) => body.name === "awsvpcTrunking");
}
