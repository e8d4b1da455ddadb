import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { versionStep } from "../aws/version.ts";
import type { JsonObject } from "../read/json.ts";
import { type Resources, reference, stackOf, stateOf } from "../testing.ts";
import { preflight } from "./preflight.ts";
import { windowsOverlap } from "./windows.ts";

describe("a database", () => {
  const database = (before: JsonObject, after: JsonObject, type = "aws_db_instance") =>
    said({ [`${type}.a`]: { engine: "mysql", ...before } }, { [`${type}.a`]: { engine: "mysql", ...after } });

  it("never gets a smaller volume; one that has grown by itself keeps its size", () => {
    expect(database({ allocated_storage: 100 }, { allocated_storage: 50 })).toEqual([
      "refuse allocated_storage: The volume has 100 GiB. RDS never makes one smaller: the apply fails there.",
    ]);
    expect(database({ allocated_storage: 140 }, { allocated_storage: 100, max_allocated_storage: 200 })).toEqual([
      expect.stringMatching(/^warn allocated_storage: The volume has 140 GiB: storage autoscaling has grown it/),
    ]);
    expect(database({ allocated_storage: 140 }, { allocated_storage: 60, max_allocated_storage: 120 })).toEqual([
      expect.stringMatching(/^refuse/),
    ]);
    const fixed = { allocated_storage: 50, max_allocated_storage: 0 };
    expect(database({ allocated_storage: 100 }, fixed)).toEqual([expect.stringMatching(/^refuse/)]);
    expect(database({ allocated_storage: 100 }, { allocated_storage: 200 })).toEqual([]);
    expect(database({ allocated_storage: 100 }, {})).toEqual([]);
  });

  it("never gets a maximum below what it has, which a smaller volume may bring with it", () => {
    const was = { allocated_storage: 100, max_allocated_storage: 200 };
    const no =
      /^refuse allocated_storage: The volume has 100 GiB\. RDS never makes one smaller, and takes no maximum of 80 GiB/;
    expect(database(was, { allocated_storage: 40, max_allocated_storage: 80 })).toEqual([expect.stringMatching(no)]);
    expect(database(was, { allocated_storage: 100, max_allocated_storage: 105 })).toEqual([
      expect.stringMatching(/^refuse max_allocated_storage: /),
    ]);
    expect(database(was, { allocated_storage: 100, max_allocated_storage: 110 })).toEqual([]);
    expect(database(was, { allocated_storage: 80, max_allocated_storage: 160 })).toEqual([
      expect.stringMatching(/^warn allocated_storage/),
    ]);
    // It has grown nearly as far as it may: nothing is asked of RDS.
    const grown = { allocated_storage: 190, max_allocated_storage: 200 };
    expect(database(grown, was)).toEqual([expect.stringMatching(/^warn allocated_storage/)]);
  });

  it("never goes back to an earlier version", () => {
    const upgrade = (from: string, to: string) =>
      database({ engine_version: from.slice(0, 3), engine_version_actual: from }, { engine_version: to });
    expect(upgrade("8.4.3", "8.0")).toEqual([expect.stringMatching(/^refuse engine_version: 8\.4\.3 runs/)]);
    expect(upgrade("8.4.3", "8.4.2")).toHaveLength(1);
    expect(upgrade("8.4.3", "8.4")).toEqual([]);
    expect(upgrade("8.4.3", "8.4.4")).toEqual([
      expect.stringMatching(
        /^warn engine_version: An upgrade from 8\.4\.3: the database restarts in the maintenance window/,
      ),
    ]);
    expect(upgrade("8.0.40", "8.4")).toEqual([
      expect.stringMatching(/^warn engine_version: A major upgrade from 8\.0\.40/),
    ]);
    expect(upgrade("8.4.3", reference("var.version"))).toEqual([]);
  });

  it("keeps its backups, or it is said", () => {
    expect(database({ backup_retention_period: 14 }, { backup_retention_period: 0 })).toEqual([
      expect.stringMatching(/^refuse backup_retention_period: All automated backups are deleted/),
    ]);
    expect(database({ backup_retention_period: 14 }, { backup_retention_period: 7 })).toEqual([
      "warn backup_retention_period: Backups older than 7 days are deleted.",
    ]);
    expect(database({ backup_retention_period: 7 }, { backup_retention_period: 14 })).toEqual([]);
  });

  it("is not backed up and maintained at once", () => {
    const windows = (backup_window: string, maintenance_window: string) => ({ backup_window, maintenance_window });
    expect(
      database(windows("01:00-02:00", "sun:03:00-sun:04:00"), windows("03:30-04:30", "sun:03:00-sun:04:00")),
    ).toEqual([expect.stringMatching(/^refuse backup_window: It overlaps/)]);
    expect(
      database(windows("01:00-02:00", "sun:03:00-sun:04:00"), windows("04:00-05:00", "sun:03:00-sun:04:00")),
    ).toEqual([]);
    expect(
      database(windows("03:30-04:30", "sun:03:00-sun:04:00"), windows("03:30-04:30", "sun:03:00-sun:04:00")),
    ).toEqual([]);
  });

  it("restarts for another class, and it says when and for how long", () => {
    const change = (more: JsonObject, type?: string) =>
      database(
        { instance_class: "db.t4g.medium", maintenance_window: "sun:03:00-sun:04:00" },
        { instance_class: "db.m7g.large", ...more },
        type,
      );
    expect(change({})).toEqual([
      "warn instance_class: In the maintenance window (sun:03:00-sun:04:00 UTC): the database restarts, minutes without it.",
    ]);
    expect(change({ multi_az: true })).toEqual([expect.stringContaining("60 to 120 s")]);
    expect(change({ apply_immediately: true })).toEqual([expect.stringMatching(/^warn instance_class: At once/)]);
    expect(change({}, "aws_rds_cluster_instance")).toEqual([
      expect.stringContaining("if it is the writer, another one takes over"),
    ]);
  });

  it("loses its standby, its source or its protection with a warning", () => {
    expect(database({ multi_az: true }, { multi_az: false })).toEqual([expect.stringMatching(/^warn multi_az/)]);
    expect(database({ multi_az: true }, {})).toEqual([]);
    expect(database({ replicate_source_db: "main" }, {})).toEqual([
      expect.stringMatching(/^warn replicate_source_db: The replica becomes a database of its own/),
    ]);
    expect(database({ replicate_source_db: "main" }, { replicate_source_db: "main" })).toEqual([]);
    expect(database({ replicate_source_db: "" }, {})).toEqual([]);
    expect(database({ deletion_protection: true }, { deletion_protection: false })).toEqual([
      expect.stringMatching(/^warn deletion_protection/),
    ]);
    expect(database({ skip_final_snapshot: false }, { skip_final_snapshot: true })).toEqual([
      expect.stringMatching(/^warn skip_final_snapshot/),
    ]);
  });

  it("has another host name with another identifier", () => {
    expect(database({ identifier: "clinic" }, { identifier: "store" })).toEqual([
      expect.stringMatching(/^warn identifier: The database is renamed/),
    ]);
    expect(database({ identifier: "clinic" }, { identifier: "Clinic" })).toEqual([]);
  });
});

