import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import fc from "fast-check";
import { fakeDatabase, startApi } from "../testing/api.ts";
import { createAdmission, Overloaded } from "./admission.ts";
import { costs, isRefused, watchLag } from "./shed.ts";

const patience = { atOnce: 1, waiting: 10, waitMs: 10_000, crowdedWaitMs: 10, crowdedAfterMs: 100 };

describe("admission", () => {
  it("never lets more work go on than it may, and everybody is served or refused", async () => {
    const limits = fc.record({ atOnce: fc.integer({ min: 1, max: 4 }), waiting: fc.nat(6) });
    await fc.assert(
      fc.asyncProperty(limits, fc.array(fc.nat(3), { maxLength: 20 }), async ({ atOnce, waiting }, pauses) => {
        const admission = createAdmission({ ...patience, atOnce, waiting });
        let most = 0;
        const all = pauses.map((pause) =>
          admission.run(async () => {
            most = Math.max(most, admission.state().running);
            for (let turn = 0; turn < pause; turn += 1) await Promise.resolve();
          }),
        );
        const results = await Promise.allSettled(all);
        expect(most).toBeLessThanOrEqual(atOnce);
        const refused = results.filter(({ status }) => status === "rejected").length;
        expect(refused).toBe(Math.max(0, pauses.length - atOnce - waiting));
        expect(admission.state()).toEqual({ running: 0, waiting: 0 });
      }),
    );
  });

  it("serves the newest first, and goes on after a failure", async () => {
    const admission = createAdmission(patience);
    const order: number[] = [];
    const work = (id: number) => async () => {
      order.push(id);
      if (id === 0) throw new Error("failed");
    };
    const results = await Promise.allSettled([0, 1, 2, 3].map((id) => admission.run(work(id))));
    expect(order).toEqual([0, 3, 2, 1]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  });

  it("lets a burst wait, and refuses soon once the queue is there to stay", async () => {
    let now = 0;
    const admission = createAdmission({ ...patience, waitMs: 60_000 }, () => now);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = admission.run(() => promise);
    const patient = admission.run(async () => "served");
    expect(admission.crowded()).toBe(false);
    now = 101;
    expect(admission.crowded()).toBe(true);
    await expect(admission.run(async () => "late")).rejects.toThrow(Overloaded);
    resolve();
    await first;
    expect(await patient).toBe("served");
    expect(admission.crowded()).toBe(false);
  });
});

describe("a process that is late", () => {
  it("refuses what costs more before what costs less, more of it the later it is, and health checks never", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (lag, more) => {
        const refused = costs.map((cost) => isRefused(cost, lag));
        expect(refused).toEqual(refused.toSorted((a, b) => Number(a) - Number(b)));
        expect(refused[0]).toBe(false);
        const stays = costs.map((cost) => !isRefused(cost, lag) || isRefused(cost, lag + more));
        expect(stays).toEqual(costs.map(() => true));
      }),
    );
    expect(costs.map((cost) => isRefused(cost, 1.7 * contract.overload.lagMs))).toEqual([false, false, true, true]);
  });

  it("knows how late it is again and again, and takes no notice of a single pause", async () => {
    const lag = watchLag();
    const pause = () => {
      const until = performance.now() + 120;
      while (performance.now() < until);
    };
    await sleep(100);
    pause();
    await sleep(1);
    expect(lag.ms()).toBeLessThan(90);
    for (let turn = 0; turn < 5; turn += 1) {
      pause();
      await sleep(1);
    }
    expect(lag.ms()).toBeGreaterThan(90);
    while (lag.ms() > 20) await sleep(20);
    lag.stop();
  });

  it("answers 503 with the time to try again, and health checks as ever", async () => {
    const api = await startApi(fakeDatabase(), { lag: { ms: () => 1e6 } });
    const { status, headers } = await api.request("/patients/1", { as: "clinician" });
    expect([status, headers.get("retry-after")]).toEqual([503, "1"]);
    // Many of these must not fill the log.
    expect(api.lines).toMatchObject([{ level: 30, status: 503 }]);
    expect((await api.request(contract.health.livePath)).status).toBe(200);
    expect((await api.request(contract.health.readyPath)).status).toBe(200);
    await api.close();
  });
});
