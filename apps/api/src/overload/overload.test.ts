import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, jest } from "@jest/globals";
import { contract } from "@mainstay/contract";
import fc from "fast-check";
import { fakeDatabase, startApi } from "../testing/api.ts";
import { createAdmission, Overloaded } from "./admission.ts";
import { costs, isRefused, watchLag } from "./shed.ts";

const patience = {
  atOnce: 1,
  atLeast: 1,
  slowMs: 10_000,
  waiting: 10,
  sharing: 3,
  waitMs: 10_000,
  crowdedWaitMs: 10,
  crowdedAfterMs: 100,
  calmMs: 1_000,
};

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
        expect(admission.state()).toEqual({ running: 0, waiting: 0, limit: atOnce });
      }),
    );
  });

  it("serves a burst in order, and goes on after a failure", async () => {
    const admission = createAdmission(patience);
    const order: number[] = [];
    const work = (id: number) => async () => {
      order.push(id);
      if (id === 0) throw new Error("failed");
    };
    const results = await Promise.allSettled([0, 1, 2, 3].map((id) => admission.run(work(id))));
    expect(order).toEqual([0, 1, 2, 3]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  });

  it("lets what shares its statement begin at once, whatever else goes on, but no more of it than fits", async () => {
    const admission = createAdmission(patience);
    const gate = Promise.withResolvers<void>();
    const running = admission.run(() => gate.promise);
    const shared = [1, 2, 3].map(() => admission.share(() => gate.promise));
    await expect(admission.share(async () => undefined)).rejects.toThrow(Overloaded);
    gate.resolve();
    await Promise.all([running, ...shared]);
    await expect(admission.share(async () => "again")).resolves.toBe("again");
  });

  it("is not crowded by a queue that is always there, and quick", async () => {
    let now = 0;
    const admission = createAdmission(patience, () => now);
    const client = async () => {
      for (let turn = 0; turn < 200; turn += 1) {
        await admission.run(async () => {
          now += 2;
        });
      }
    };
    await expect(Promise.all([client(), client(), client()])).resolves.toHaveLength(3);
    expect(now).toBe(1200);
  });

  it("serves the newest first once the queue is slow and there to stay, and refuses the others soon", async () => {
    let now = 0;
    const admission = createAdmission({ ...patience, waitMs: 60_000 }, () => now);
    const order: string[] = [];
    const gates = new Map<string, () => void>();
    const work = (id: string) => async () => {
      order.push(id);
      await new Promise<void>((resolve) => gates.set(id, resolve));
    };
    const done = ["a", "b", "c"].map((id) => admission.run(work(id)));
    const finish = async (id: string) => {
      gates.get(id)?.();
      await sleep(0);
    };
    now = 50;
    await finish("a");
    expect([order, admission.crowded()]).toEqual([["a", "b"], false]);
    now = 145;
    done.push(admission.run(work("d")));
    const all = Promise.allSettled(done);
    now = 151;
    expect(admission.crowded()).toBe(true);
    await finish("b");
    expect(order).toEqual(["a", "b", "d"]);
    await expect(admission.run(async () => "late")).rejects.toThrow(Overloaded);
    // What came before it was a crowd has waited for longer than anybody does now.
    now = 170;
    await finish("d");
    const ended = await all;
    expect(ended.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(order).toEqual(["a", "b", "d"]);
    // Nothing waits any more, but many may come as they did.
    expect(admission.crowded()).toBe(true);
    now += patience.calmMs;
    expect(admission.crowded()).toBe(false);
  });
});

describe("how much goes on at a time", () => {
  const limits = { ...patience, atOnce: 8, atLeast: 2, slowMs: 50 };
  /** Work that takes `ms`, as many pieces as may go on. */
  const createLoad = () => {
    let time = 0;
    const admission = createAdmission(limits, () => time);
    const round = async (ms: number, pieces = admission.state().limit) => {
      const gate = Promise.withResolvers<void>();
      const all = Array.from({ length: pieces }, () => admission.run(() => gate.promise));
      time += ms;
      gate.resolve();
      await Promise.all(all);
    };
    return { admission, round };
  };

  it("stays between its bounds, whatever the work takes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(400), { maxLength: 30 }), async (rounds) => {
        const { admission, round } = createLoad();
        for (const ms of rounds) {
          await round(ms);
          const { limit } = admission.state();
          expect(limit).toBeGreaterThanOrEqual(limits.atLeast);
          expect(limit).toBeLessThanOrEqual(limits.atOnce);
        }
        expect(admission.state()).toMatchObject({ running: 0, waiting: 0 });
      }),
    );
  });

  it("falls when work becomes slow, and rises again when it is quick", async () => {
    const { admission, round } = createLoad();
    for (let times = 0; times < 30; times += 1) await round(5, 2);
    expect(admission.state().limit).toBe(8);
    for (let times = 0; times < 5; times += 1) await round(200);
    expect(admission.state().limit).toBe(2);
    for (let times = 0; times < 60; times += 1) await round(5);
    expect(admission.state().limit).toBe(8);
  });

  it("is as high as ever where little goes on at a time, however long that takes", async () => {
    const { admission, round } = createLoad();
    for (let times = 0; times < 20; times += 1) await round(5, 3);
    for (let times = 0; times < 10; times += 1) await round(2_000, 3);
    expect(admission.state().limit).toBe(8);
  });

  it("is as high as ever again, after a while, for work that takes longer from now on", async () => {
    const { admission, round } = createLoad();
    for (let times = 0; times < 30; times += 1) await round(5, 2);
    for (let times = 0; times < 5; times += 1) await round(200);
    expect(admission.state().limit).toBe(2);
    // A minute and a half in which it takes twelve times as long as before.
    for (let times = 0; times < 1_500; times += 1) await round(60);
    expect(admission.state().limit).toBe(8);
  });

  it("is as high as ever for work that always takes long", async () => {
    const { admission, round } = createLoad();
    for (let times = 0; times < 20; times += 1) await round(200, 2);
    for (let times = 0; times < 20; times += 1) await round(210);
    expect(admission.state().limit).toBe(8);
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

  it("knows how late it is again and again, and takes no notice of a single pause", () => {
    jest.useFakeTimers();
    let paused = 0;
    const lag = watchLag(() => performance.now() + paused);
    const after = (pause: number) => {
      paused += pause;
      jest.advanceTimersByTime(20);
      return lag.ms();
    };
    expect([120, 0, 0, 0, 0].map(after)).toEqual([0, 0, 0, 0, 0]);
    expect([120, 90, 120, 120, 120].map(after)).toEqual([0, 0, 0, 90, 90]);
    expect(after(0)).toBe(0);
    lag.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
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