describe("redundancy", () => {
  it.each([
    ["aws_appautoscaling_target", "min_capacity", 4, 2],
    ["aws_autoscaling_group", "min_size", 4, 2],
    ["aws_ecs_service", "desired_count", 4, 2],
    ["aws_elasticache_replication_group", "num_cache_clusters", 3, 2],
    ["aws_db_subnet_group", "subnet_ids", ["a", "b"], ["a"]],
    ["aws_autoscaling_group", "vpc_zone_identifier", ["a", "b", "c"], ["a", "b"]],
    ["aws_lb", "subnets", ["a", "b"], [reference("aws_subnet.x.id")]],
    ["aws_lb", "enable_deletion_protection", true, false],
    ["aws_dynamodb_table", "deletion_protection_enabled", true, false],
    ["aws_elasticache_replication_group", "automatic_failover_enabled", true, false],
    ["aws_elasticache_replication_group", "multi_az_enabled", true, false],
  ] as const)(
    "of %s by %s is a warning where it is lowered, and nothing where it is raised",
    (type, attribute, more, less) => {
      const change = (before: unknown, after: unknown) =>
        said(
          { [`${type}.a`]: { [attribute]: before } as JsonObject },
          { [`${type}.a`]: { [attribute]: after } as JsonObject },
        );
      expect(change(more, less)).toEqual([expect.stringMatching(new RegExp(`^warn ${attribute}: `))]);
      expect(change(less, more)).toEqual([]);
      expect(change(more, more)).toEqual([]);
    },
  );

  it("is not counted in lists of which the length is not known", () => {
    const list = (items: string[]) => ({ "aws_lb.a": { subnets: items } });
    for (const item of ["aws_subnet.all[*].id", "[for s in var.s : s]", "var.subnets..."]) {
      expect(said(list(["a", "b"]), list([reference(item)]))).toEqual([]);
    }
  });

  it("is instances that end when the maximum falls below what runs", () => {
    const group = (max_size: number) => ({ "aws_autoscaling_group.a": { max_size, desired_capacity: 4 } });
    expect(said(group(6), { "aws_autoscaling_group.a": { max_size: 3 } })).toEqual([
      "warn max_size: 4 instances run: 1 end at once, with what runs on them.",
    ]);
    expect(said(group(6), { "aws_autoscaling_group.a": { max_size: 4 } })).toEqual([]);
  });

  it.each([
    ["aws_s3_bucket_versioning", "versioning_configuration", "status", "Enabled", "Suspended"],
    ["aws_efs_backup_policy", "backup_policy", "status", "ENABLED", "DISABLED"],
    ["aws_dynamodb_table", "point_in_time_recovery", "enabled", true, false],
  ] as const)("is a way back: %s", (type, block, attribute, on, off) => {
    const change = (before: unknown, after: unknown) =>
      said(
        { [`${type}.a`]: { [block]: [{ [attribute]: before }] } as JsonObject },
        { [`${type}.a`]: { [block]: { [attribute]: after } } as JsonObject },
      );
    expect(change(on, off)).toEqual([expect.stringMatching(new RegExp(`^warn ${block}\\.${attribute}: `))]);
    expect(change(on, on)).toEqual([]);
    expect(change(off, on)).toEqual([]);
    expect(change(on, reference("var.x"))).toEqual([]);
  });

  it("is a key that can be used, and a volume that has its size", () => {
    expect(said({ "aws_kms_key.a": { is_enabled: true } }, { "aws_kms_key.a": { is_enabled: false } })).toEqual([
      expect.stringMatching(/^refuse is_enabled/),
    ]);
    expect(said({ "aws_ebs_volume.a": { size: 30 } }, { "aws_ebs_volume.a": { size: 20 } })).toEqual([
      expect.stringMatching(/^refuse size/),
    ]);
    expect(said({ "aws_ebs_volume.a": { size: 30 } }, { "aws_ebs_volume.a": { size: 40 } })).toEqual([]);
  });
});

