import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { faults } from "../faults/index.ts";
import type { Sample } from "../load/sample.ts";
import { figuresOf } from "./figures.ts";
import { readReports, writeReports } from "./files.ts";
import { between } from "./readme.ts";
import type { LabRun, SideReport } from "./report.ts";
import { stepOf, svgOf } from "./svg.ts";
import { markdownOf, tableOf, verdictOf } from "./table.ts";

const sample = (at: number, outcome = "fine"): Sample => ({ operation: "create", at, late: 0, ms: 10, outcome });
const samples = [
  sample(100),
  sample(1000, "busy"),
  sample(1500, "HTTP 500"),
  sample(1600, "busy"),
  sample(2000, "stale"),
];
const moments = { injected: 1000, healed: 1900 };
const side: Omit<SideReport, "side" | "broken"> = {
  ...figuresOf(samples, moments),
  acknowledged: 1234,
  lost: 1,
  doubled: 2,
  hollow: 3,
  memory: 99.6,
  moments,
  samples,
};
const { recoveryMs: _, ...rest } = side;
const run = (names: readonly string[], change: Partial<LabRun> = {}): LabRun => ({
  command: "npm run lab -- --all",
  at: "2026-01-02T03:04:05.000Z",
  cores: 2,
  node: "24.0.0",
  rate: 40,
  short: false,
  faults: names.map((fault) => ({
    fault,
    title: "Demoted <& promoted>",
    sides: [
      { ...side, side: "ours", broken: ["3 reads failed"] },
      { ...rest, recoveryMs: undefined, side: "naive", broken: ["no write succeeded any more"] },
    ],
  })),
  ...change,
});
const demoted = run(["demoted"]);
const every = faults.map(({ name }) => name);

describe("the table", () => {
  it("has for each side what users saw, and then what was kept, with errors by kind, the most first", () => {
    const text = tableOf(demoted.faults);
    expect(text).toMatch(/^demoted {2}ours +0\.3 s +0 +3 +1 +110 ms +-$/m);
    expect(text).toMatch(/^demoted {2}naive +0\.3 s +0 +3 +1 +never +-$/m);
    expect(text).toMatch(/^demoted {2}ours +1 +2 +3 +100 MiB {2}2 x 503, 1 x 500$/m);
  });

  it("fits into a terminal, whatever there is to tell, and tells all of it", () => {
    const kinds = ["busy", "HTTP 503", "HTTP 500", "HTTP 502", "ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "no answer"];
    const errors = fc.dictionary(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 99_999 }));
    fc.assert(
      fc.property(errors, fc.constantFrom(...every), (found, name) => {
        const [fault] = run([name]).faults;
        if (fault === undefined) throw new Error("no fault");
        const much = { failedReads: 99_999, failedWrites: 99_999, stale: 99_999, recoveryMs: 19_999, memory: 1024 };
        const sides = fault.sides.map((one) => ({ ...one, ...much, failedSeconds: 120.4, errors: found }));
        const lines = tableOf([{ ...fault, sides }]).split("\n");
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
        const told = lines.join("\n").match(/\d+ x /g) ?? [];
        expect(told).toHaveLength(2 * Object.keys(found).length);
      }),
    );
  });

  it("is one in Markdown, after the run in a sentence, with ours alone judged", () => {
    const text = markdownOf(demoted);
    expect(text).toContain("`npm run lab -- --all`, 2026-01-02, 2 cores, Node 24.0.0, 40 requests a second");
    expect(text).toContain(
      "of 1,234 acknowledged changes 1 were lost and 2 done twice; its larger process took 100 MiB",
    );
    expect(text).toContain("Promises that did not hold: demoted: 3 reads failed.");
    const table = text.split("\n").slice(2);
    expect(table).toHaveLength(4);
    expect(new Set(table.map((line) => line.split("|").length)).size).toBe(1);
    expect(table[2]).toMatch(/^\| demoted \| ours {2}\| 0\.3 .* \| 2 x 503, 1 x 500 \| 1 /);
    expect(verdictOf(demoted.faults)).toEqual(["demoted: 3 reads failed"]);
  });

  it("tells 503 without Retry-After from the one with it", () => {
    const [fault] = demoted.faults;
    const sides = fault?.sides.map((one) => ({ ...one, errors: { busy: 2, "HTTP 503": 1 } })) ?? [];
    const text = markdownOf(run([], { faults: [{ fault: "demoted", title: "", sides }] }));
    expect(text).toContain("| 2 x 503, 1 x plain 503 |");
  });
});

describe("the picture", () => {
  it("is well formed, with the fault, each outcome in its colour and the seconds", () => {
    const svg = svgOf(demoted.faults);
    expect(svg).toContain("Demoted &lt;&amp; promoted>");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const [legend = "", ...lanes] = svg.split("\n").slice(5);
    expect(legend).toContain("answered");
    for (const colour of ["#2f7d4f", "#e0b13c", "#5b7fb9", "#c0392b"]) {
      expect(lanes.filter((line) => line.startsWith("<rect") && line.includes(`<path fill="${colour}"`))).toHaveLength(
        2,
      );
    }
    expect(svg).toContain(">0 s<");
    expect(svg).toContain(">-1 s<");
  });

  it("shows the fault of each side at the same place, though one was loaded later", () => {
    const late = samples.map((one) => ({ ...one, at: one.at + 700 }));
    const shifted = { ...side, side: "naive" as const, broken: [], samples: late };
    const [fault] = demoted.faults;
    const sides = [...(fault?.sides.slice(0, 1) ?? []), { ...shifted, moments: { injected: 1700, healed: 2600 } }];
    const svg = svgOf([{ fault: "demoted", title: "", sides }]);
    const faultsAt = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="39"/g)];
    expect(faultsAt).toHaveLength(2);
    expect(faultsAt[0]?.slice(1)).toEqual(faultsAt[1]?.slice(1));
  });

  it("has ten seconds at its axis, or fewer", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 6_000, noNaN: true }), (seconds) => {
        expect(seconds / stepOf(seconds)).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe("the last run", () => {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-lab-report-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is shown as it was printed, when it was the whole lab at full length", () => {
    const whole = run(every);
    writeReports(whole, folder);
    expect(readReports(folder)).toEqual({ markdown: markdownOf(whole), picture: svgOf(whole.faults) });
  });

  it.each([
    ["a short one", run(every, { short: true }), /is a short one/],
    ["of some faults", run(every.slice(2)), /is without primary-killed, primary-silent:/],
    [
      "without the naive side",
      run([], { faults: run(every).faults.map((one) => ({ ...one, sides: one.sides.slice(0, 1) })) }),
      /is without primary-killed/,
    ],
  ])("is refused when it was %s", (_name, one, words) => {
    writeReports(one, folder);
    expect(() => readReports(folder)).toThrow(words);
  });

  it("takes the place of the one before, between the marks, and of nothing else", () => {
    const [from, to] = ["<!-- lab: written by apps/lab/src/write-readme.ts -->", "<!-- end of lab -->"];
    const text = `before\n${from}\n\nold $&\n\n${to}\nafter\n`;
    const written = between(text, "new $1 $&");
    expect(written).toBe(`before\n${from}\n\nnew $1 $&\n\n${to}\nafter\n`);
    expect(between(written, "new $1 $&")).toBe(written);
    for (const wrong of ["none", from, `${to}${from}`, `${text}${text}`]) {
      expect(() => between(wrong, "new")).toThrow("a README needs, once");
    }
  });
});
