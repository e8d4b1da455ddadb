import type { Graph, Node } from "../graph/graph.ts";
import { blocksAt, numberAt, textAt } from "../read/json.ts";
import {
  hasTrunking,
  type InstanceSizes,
  instancesFor,
  type Pool,
  pools,
  type Task,
  zonesOf,
} from "./cluster-capacity.ts";
import type { AuditFinding } from "./finding.ts";

/** Days. One year and a bit is what auditors ask for most often (PCI DSS 4.0, requirement 10.5.1: 12 months). */
const longestRetention = 400;
/** Storage autoscaling that ends far above what was asked for hides a leak until it is paid for; RDS never shrinks a volume. */
const mostGrowth = 10;
/** What every gp3 volume of RDS has without extra charge below 400 GiB (RDS guide, "gp3 storage"). */
const includedIops = 3000;
/** Below this share of CPU and memory another size would do as well. */
const lowUse = 0.25;

/** What is larger than anything here can need. */
export function oversized(graph: Graph, sizes: InstanceSizes): AuditFinding[] {
  const each = [...graph.nodes.values()].flatMap((node) => {
    const type = node.kind === "managed" ? (node.block?.type ?? "") : "";
    const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
    return rule?.(node) ?? [];
  });
  const trunking = hasTrunking(graph);
  return [...each, ...pools(graph, sizes).flatMap((pool) => poolFindings(pool, trunking))];
}

const rules: Readonly<Record<string, (node: Node) => AuditFinding[]>> = {
  aws_cloudwatch_log_group: (node) => {
    const days = node.body.retention_in_days;
    if (days === undefined || days === null || days === 0) {
      return [
        finding(
          node,
          "Its records are kept for ever, at 0.03 USD per GB and month (CloudWatch price list).",
          "Set retention_in_days.",
        ),
      ];
    }
    const number = numberAt(node.body, "retention_in_days") ?? 0;
    return number > longestRetention
      ? [
          finding(
            node,
            `Its records are kept for ${number} days in the dearest place for them.`,
            "Keep a year here, and export what must be kept longer to S3.",
          ),
        ]
      : [];
  },
  aws_db_instance: (node) => {
    const [size, most, iops] = ["allocated_storage", "max_allocated_storage", "iops"].map((key) =>
      numberAt(node.body, key),
    );
    const found: AuditFinding[] = [];
    if (size !== undefined && most !== undefined && most > size * mostGrowth) {
      found.push(
        finding(
          node,
          `Its storage may grow from ${size} to ${most} GiB by itself, and never shrinks again.`,
          `Set max_allocated_storage to ${size * mostGrowth} or less, and alarm on free storage.`,
        ),
      );
    }
    if (/^io[12]$/.test(textAt(node.body, "storage_type") ?? "") && iops !== undefined && iops <= includedIops) {
      found.push(
        finding(
          node,
          `It pays for ${iops} provisioned IOPS; gp3 has ${includedIops} in its price.`,
          'Set storage_type to "gp3".',
        ),
      );
    }
    return found;
  },
  aws_efs_file_system: (node) => {
    if (textAt(node.body, "throughput_mode") !== "provisioned") return [];
    const mibps = numberAt(node.body, "provisioned_throughput_in_mibps");
    return [
      finding(
        node,
        `It pays for ${mibps ?? "a fixed number of"} MiB/s around the clock; elastic costs less below about 5 % of steady use (EFS price list).`,
        'Set throughput_mode to "elastic", or accept this where the use is known.',
      ),
    ];
  },
  aws_ebs_volume: (node) => provisionedVolume(node, node.body.type, numberAt(node.body, "iops")),
  aws_launch_template: (node) =>
    blocksAt(node.body, "block_device_mappings")
      .flatMap((mapping) => blocksAt(mapping, "ebs"))
      .flatMap((ebs) => provisionedVolume(node, ebs.volume_type, numberAt(ebs, "iops"))),
};

