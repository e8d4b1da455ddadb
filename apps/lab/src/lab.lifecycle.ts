import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { faults } from "./faults/index.ts";
import type { SideReport } from "./report/report.ts";
import { playFault, recover } from "./scenario.ts";
import type { SideName } from "./sides.ts";
import { type Stage, startStage } from "./stage/stage.ts";

/** Where the naive side answers rudely in each run; of the others a machine's mood decides (README.md says why). */
const naiveFails = [
  "primary-killed",
  "primary-silent",
  "connection-limit",
  "credentials-rotated",
  "lost-commit",
  "database-away",
  "sigterm",
  "rolling",
  "disk-full",
];

/**
 * WHY patient: beside other tests, how slow the slowest are and how soon it heals say what else the machine does. The whole lab
 * asks for it, on a machine of its own.
 */
const patience = { slower: Number.POSITIVE_INFINITY, recoveryMs: 5_000 };
const played = faults.map((fault) => ({ ...fault, tolerance: { ...fault.tolerance, ...patience } }));

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.remove(), 60_000);

describe("the promises of the API", () => {
  it.each(played.map((fault) => [fault.name, fault] as const))(
    "hold: %s",
    async (name, fault) => {
      const why = fault.impossible?.(stage);
      if (why !== undefined) {
        console.warn(`${name} is left out: ${why}`);
        return;
      }
      const report = await playFault(fault, stage, true);
      await recover(stage, report);
      const side = (wanted: SideName) => report.sides.find((one) => one.side === wanted) as SideReport;
      const ours = side("ours");
      const { broken, errors, cut, recoveryMs, settledMs, p99, late } = ours;
      const seen = { errors, cut, recoveryMs, settledMs, p99, late };
      expect({ broken, ...seen }).toEqual({ broken: [], ...seen });
      expect(ours.acknowledged).toBeGreaterThan(20);
      expect(ours.requests).toBeGreaterThan(50);
      // The same fault, at the same time, to the same as it is usually written: a test that it passes too would be none.
      const naive = side("naive").broken.filter((what) => what.includes("failures other than 503"));
      expect(naive.length > 0 || !naiveFails.includes(name)).toBe(true);
      // What was in flight on the killed process was cut: else the promise that nothing else was would be about nothing.
      expect(ours.cut.writes > 0).toBe(name === "kill-9");
    },
    120_000,
  );
});