describe("a zone", () => {
  const subnet = (tier: string, zone: string) => ({
    [`aws_subnet.${tier}-${zone}`]: { id: `${tier}-${zone}`, availability_zone: `eu-west-1${zone}` },
  });
  const zones = (...letters: string[]): Resources =>
    Object.assign({}, ...letters.flatMap((zone) => [subnet("data", zone), subnet("public", zone)]));
  const written = (...letters: string[]): Resources =>
    Object.fromEntries(
      Object.entries(zones(...letters)).map(([address, { availability_zone }]) => [
        address,
        { availability_zone: availability_zone ?? null },
      ]),
    );

  it("that goes is one warning, with what stands in it and what is left", () => {
    const gone = {
      "aws_nat_gateway.b": { subnet_id: "public-b", id: "nat-b" },
      "aws_efs_mount_target.b": { availability_zone_name: "eu-west-1b" },
    };
    const findings = run({ ...zones("a", "b", "c"), ...gone }, written("a", "c"));
    const [zone] = findings.filter(({ attribute }) => attribute === "availability_zone");
    expect(zone).toMatchObject({ severity: "warn", before: "eu-west-1b" });
    expect(zone?.why).toBe(
      "Zone eu-west-1b goes, with a third of the capacity and all network interfaces in it: aws_subnet.data-b, aws_subnet.public-b, aws_nat_gateway.b, aws_efs_mount_target.b. 2 zones are left.",
    );
    expect(said(zones("a", "b"), written("a"))).toEqual([
      expect.stringContaining("One zone is left: its loss is the loss of everything."),
    ]);
    expect(said(zones("a", "b"), {})).toEqual([
      expect.stringContaining("No zone is left."),
      expect.stringContaining("No zone is left."),
    ]);
  });

  it("that loses one of its subnets only is still there", () => {
    const { "aws_subnet.data-b": _gone, ...rest } = written("a", "b");
    expect(said(zones("a", "b"), rest)).toEqual([]);
  });

  it("is not what a subnet without a known zone was in", () => {
    expect(said({ "aws_subnet.a": { id: "a" } }, {})).toEqual([]);
  });

  it("in which the database runs cannot go", () => {
    const group = { "aws_db_subnet_group.a": { name: "data", subnet_ids: ["data-a", "data-b"] } };
    const database = (zone: string, multi_az: boolean) => ({
      "aws_db_instance.a": { availability_zone: zone, db_subnet_group_name: "data", multi_az },
    });
    const change = (zone: string, multi_az: boolean) =>
      run(
        { ...zones("a", "b"), ...group, ...database(zone, multi_az) },
        { ...written("a"), "aws_db_subnet_group.a": { name: "data" }, "aws_db_instance.a": {} },
      ).filter(({ severity }) => severity === "refuse");
    expect(change("eu-west-1b", true)).toMatchObject([
      { address: "aws_db_instance.a", fix: expect.stringMatching(/^Fail over first/) },
    ]);
    expect(change("eu-west-1b", false)).toMatchObject([{ fix: expect.stringMatching(/^Make it Multi-AZ/) }]);
    expect(change("eu-west-1a", true)).toEqual([]);
  });
});

