import { describe, expect, it } from "@jest/globals";
import { regions } from "@mainstay/core";
import { windowsOf } from "@mainstay/rds";
import fc from "fast-check";
import { failurePattern, jobWindows, schedule, vaultPolicy } from "./decisions.ts";
import { compliance, governance, lockProblems, retentionProblems, unlocked } from "./lock.ts";

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minutes since Sunday 00:00. */
function minutesOf(moment: string): number {
  const [day, hour, minute] = moment.split(":");
  return days.indexOf(String(day)) * 1440 + Number(hour) * 60 + Number(minute);
}

describe("the daily job", () => {
  it.each(regions)("of %s begins every day at night, apart from RDS's own windows", (region) => {
    const [, hour] = /^cron\(0 (\d{1,2}) \* \* \? \*\)$/.exec(schedule(region)) ?? [];
    const start = Number(hour);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(start).toBeLessThan(24);
    const { backup, maintenance } = windowsOf(region);
    const [from, to] = maintenance.split("-").map(minutesOf) as [number, number];
    for (const day of days.keys()) {
      for (const minute of [0, jobWindows.start]) {
        const moment = day * 1440 + start * 60 + minute;
        // The hour before, and the window itself; the week is a circle.
        const since = (moment - (from - 60) + 7 * 1440) % (7 * 1440);
        expect(since).toBeGreaterThanOrEqual((to - from + 60 + 7 * 1440) % (7 * 1440));
      }
    }
    const rds = Number(backup.slice(0, 2));
    expect((start - rds + 24) % 24).toBe(4);
  });

  it("is at 05:00 in Dublin and in Tokyo", () => {
    expect(schedule("eu-west-1")).toBe("cron(0 5 * * ? *)");
    expect(schedule("ap-northeast-1")).toBe("cron(0 20 * * ? *)");
  });
});

describe("the vault's policy", () => {
  it("lets nobody delete, let go or shorten a recovery point, and grants nothing", () => {
    expect(vaultPolicy().Statement).toEqual([
      {
        Sid: "KeepsRecoveryPoints",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: [
          "backup:DeleteRecoveryPoint",
          "backup:DisassociateRecoveryPoint",
          "backup:UpdateRecoveryPointLifecycle",
        ],
        Resource: "*",
      },
    ]);
  });
});

it("news are of jobs that came to nothing, of these things only", () => {
  expect(failurePattern(["arn:a", "arn:b"])).toEqual({
    source: ["aws.backup"],
    "detail-type": ["Backup Job State Change", "Copy Job State Change"],
    detail: { state: ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"], resourceArn: ["arn:a", "arn:b"] },
  });
});

describe("retention and lock", () => {
  const count = fc.integer({ min: -10, max: 40_000 });

  it("fit when every day that is kept is within the lock", () => {
    fc.assert(
      fc.property(count, count, count, (kept, minDays, maxDays) => {
        const fits = kept >= Math.max(minDays, 1) && kept <= Math.min(maxDays, 36_500);
        expect(retentionProblems("keepDays", kept, governance({ minDays, maxDays }))).toHaveLength(fits ? 0 : 1);
        const free = kept >= 1 && kept <= 36_500;
        expect(retentionProblems("keepDays", kept, unlocked)).toHaveLength(free ? 0 : 1);
      }),
    );
    expect(retentionProblems("keepDays", 1.5, unlocked)).toHaveLength(1);
    expect(retentionProblems("keepDays", 3, governance({ minDays: 7, maxDays: 9 }))).toEqual([
      expect.objectContaining({ property: "keepDays", got: 3, allowed: "7 to 9 days, as the lock says" }),
    ]);
  });

  it("are refused where the lock itself is out of order", () => {
    fc.assert(
      fc.property(count, count, (minDays, maxDays) => {
        const fits = minDays >= 1 && minDays <= maxDays && maxDays <= 36_500;
        expect(lockProblems(governance({ minDays, maxDays }), true)).toHaveLength(fits ? 0 : 1);
      }),
    );
    expect(lockProblems(governance({ minDays: 1.5, maxDays: 3 }), true)).toHaveLength(1);
    expect(lockProblems(governance({ minDays: 1, maxDays: 3.5 }), true)).toHaveLength(1);
    expect(lockProblems(unlocked, false)).toEqual([]);
  });

  it("leave time to think before a lock for ever, and no environment that is to go", () => {
    const forever = (coolingOffDays: number) => compliance({ minDays: 1, maxDays: 2, coolingOffDays });
    expect(lockProblems(forever(3), true)).toEqual([]);
    for (const wrong of [0, 2, 3.5, 36_501]) {
      expect(lockProblems(forever(wrong), true)).toEqual([
        expect.objectContaining({ property: "lock.coolingOffDays", got: wrong }),
      ]);
    }
    expect(lockProblems(forever(3), false)).toEqual([expect.objectContaining({ got: "compliance" })]);
    expect(lockProblems(governance({ minDays: 1, maxDays: 2 }), false)).toEqual([]);
  });
});
