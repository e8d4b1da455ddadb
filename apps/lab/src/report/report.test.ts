import { describe, expect, it } from "@jest/globals";
import { freePort } from "@mainstay/mysql-resilience/testing";
import fc from "fast-check";
import { faults } from "../faults/index.ts";
import { createClient } from "../load/client.ts";
import type { Sample } from "../load/sample.ts";
import { outcomeOf, outcomeOfError } from "../load/sample.ts";
import { readOptions, usage } from "../options.ts";
import { balancerConfig } from "../stage/balancer.ts";
import { figuresOf, quantile } from "./figures.ts";
import { brokenPromises } from "./report.ts";

const sample = (at: number, change: Partial<Sample> = {}): Sample => ({
  operation: "create",
  at,
  late: 0,
  ms: 10,
  outcome: "fine",
  ...change,
});
const moments = { injected: 1000, healed: 2000 };
const held = {
  lost: 0,
  doubled: 0,
  hollow: 0,
  rude: 0,
  cut: { reads: 0, writes: 0 },
  failedReads: 0,
  failedWrites: 5,
  recoveryMs: 300,
  settledMs: 400,
  p99: { before: 10, during: 20, after: 10 },
  late: 5,
  memory: 200,
};

describe("the figures", () => {
  it("count what users saw since the fault began", () => {
    const figures = figuresOf(
      [
        sample(0, { outcome: "HTTP 500" }),
        sample(1000, { outcome: "busy" }),
        sample(1050, { outcome: "busy" }),
        sample(1100, { outcome: "ECONNRESET", operation: "read" }),
        sample(1500, { outcome: "stale", operation: "list" }),
        sample(1990, { ms: 100 }),
        sample(2100, { outcome: "busy" }),
        sample(2200, { ms: 50 }),
      ],
      moments,
    );
    expect(figures).toMatchObject({
      requests: 7,
      failedSeconds: 0.3,
      failedReads: 1,
      failedWrites: 3,
      stale: 1,
      rude: 1,
      errors: { busy: 3, ECONNRESET: 1 },
      // The one that was sent before is no sign of recovery.
      recoveryMs: 250,
      settledMs: 110,
    });
  });

  it("leave out what was sent when the fault was over for this side", () => {
    const late = sample(9000, { outcome: "HTTP 500" });
    expect(figuresOf([sample(2100), late], { ...moments, finished: 9000 })).toMatchObject({ requests: 1, rude: 0 });
    expect(figuresOf([sample(2100), late], moments)).toMatchObject({ requests: 2, rude: 1 });
  });

  it("leave uploads that are sent slowly out of the slowest hundredth, and count them otherwise", () => {
    const slow = [sample(1500, { operation: "slow upload", ms: 8000 }), sample(1510), sample(1600, { ms: 20 })];
    expect(figuresOf(slow, moments)).toMatchObject({ requests: 3, p99: { during: 20 } });
    const cut = [sample(1500, { operation: "slow upload", outcome: "HTTP 502" })];
    expect(figuresOf(cut, { ...moments, gone: 1600 })).toMatchObject({ failedWrites: 1, cut: { writes: 1 } });
  });

  it("know when nothing succeeded any more", () => {
    expect(figuresOf([sample(2500, { outcome: "HTTP 500" })], moments).recoveryMs).toBeUndefined();
  });

  it("tell what was sent before a process was gone, and was cut, from what was sent later", () => {
    const cut = { operation: "read", outcome: "HTTP 502", ms: 500 } as const;
    const killed = { ...moments, gone: 1100 };
    expect(figuresOf([sample(800, cut), sample(1099, { outcome: "ECONNRESET" })], killed)).toMatchObject({
      rude: 2,
      cut: { reads: 1, writes: 1 },
    });
    // Sent later; answered by a process that lives; and no process was killed.
    expect(figuresOf([sample(1100, cut)], killed)).toMatchObject({ rude: 1, cut: { reads: 0 } });
    expect(figuresOf([sample(800, { ...cut, outcome: "HTTP 500" })], killed)).toMatchObject({ cut: { reads: 0 } });
    expect(figuresOf([sample(800, { ...cut, outcome: "ETIMEDOUT" })], killed)).toMatchObject({ cut: { reads: 0 } });
    expect(figuresOf([sample(800, cut)], moments)).toMatchObject({ rude: 1, cut: { reads: 0 } });
  });

  it("call cut only what failed otherwise than politely, whenever it was sent", () => {
    const outcomes = fc.constantFrom("fine", "stale", "busy", "HTTP 500", "HTTP 502", "ECONNRESET", "ETIMEDOUT");
    const anySample = fc.record({
      at: fc.integer({ min: 0, max: 3000 }),
      ms: fc.integer({ min: 0, max: 3000 }),
      outcome: outcomes,
      operation: fc.constantFrom("read" as const, "create" as const),
    });
    fc.assert(
      fc.property(fc.array(anySample), fc.integer({ min: 1000, max: 2000 }), (all, gone) => {
        const samples = all.map(({ at, ...rest }) => sample(at, rest));
        const { cut, rude, failedReads, failedWrites } = figuresOf(samples, { ...moments, gone });
        expect(cut.reads + cut.writes).toBeLessThanOrEqual(rude);
        expect(cut.reads).toBeLessThanOrEqual(failedReads);
        expect(cut.writes).toBeLessThanOrEqual(failedWrites);
        const later = samples.filter(({ at }) => at >= gone);
        expect(figuresOf(later, { ...moments, gone }).cut).toEqual({ reads: 0, writes: 0 });
      }),
    );
  });

  it("have quantiles that are one of the values, and not below their share", () => {
    const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const found = quantile(all, share);
        expect(all).toContain(found);
        expect(all.filter((value) => value <= found).length / all.length).toBeGreaterThanOrEqual(share);
      }),
    );
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("the promises", () => {
  it("are not judged by their time where the machine was too busy to send in time", () => {
    const slow = { ...held, p99: { before: 10, during: 2000, after: 10 } };
    expect(brokenPromises(slow, { slower: 3 })).toHaveLength(1);
    expect(brokenPromises({ ...slow, late: 200 }, { slower: 3 })).toEqual([]);
  });

  it("do not count what was refused politely where the machine was too busy to send in time", () => {
    const refused = { ...held, failedWrites: 5 };
    expect(brokenPromises(refused, { refusedWrites: false })).toEqual(["5 writes failed"]);
    expect(brokenPromises({ ...refused, late: 200 }, { refusedWrites: false })).toEqual([]);
    const rude = { ...refused, late: 200, rude: 1 };
    expect(brokenPromises(rude, { refusedWrites: false })).toEqual([
      "1 failures other than 503 with Retry-After",
      "5 writes failed",
    ]);
  });

  it("hold where changes were refused politely, for a while", () => {
    expect(brokenPromises(held)).toEqual([]);
  });

  it("hold where only what was in flight on a killed process was cut", () => {
    const cut = { ...held, rude: 5, failedReads: 2, failedWrites: 3, cut: { reads: 2, writes: 3 } };
    expect(brokenPromises(cut, { cutInFlight: true, refusedWrites: false })).toEqual([]);
    expect(brokenPromises(cut)).toEqual(["5 failures other than 503 with Retry-After", "2 reads failed"]);
  });

  it.each([
    [{ lost: 1 }, {}, "1 acknowledged writes lost"],
    [{ doubled: 2 }, {}, "2 writes applied twice"],
    [{ hollow: 1 }, {}, "1 documents without their file"],
    [{ rude: 1 }, {}, "1 failures other than 503 with Retry-After"],
    [
      { rude: 3, failedReads: 1, cut: { reads: 1, writes: 1 } },
      { cutInFlight: true },
      "1 failures other than 503 with Retry-After",
    ],
    [{ failedReads: 2, cut: { reads: 1, writes: 0 } }, { cutInFlight: true }, "1 reads failed"],
    [{ failedWrites: 2, cut: { reads: 0, writes: 1 } }, { cutInFlight: true, refusedWrites: false }, "1 writes failed"],
    [{ failedWrites: 1, cut: { reads: 0, writes: 1 } }, { refusedWrites: false }, "1 writes failed"],
    [{ memory: 512.6 }, {}, "513 MiB in memory, of 512 MiB"],
    [{ memory: 101 }, { memoryMiB: 100 }, "101 MiB in memory, of 100 MiB"],
    [{ failedReads: 1 }, {}, "1 reads failed"],
    [{}, { refusedWrites: false }, "5 writes failed"],
    [{ recoveryMs: 2001 }, {}, "2.0 s until a write succeeded"],
    [{ settledMs: 5100 }, { settledMs: 5000 }, "something failed until 5.1 s after it"],
    [{ recoveryMs: undefined }, {}, "no write succeeded any more"],
    [{ p99: { before: 200, during: 601, after: 0 } }, { slower: 3 }, "the slowest hundredth took 0.6 s, 0.2 s before"],
  ])("do not hold with %j", (change, tolerance, words) => {
    expect(brokenPromises({ ...held, ...change }, tolerance)).toEqual([words]);
  });
});

describe("no answer", () => {
  it("is called by its code, wherever the error was made", async () => {
    const port = await freePort();
    const error: unknown = await createClient(port, () => "token")
      .send({ method: "GET", path: "/" })
      .catch((reason: unknown) => reason);
    expect(outcomeOfError(error)).toBe("ECONNREFUSED");
    expect(outcomeOfError(new Error("code"))).toBe("no answer");
  });
});

describe("an answer", () => {
  it.each([
    [200, {}, "fine"],
    [200, { age: "3" }, "stale"],
    [412, {}, "fine"],
    [503, { "retry-after": "1" }, "busy"],
    [503, {}, "HTTP 503"],
    [500, { "retry-after": "1" }, "HTTP 500"],
    [401, {}, "HTTP 401"],
  ])("with %i and %j is %s to who asked", (status, headers, outcome) => {
    expect(outcomeOf("update", { status, headers })).toBe(outcome);
  });
});

describe("the command", () => {
  it("takes one fault by default, those that are named, or all", () => {
    const names = faults.map(({ name }) => name);
    expect(readOptions([])).toMatchObject({ faults: ["primary-killed"], short: false, json: false });
    expect(readOptions(["spike", "--short"])).toMatchObject({ faults: ["spike"], short: true });
    expect(readOptions(["--all", "--json"])).toMatchObject({ faults: names, json: true });
    expect(readOptions(["--help"])).toBe("help");
    expect(new Set(names).size).toBe(15);
    for (const name of names) expect(usage).toContain(name);
  });

  it("refuses faults that are none, and says which there are", () => {
    expect(() => readOptions(["flood", "fire"])).toThrow(
      /^there is no fault "flood", "fire"; allowed: primary-killed, /,
    );
    expect(() => readOptions(["--everything"])).toThrow("Unknown option '--everything'");
  });
});

describe("the load balancer", () => {
  it("checks as the contract says, and repeats only what was not sent", () => {
    const config = balancerConfig(8000, [8001, 8002]);
    expect(config).toContain("option httpchk GET /health/ready");
    expect(config).toContain("default-server check inter 5s fall 2 rise 2");
    expect(config).toContain("timeout check 3s");
    expect(config).toContain("retry-on conn-failure");
    expect(config).toContain("bind 127.0.0.1:8000");
  });
});
