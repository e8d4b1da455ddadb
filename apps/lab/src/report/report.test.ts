import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { faults } from "../faults/index.ts";
import type { Sample } from "../load/sample.ts";
import { outcomeOf } from "../load/sample.ts";
import { readOptions, usage } from "../options.ts";
import { balancerConfig } from "../stage/balancer.ts";
import { figuresOf, quantile } from "./figures.ts";
import { brokenPromises, type FaultReport } from "./report.ts";
import { svgOf } from "./svg.ts";
import { markdownOf, tableOf, verdictOf } from "./table.ts";

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
  failedReads: 0,
  failedWrites: 5,
  recoveryMs: 300,
  settledMs: 400,
  p99: { before: 10, during: 20, after: 10 },
  late: 5,
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

  it("know when nothing succeeded any more", () => {
    expect(figuresOf([sample(2500, { outcome: "HTTP 500" })], moments).recoveryMs).toBeUndefined();
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

  it("hold where changes were refused politely, for a while", () => {
    expect(brokenPromises(held)).toEqual([]);
  });

  it.each([
    [{ lost: 1 }, {}, "1 acknowledged writes lost"],
    [{ doubled: 2 }, {}, "2 writes applied twice"],
    [{ hollow: 1 }, {}, "1 documents without their file"],
    [{ rude: 1 }, {}, "1 failures other than 503 with Retry-After"],
    [{ rude: 3 }, { cutRequests: 2 }, "3 failures other than 503 with Retry-After"],
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

describe("the report", () => {
  const side = {
    ...held,
    ...figuresOf([sample(1000, { outcome: "busy" })], moments),
    acknowledged: 1,
    memory: 99.6,
    moments,
    samples: [sample(100), sample(1000, { outcome: "busy" }), sample(2000, { outcome: "stale" })],
  };
  const reports: FaultReport[] = [
    {
      fault: "demoted",
      title: "Demoted <& promoted>",
      sides: [
        { ...side, side: "ours", broken: ["3 reads failed"] },
        { ...side, side: "naive", broken: ["no write succeeded any more"] },
      ],
    },
  ];

  it("has a row for each side, as text and as Markdown", () => {
    expect(tableOf(reports).split("\n")).toHaveLength(3);
    expect(tableOf(reports)).toMatch(/^demoted +ours +0\.1 s .* never .* 100 MiB$/m);
    expect(markdownOf(reports).split("\n")).toHaveLength(4);
  });

  it("judges ours alone", () => {
    expect(verdictOf(reports)).toEqual(["demoted: 3 reads failed"]);
  });

  it("has a picture that is well formed, with the fault and each outcome in its colour", () => {
    const svg = svgOf(reports);
    expect(svg).toContain("Demoted &lt;&amp; promoted>");
    expect(svg.match(/opacity="0.10"/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    for (const colour of ["#2f7d4f", "#c9a227", "#5b7fb9"]) expect(svg.split(colour).length).toBeGreaterThan(2);
  });
});

describe("the command", () => {
  it("takes one fault by default, those that are named, or all", () => {
    const names = faults.map(({ name }) => name);
    expect(readOptions([])).toMatchObject({ faults: ["primary-killed"], short: false, json: false });
    expect(readOptions(["spike", "--short"])).toMatchObject({ faults: ["spike"], short: true });
    expect(readOptions(["--all", "--json"])).toMatchObject({ faults: names, json: true });
    expect(readOptions(["--help"])).toBe("help");
    expect(new Set(names).size).toBe(14);
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
