import { describe, expect, it } from "@jest/globals";
import { gib, regions } from "@mainstay/core";
import { testNetwork } from "@mainstay/vpc/testing";
import fc from "fast-check";
import { isOlder, maxStorageOf, parameters, problems, replicaProblems } from "./decisions.ts";
import {
  instanceClasses,
  maxConnections,
  memoryOf,
  type ReadReplicaProps,
  type ReplicaSource,
  supportsPerformanceInsights,
  type Version,
  windowsOf,
} from "./index.ts";

const sound = { network: testNetwork(), class: "db.m7g.large", storage: gib(100), name: "clinic" } as const;

describe("storage", () => {
  it("is accepted just where RDS accepts it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: 70_000 }),
        fc.option(fc.integer({ min: 0, max: 70_000 })),
        (size, max) => {
          const props = { ...sound, storage: gib(size), ...(max !== null && { maxStorage: gib(max) }) };
          const limit = maxStorageOf(props);
          const valid = size >= 20 && size <= 65_536 && limit >= size * 1.1 && limit <= 65_536;
          expect(problems(props)).toHaveLength(valid ? 0 : 1);
        },
      ),
    );
  });

  it("says what to do where there is no room to grow", () => {
    expect(problems({ ...sound, storage: gib(65_536) })).toEqual([
      expect.objectContaining({ property: "maxStorage", fix: "Lower storage, so that it has room to grow." }),
    ]);
  });

  it("is whole", () => {
    expect(problems({ ...sound, storage: gib(20.5) })).toHaveLength(1);
    expect(problems({ ...sound, backupDays: 1.5 })).toHaveLength(1);
  });
});

describe("windows", () => {
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const day = 24 * 60;

  it.each(regions)("of %s never overlap, and leave half an hour at least", (region) => {
    const { backup, maintenance } = windowsOf(region);
    const [start = "", end = ""] = backup.split("-");
    const [from = "", to = ""] = maintenance.split("-");
    expect(from).toMatch(/^(sun|sat):/);
    const [backupStart, backupEnd] = [minutes(start), minutes(end)];
    const [workStart, workEnd] = [minutes(from.slice(4)), minutes(to.slice(4))];
    expect((backupEnd - backupStart + day) % day).toBe(60);
    expect((workEnd - workStart + day) % day).toBe(60);
    // Maintenance begins after the backup's end, and ends long before the next one.
    expect((workStart - backupEnd + day) % day).toBeGreaterThanOrEqual(30);
    expect((backupStart - workEnd + day) % day).toBeGreaterThanOrEqual(30);
  });

  it("are at night where the region is, on its Sunday", () => {
    expect(windowsOf("ap-northeast-1")).toEqual({ backup: "16:00-17:00", maintenance: "sat:18:00-sat:19:00" });
    expect(windowsOf("us-west-2")).toEqual({ backup: "09:00-10:00", maintenance: "sun:11:00-sun:12:00" });
    expect(windowsOf("eu-central-1")).toEqual({ backup: "00:00-01:00", maintenance: "sun:02:00-sun:03:00" });
  });
});

describe("instance classes", () => {
  it("have memory by family and size", () => {
    expect(memoryOf("db.t4g.medium")).toBe(4);
    expect(memoryOf("db.m7g.large")).toBe(8);
    expect(memoryOf("db.r7g.large")).toBe(16);
    expect(memoryOf("db.r7g.16xlarge")).toBe(512);
    expect(memoryOf("db.r7g.24xlarge")).toBeUndefined();
  });

  it("accept more connections the more memory they have, and never more than the engine's formula gives", () => {
    fc.assert(
      fc.property(fc.constantFrom(...instanceClasses), fc.constantFrom(...instanceClasses), (one, other) => {
        const [a, b] = [memoryOf(one) ?? 0, memoryOf(other) ?? 0];
        expect(Math.sign((maxConnections(one) ?? 0) - (maxConnections(other) ?? 0))).toBe(Math.sign(a - b));
        expect(maxConnections(one)).toBeLessThanOrEqual((a * 0.95 * 2 ** 30) / 12_582_880);
        expect(maxConnections(one)).toBeGreaterThan(50);
      }),
    );
  });

  it("have no figures where they are not known", () => {
    expect(memoryOf("db.z9.large")).toBeUndefined();
    expect(maxConnections("db.z9.large")).toBeUndefined();
  });

  it("have Performance Insights but for the four smallest", () => {
    expect(instanceClasses.filter((name) => !supportsPerformanceInsights(name))).toEqual([
      "db.t3.micro",
      "db.t3.small",
      "db.t4g.micro",
      "db.t4g.small",
    ]);
  });
});

describe("problems", () => {
  it("are none where all is sound", () => {
    expect(problems(sound)).toEqual([]);
    expect(problems({ ...sound, protect: false, finalSnapshot: false })).toEqual([]);
  });

  it("are none just for the intervals that a rotation knows", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 400 }), (days) => {
        const known = [7, 14, 30, 60, 90, 180, 365].includes(days);
        expect(problems({ ...sound, rotation: days as 7 })).toHaveLength(known ? 0 : 1);
      }),
    );
    expect(problems({ ...sound, rotation: "never" })).toEqual([]);
  });

  it("refuse what is no schema name", () => {
    for (const name of ["", "1st", "a-b", "a b", "x".repeat(65), "clinic;"]) {
      expect(problems({ ...sound, name })).toEqual([expect.objectContaining({ property: "name", got: name })]);
    }
  });

  it("has parameters in one order, each once", () => {
    const names = parameters.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
  });
});

describe("a replica", () => {
  const source = { version: "8.4", maxStorage: gib(200) } as ReplicaSource;
  const replica: ReadReplicaProps = { source, role: "replica", network: testNetwork(), class: "db.t4g.medium" };

  it("has room for what its source may grow to, or is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 70_000 }), fc.integer({ min: 20, max: 65_536 }), (own, limit) => {
        const props = {
          ...replica,
          source: { ...source, maxStorage: gib(limit) } as ReplicaSource,
          maxStorage: gib(own),
        };
        const found = replicaProblems(props).map(({ property }) => property);
        expect(found).toEqual(own >= limit && own <= 65_536 ? [] : ["maxStorage"]);
      }),
    );
    expect(replicaProblems({ ...replica, maxStorage: gib(300.5) })).toHaveLength(1);
    expect(replicaProblems(replica)).toEqual([]);
  });

  it("has backups whatever it is, as its promotion needs one", () => {
    expect(replicaProblems({ ...replica, backupDays: 0 })).toEqual([
      expect.objectContaining({ property: "backupDays" }),
    ]);
  });

  it("is never of an older release than its source, as MySQL does not replicate to one", () => {
    const release = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }));
    fc.assert(
      fc.property(release, release, ([major, minor], [otherMajor, otherMinor]) => {
        const older = major * 100 + minor < otherMajor * 100 + otherMinor;
        expect(isOlder(`${major}.${minor}`, `${otherMajor}.${otherMinor}`)).toBe(older);
      }),
    );
    const later = { ...source, version: "9.7" as Version } as ReplicaSource;
    expect(replicaProblems({ ...replica, source: later, version: "8.4" })).toEqual([
      expect.objectContaining({ property: "version", allowed: "9.7 or later" }),
    ]);
  });
});