function provisionedVolume(node: Node, type: unknown, iops: number | undefined): AuditFinding[] {
  if (typeof type !== "string" || !/^io[12]$/.test(type) || iops === undefined || iops > includedIops) return [];
  return [
    finding(node, `Its volume pays for ${iops} provisioned IOPS; gp3 has ${includedIops} in its price.`, "Use gp3."),
  ];
}

function poolFindings(pool: Pool, trunking: boolean): AuditFinding[] {
  return [...unreachable(pool, trunking), ...tooLarge(pool, trunking), ...tooMany(pool, trunking)];
}

/** The most that an instance could hold, if nothing were lost to the system. What does not fit here never fits. */
function mostRoom({ size }: Pool, trunking: boolean): Task {
  return {
    cpu: size.vcpu * 1024,
    memory: size.memory,
    interfaces: trunking ? Number.POSITIVE_INFINITY : size.interfaces - 1,
  };
}

/** What an instance surely holds: 256 MiB for the ECS agent, 7.5 % for hypervisor and kernel (Karpenter's `vmMemoryOverheadPercent`). */
function sureRoom(pool: Pool, trunking: boolean): Task {
  const { cpu, memory, interfaces } = mostRoom(pool, trunking);
  return { cpu, memory: memory * 0.925 - 256, interfaces: trunking ? 0 : interfaces };
}

/** A service cannot have as many tasks as its scaling says, though every other one has its fewest. */
function unreachable(pool: Pool, trunking: boolean): AuditFinding[] {
  const room = mostRoom(pool, trunking);
  return pool.workloads.flatMap((scaled) => {
    if (scaled.scaling === undefined) return [];
    const others = pool.workloads.filter((other) => other !== scaled).flatMap(({ task, least }) => copies(task, least));
    const needed = instancesFor(room, [...copies(scaled.task, scaled.most), ...others]);
    if (needed <= pool.max) return [];
    const many = Number.isFinite(needed) ? `${needed} instances` : "a larger instance";
    return [
      finding(
        scaled.scaling,
        `${scaled.most} tasks need ${many} of ${pool.type}; the cluster has ${pool.max} at most, so they never come.`,
        "Lower max_capacity, or raise max_size of the Auto Scaling group.",
      ),
    ];
  });
}

/** The tasks that fit by their network interfaces use little of the instance. */
function tooLarge(pool: Pool, trunking: boolean): AuditFinding[] {
  const room = sureRoom(pool, trunking);
  const tasks = pool.workloads.map(({ task }) => task);
  if (trunking || tasks.some(({ interfaces }) => interfaces === 0)) return [];
  const cpu = (Math.max(...tasks.map((task) => task.cpu)) * room.interfaces) / room.cpu;
  const memory = (Math.max(...tasks.map((task) => task.memory)) * room.interfaces) / room.memory;
  if (cpu >= lowUse || memory >= lowUse) return [];
  return [
    finding(
      pool.template,
      `${pool.type} holds ${room.interfaces} tasks by its network interfaces; they use ${percent(cpu)} of its CPU and ${percent(memory)} of its memory at most.`,
      "Choose a smaller type, or larger tasks.",
    ),
  ];
}

/** More instances than two that always run, though fewer than half would hold the largest load without one zone. */
function tooMany(pool: Pool, trunking: boolean): AuditFinding[] {
  const room = { ...sureRoom(pool, trunking), ...(trunking && { interfaces: pool.size.interfaces - 1 }) };
  const tasks = pool.workloads.flatMap(({ task, most }) => copies(task, most + 1));
  const zones = Math.max(2, zonesOf(pool));
  const needed = Math.ceil((instancesFor(room, tasks) * zones) / (zones - 1));
  if (pool.min <= 2 || pool.min <= 2 * needed) return [];
  return [
    finding(
      pool.group,
      `${pool.min} instances always run; ${needed} hold every task at its maximum, a deployment and the loss of a zone.`,
      `Lower min_size to ${needed}.`,
    ),
  ];
}

function copies(task: Task, count: number): Task[] {
  return Array.from({ length: Math.max(0, Math.min(10_000, count)) }, () => task);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function finding({ stack, address }: Node, why: string, fix: string): AuditFinding {
  return { kind: "oversized", stack, address, why, fix };
}
