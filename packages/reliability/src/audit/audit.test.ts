import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readSynthesis } from "../read/synthesis.ts";
import { type Resources, reference, stackOf, stateOf } from "../testing.ts";
import { type AuditOptions, audit } from "./audit.ts";

const tags = { Owner: "team", CostCenter: "1", Environment: "test" };
const provider = { aws: [{ default_tags: [{ tags }] }, { alias: "bare" }] };
const sizes = {
  "t4g.medium": { vcpu: 2, memory: 4096, interfaces: 3 },
  "m7g.4xlarge": { vcpu: 16, memory: 65_536, interfaces: 8 },
};

describe("tags", () => {
  it("reach a resource through its provider, or are its own", () => {
    expect(untagged({ "aws_vpc.main": {} })).toEqual([]);
    expect(untagged({ "aws_vpc.main": { provider: "aws.bare", tags } })).toEqual([]);
    expect(untagged({ "aws_vpc.main": { provider: "aws.bare" } })).toEqual([
      "aws_vpc.main: It has no Owner, CostCenter and Environment.",
    ]);
    expect(untagged({ "aws_vpc.main": { tags: { Owner: "" } } })).toEqual(["aws_vpc.main: It has no Owner."]);
    expect(untagged({ "aws_vpc.main": {} }, { tags: ["Team"] })).toEqual(["aws_vpc.main: It has no Team."]);
  });

  it("are listed as missing where a type takes none", () => {
    const { findings, withoutTags } = run({ "aws_route.out": {}, "terraform_data.x": {} });
    expect(findings).toEqual([]);
    expect(withoutTags).toEqual([
      { stack: "test", address: "aws_route.out", what: "the resource itself", why: "aws_route takes no tags" },
    ]);
  });

  it("are read in the state where they are computed", () => {
    const computed = { "aws_vpc.main": { tags: reference("merge(var.tags, {})") } };
    expect(run(computed)).toMatchObject({ findings: [], withoutTags: [{ what: "nothing known" }] });
    expect(untagged(computed, { states: [stateOf({ "aws_vpc.main": { tags_all: { Owner: "a" } } })] })).toEqual([
      "aws_vpc.main: It has no CostCenter and Environment.",
    ]);
    expect(untagged(computed, { states: [stateOf({ "aws_vpc.main": { tags_all: tags } })] })).toEqual([]);
  });

  it("reach an Auto Scaling group through blocks of its own only", () => {
    const block = (name: string) => ({ key: name, value: "x", propagate_at_launch: false });
    expect(untagged({ "aws_autoscaling_group.a": {} })).toHaveLength(1);
    expect(untagged({ "aws_autoscaling_group.a": { tag: Object.keys(tags).map(block) } })).toEqual([]);
  });

  it("reach what a launch template launches where it says so, or its group", () => {
    const group = (propagate: boolean) => ({
      "aws_autoscaling_group.a": {
        launch_template: { id: reference("aws_launch_template.a.id") },
        tag: Object.keys(tags).map((key) => ({ key, value: "x", propagate_at_launch: propagate })),
      },
    });
    const specified = (...types: string[]) => ({
      tag_specifications: types.map((type) => ({ resource_type: type, tags })),
    });
    const volumes =
      "aws_launch_template.a: Volumes of the instances that it launches get no Owner, CostCenter and Environment: the provider's default_tags do not reach what AWS launches.";
    expect(untagged({ "aws_launch_template.a": {}, ...group(false) })).toHaveLength(2);
    expect(untagged({ "aws_launch_template.a": {}, ...group(true) })).toEqual([volumes]);
    expect(untagged({ "aws_launch_template.a": specified("instance", "volume"), ...group(false) })).toEqual([]);
    expect(untagged({ "aws_launch_template.a": specified("instance") })).toEqual([volumes]);
  });

  it.each(["aws_db_instance", "aws_rds_cluster"])("reach the snapshots of %s where that is said", (type) => {
    expect(untagged({ [`${type}.a`]: {} })).toEqual([expect.stringContaining("Its snapshots get no tags")]);
    expect(untagged({ [`${type}.a`]: { copy_tags_to_snapshot: true } })).toEqual([]);
  });

  it("reach tasks where that is said; on Fargate they cost", () => {
    expect(untagged({ "aws_ecs_service.a": { launch_type: "FARGATE" } })).toEqual([
      expect.stringContaining("Its tasks get no tags"),
    ]);
    expect(
      untagged({ "aws_ecs_service.a": { capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT" }] } }),
    ).toHaveLength(1);
    expect(untagged({ "aws_ecs_service.a": { launch_type: "FARGATE", propagate_tags: "SERVICE" } })).toEqual([]);
    expect(run({ "aws_ecs_service.a": {} })).toMatchObject({ findings: [], withoutTags: [{ what: "its tasks" }] });
  });

  it("never reach what AWS makes for itself", () => {
    const { withoutTags } = run({
      "aws_lb.a": {},
      "aws_efs_mount_target.a": {},
      "aws_vpc_endpoint.a": { vpc_endpoint_type: "Interface", service_name: "x" },
      "aws_ecs_cluster.a": { setting: [{ name: "containerInsights", value: "enhanced" }] },
      "aws_db_instance.a": { manage_master_user_password: true, copy_tags_to_snapshot: true },
    });
    expect(withoutTags.map(({ address, what }) => `${address}: ${what}`)).toEqual([
      "aws_db_instance.a: its network interfaces",
      "aws_db_instance.a: the secret with its master password",
      "aws_ecs_cluster.a: the log group of Container Insights",
      "aws_efs_mount_target.a: its network interfaces",
      "aws_efs_mount_target.a: the resource itself",
      "aws_lb.a: its network interfaces",
      "aws_vpc_endpoint.a: its network interfaces",
    ]);
  });
});

describe("oversized", () => {
  it("are records that are kept for ever or for years", () => {
    const kept = (days?: number) =>
      oversized({
        "aws_cloudwatch_log_group.a": { name: "/aws/x", ...(days !== undefined && { retention_in_days: days }) },
      });
    expect(kept()).toHaveLength(1);
    expect(kept(0)).toHaveLength(1);
    expect(kept(731)).toHaveLength(1);
    expect(kept(400)).toEqual([]);
    expect(kept(30)).toEqual([]);
  });

  it("is storage that may grow without anybody noticing", () => {
    const grows = (from: number, to: number) =>
      oversized({
        "aws_db_instance.a": { allocated_storage: from, max_allocated_storage: to, copy_tags_to_snapshot: true },
      });
    expect(grows(20, 200)).toEqual([]);
    expect(grows(20, 201)).toEqual([expect.stringContaining("20 to 201 GiB")]);
  });

  it("is throughput that is paid for around the clock where the cheap kind has as much", () => {
    const database = (storage_type: string, iops: number) => oversized({ "aws_db_instance.a": { storage_type, iops } });
    expect(database("io2", 3000)).toHaveLength(1);
    expect(database("io2", 3001)).toEqual([]);
    expect(database("gp3", 3000)).toEqual([]);
    expect(
      oversized({ "aws_efs_file_system.a": { throughput_mode: "provisioned", provisioned_throughput_in_mibps: 64 } }),
    ).toEqual([expect.stringContaining("64 MiB/s")]);
    expect(oversized({ "aws_efs_file_system.a": { throughput_mode: "elastic" } })).toEqual([]);
    expect(oversized({ "aws_ebs_volume.a": { type: "io1", iops: 1000 } })).toHaveLength(1);
    const volume = (type: string) => ({ block_device_mappings: [{ ebs: { volume_type: type, iops: 1000 } }] });
    expect(oversized({ "aws_launch_template.a": volume("io1") })).toHaveLength(1);
    expect(oversized({ "aws_launch_template.a": volume("gp3") })).toEqual([]);
  });

  it("is a maximum of tasks for which the cluster never has room", () => {
    expect(oversized(cluster({ most: 8 }))).toEqual([]);
    expect(oversized(cluster({ most: 9 }))).toEqual([
      "aws_appautoscaling_target.api: 9 tasks need 5 instances of t4g.medium; the cluster has 4 at most, so they never come.",
    ]);
    // By memory alone, where trunking gives enough interfaces.
    const trunking = { "aws_ecs_account_setting_default.a": { name: "awsvpcTrunking", value: "enabled" } };
    expect(oversized({ ...cluster({ most: 9 }), ...trunking })).toEqual([]);
    expect(oversized({ ...cluster({ most: 33 }), ...trunking })).toEqual([expect.stringContaining("5 instances")]);
    expect(oversized(cluster({ most: 2, memory: 8192 }))).toEqual([expect.stringContaining("need a larger instance")]);
  });

  it("counts the fewest tasks of other services", () => {
    const other = {
      "aws_ecs_service.other": { ...service("other"), desired_count: 2 },
      "aws_ecs_task_definition.other": task(512),
    };
    expect(oversized({ ...cluster({ most: 6 }), ...other })).toEqual([]);
    expect(oversized({ ...cluster({ most: 7 }), ...other })).toEqual([
      expect.stringContaining("7 tasks need 5 instances"),
    ]);
  });

  it("is an instance type that is far larger than what its interfaces let it hold", () => {
    expect(oversized(cluster({ type: "m7g.4xlarge" }))).toEqual([
      "aws_launch_template.nodes: m7g.4xlarge holds 7 tasks by its network interfaces; they use 11 % of its CPU and 6 % of its memory at most.",
    ]);
    expect(oversized(cluster({ type: "m7g.4xlarge", memory: 8192 }))).toEqual([]);
  });

  it("are more instances than the largest load needs without a zone", () => {
    expect(oversized(cluster({ most: 1, min: 4 }))).toEqual([]);
    // Four tasks and the first of a deployment need three instances, and twice as many to lose one of two zones.
    expect(oversized(cluster({ most: 4, min: 12, max: 12 }))).toEqual([]);
    expect(oversized(cluster({ most: 4, min: 13, max: 13 }))).toHaveLength(1);
    expect(oversized(cluster({ most: 1, min: 5, max: 5 }))).toEqual([
      "aws_autoscaling_group.nodes: 5 instances always run; 2 hold every task at its maximum, a deployment and the loss of a zone.",
    ]);
  });

  it("is nothing of which type or workloads are not known", () => {
    const { "aws_ecs_task_definition.api": _task, ...rest } = cluster({ most: 50 });
    expect(oversized(rest)).toEqual([]);
    expect(oversized(cluster({ most: 50, type: "x9.large" }))).toEqual([]);
    expect(
      oversized({
        ...cluster({ most: 50 }),
        "aws_ecs_service.agent": { ...service("api"), desired_count: 1, scheduling_strategy: "DAEMON" },
      }),
    ).toEqual([]);
    expect(
      run(cluster({ most: 50 }), { instanceSizes: {} }).findings.filter(({ kind }) => kind === "oversized"),
    ).toEqual([]);
  });
});

describe("audit", () => {
  it("sorts, and leaves out what is accepted with a reason", () => {
    const resources = { "aws_kms_key.b": { provider: "aws.bare" }, "aws_eip.a": {} };
    expect(run(resources).findings.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      "unused aws_eip.a",
      "untagged aws_kms_key.b",
      "unused aws_kms_key.b",
    ]);
    const accepted = { "aws_kms_key.b": "for the next database", "aws_vpc.gone": "was there" };
    expect(run(resources, { accepted })).toMatchObject({
      findings: [{ address: "aws_eip.a" }],
      outdated: ["aws_vpc.gone"],
    });
  });

  it("never throws, whatever the JSON is", () => {
    const types = [
      "aws_vpc",
      "aws_launch_template",
      "aws_autoscaling_group",
      "aws_ecs_service",
      "aws_vpc_endpoint",
      "aws_ecs_capacity_provider",
      "aws_iam_role",
    ];
    const json = fc.dictionary(fc.constantFrom(...types), fc.dictionary(fc.constantFrom("a", "b"), fc.jsonValue()));
    fc.assert(
      fc.property(json, fc.jsonValue(), (resource, more) => {
        expect(() =>
          audit([readSynthesis({ resource, provider: more, locals: more }, "s")], { instanceSizes: sizes }),
        ).not.toThrow();
      }),
    );
  });
});

interface Cluster {
  readonly most?: number;
  readonly type?: string;
  readonly min?: number;
  readonly max?: number;
  readonly memory?: number;
}

/** A service that scales from one task, on its own instances in two zones. */
function cluster({ most = 2, type = "t4g.medium", min = 2, max = 4, memory = 512 }: Cluster): Resources {
  return {
    "aws_launch_template.nodes": { instance_type: type },
    "aws_autoscaling_group.nodes": {
      min_size: min,
      max_size: max,
      launch_template: { id: reference("aws_launch_template.nodes.id") },
      vpc_zone_identifier: ["subnet-a", "subnet-b"],
    },
    "aws_ecs_capacity_provider.nodes": {
      auto_scaling_group_provider: { auto_scaling_group_arn: reference("aws_autoscaling_group.nodes.arn") },
    },
    "aws_ecs_task_definition.api": task(memory),
    "aws_ecs_service.api": { ...service("api"), desired_count: 1 },
    "aws_appautoscaling_target.api": {
      resource_id: `service/x/${reference("aws_ecs_service.api.name")}`,
      min_capacity: 1,
      max_capacity: most,
    },
  };
}

function task(memory: number) {
  return { cpu: "256", memory: String(memory), network_mode: "awsvpc" };
}

function service(name: string) {
  return {
    task_definition: reference(`aws_ecs_task_definition.${name}.arn`),
    capacity_provider_strategy: [{ capacity_provider: reference("aws_ecs_capacity_provider.nodes.name") }],
  };
}

function run(resources: Resources, options: AuditOptions = {}) {
  return audit([stackOf(resources, { provider })], { instanceSizes: sizes, ...options });
}

function untagged(resources: Resources, options: AuditOptions = {}): string[] {
  return said("untagged", resources, options);
}

function oversized(resources: Resources): string[] {
  return said("oversized", resources, {});
}

function said(kind: string, resources: Resources, options: AuditOptions): string[] {
  return run(resources, options)
    .findings.filter((finding) => finding.kind === kind)
    .map(({ address, why }) => `${address}: ${why}`);
}