describe("versions", () => {
  const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });

  it("are the same as far as both go", () => {
    fc.assert(
      fc.property(version, fc.array(fc.nat(9), { maxLength: 2 }), (parts, more) => {
        expect(versionStep(parts.join("."), [...parts, ...more].join("."), 1)).toBe("same");
        expect(versionStep([...parts, ...more].join("."), parts.join("."), 1)).toBe("same");
      }),
    );
  });

  it("are lower one way and higher the other, unless they are the same", () => {
    fc.assert(
      fc.property(version, version, fc.constantFrom(1, 2), (one, other, majors) => {
        const [there, back] = [
          versionStep(one.join("."), other.join("."), majors),
          versionStep(other.join("."), one.join("."), majors),
        ];
        expect([there, back].filter((step) => step === "lower")).toHaveLength(there === "same" ? 0 : 1);
      }),
    );
  });

  it("are major by their first parts", () => {
    expect(versionStep("8.0", "8.4", 2)).toBe("major");
    expect(versionStep("14.1", "14.2", 1)).toBe("minor");
    expect(versionStep("14.1", "15.0", 1)).toBe("major");
    expect(versionStep("8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.07.1", 2)).toBe("lower");
  });
});

describe("windows", () => {
  it("overlap exactly where they have a minute in common", () => {
    const time = (minute: number) =>
      `${String(Math.floor((minute % 1440) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const moment = (minute: number) => `${days[Math.floor(minute / 1440) % 7]}:${time(minute)}`;
    const start = fc.nat(7 * 1440 - 1);
    const length = fc.integer({ min: 30, max: 600 });
    fc.assert(
      fc.property(fc.nat(1439), length, start, length, (daily, backup, weekly, maintenance) => {
        const busy = new Set(Array.from({ length: backup }, (_, minute) => (daily + minute) % 1440));
        const common = Array.from({ length: maintenance }, (_, minute) => (weekly + minute) % 1440).some((minute) =>
          busy.has(minute),
        );
        expect(
          windowsOverlap(
            `${time(daily)}-${time(daily + backup)}`,
            `${moment(weekly)}-${moment((weekly + maintenance) % 10_080)}`,
          ),
        ).toBe(common);
      }),
    );
  });

  it("that are written otherwise are not judged", () => {
    for (const text of ["", "always", "1:00-2:00"]) expect(windowsOverlap(text, "sun:03:00-sun:04:00")).toBe(false);
    expect(windowsOverlap("01:00-02:00", "sunday")).toBe(false);
  });
});

function run(deployed: Resources, written: Resources) {
  return preflight([stackOf(written)], [stateOf(deployed)]).findings;
}

function said(deployed: Resources, written: Resources): string[] {
  return run(deployed, written).map(({ severity, attribute, why }) => `${severity} ${attribute}: ${why}`);
}
