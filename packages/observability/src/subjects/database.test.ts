import { describe, expect, it } from "@jest/globals";
import { gib, report, seconds } from "@mainstay/core";
import { instanceClasses, maxConnections } from "@mainstay/rds";
import fc from "fast-check";
import { goesOff, inputOf, testDatabase } from "../testing.ts";
import { autoscalingTrigger, connectionThreshold, storageThresholds, watchDatabase } from "./database.ts";

const storage = fc.integer({ min: 20, max: 65_536 }).map(gib);

describe("a database", () => {
  it("is low on storage only below what RDS itself acts on, and wakes people later than it tells them", () => {
    fc.assert(
      fc.property(storage, fc.integer({ min: 1, max: 65_536 }), (size, more) => {
        const { low, full } = storageThresholds({ storage: size, maxStorage: gib(size + more) });
        expect(low).toBeLessThan(size * 2 ** 30 * autoscalingTrigger);
        expect(full).toBeLessThan(low);
        expect(full).toBeGreaterThan(2 ** 29);
      }),
    );
  });

  it("says so earlier where nobody but people lets it grow", () => {
    fc.assert(
      fc.property(storage, (size) => {
        const grows = storageThresholds({ storage: size, maxStorage: gib(size * 2) });
        for (const maxStorage of [undefined, size]) {
          const stays = storageThresholds({ storage: size, maxStorage });
          expect(stays.low).toBeGreaterThan(grows.low);
          expect(stays.full).toBeGreaterThan(grows.full);
        }
      }),
    );
  });

  it("keeps more free where it is larger", () => {
    fc.assert(
      fc.property(storage, fc.integer({ min: 1, max: 1000 }), (size, more) => {
        const [larger, smaller] = [
          storageThresholds({ storage: gib(size + more) }),
          storageThresholds({ storage: size }),
        ];
        expect(larger.low).toBeGreaterThan(smaller.low);
        expect(larger.full).toBeGreaterThan(smaller.full);
      }),
    );
  });

  it("watches bytes that are free, and says so in GiB", () => {
    const { alarms } = watchDatabase({ database: testDatabase });
    const { low, full } = storageThresholds(testDatabase);
    expect(alarms["storage-low"]).toMatchObject({ limit: { below: low }, signal: { name: "FreeStorageSpace" } });
    expect(alarms["storage-full"]).toMatchObject({ limit: { below: full }, signal: { name: "FreeStorageSpace" } });
    expect(alarms["storage-low"]?.means).toBe("Less than 8 GiB are free, and RDS has not grown the volume.");
    const { maxStorage: _none, ...fixed } = testDatabase;
    expect(watchDatabase({ database: fixed }).alarms["storage-low"]?.means).toBe("Less than 15 GiB are free.");
  });

  it("has too many connections at 80 % of what its class takes, of every class", () => {
    for (const instanceClass of instanceClasses) {
      const most = maxConnections(instanceClass) ?? 0;
      const threshold = connectionThreshold(instanceClass) ?? 0;
      expect(threshold).toBeGreaterThan(most * 0.75);
      expect(threshold).toBeLessThanOrEqual(most * 0.8);
    }
    expect(watchDatabase({ database: testDatabase }).alarms.connections).toMatchObject({
      limit: { above: connectionThreshold("db.t4g.medium") },
      signal: { name: "DatabaseConnections", dimensions: { DBInstanceIdentifier: "clinic-test-database" } },
    });
  });

  it("that nobody knows is refused, instead of being watched a little less", () => {
    const problems = (change: object) => watchDatabase({ database: testDatabase, ...change }).problems?.map(report);
    expect(problems({})).toEqual([]);
    expect(problems({ database: { ...testDatabase, class: "db.z9.large" } })).toEqual([
      expect.stringMatching(/^database\.class is "db\.z9\.large"/),
    ]);
    expect(problems({ lag: seconds(0) })).toEqual([expect.stringMatching(/^lag is 0/)]);
    expect(problems({ lag: seconds(86_400) })).toEqual([expect.stringMatching(/^lag is 86400/)]);
    expect(problems({ replicas: { Reports_1: { identifier: "x" } } })).toEqual([
      expect.stringMatching(/^replicas\.Reports_1/),
    ]);
  });

  it("has a replica that is too far behind, or does not replicate at all, which RDS says by -1", () => {
    const replicas = { reports: { identifier: "clinic-test-reports" } };
    const behind = watchDatabase({ database: testDatabase, replicas, lag: seconds(30) }).alarms["replica-lag-reports"];
    expect(goesOff(behind, { behind: 31 })).toBe(true);
    expect(goesOff(behind, { behind: -1 })).toBe(true);
    expect(goesOff(behind, { behind: 30 })).toBe(false);
    expect(goesOff(behind, { behind: 0 })).toBe(false);
    expect(inputOf(behind, "behind")).toMatchObject({
      name: "ReplicaLag",
      dimensions: { DBInstanceIdentifier: "clinic-test-reports" },
    });
  });
});
