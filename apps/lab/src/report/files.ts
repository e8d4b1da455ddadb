import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { faults } from "../faults/index.ts";
import type { LabRun } from "./report.ts";
import { svgOf } from "./svg.ts";
import { markdownOf } from "./table.ts";

/** Where reports go: ignored by git. */
export const folder = process.env.MAINSTAY_LAB_FOLDER ?? resolve(import.meta.dirname, "../../../..", ".mainstay/lab");

const names = { json: "report.json", markdown: "report.md", picture: "timeline.svg" } as const;

/** What the lab leaves of a run. Returns the JSON. */
export function writeReports(run: LabRun, into = folder): string {
  // WHY without samples: tens of thousands of them, which the picture shows.
  const text = JSON.stringify(run, (key, value: unknown) => (key === "samples" ? undefined : value), 2);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, names.json), `${text}\n`);
  writeFileSync(join(into, names.markdown), `${markdownOf(run)}\n`);
  writeFileSync(join(into, names.picture), svgOf(run.faults));
  return text;
}

export interface LastRun {
  readonly markdown: string;
  readonly picture: string;
}

/**
 * The last run, as it may be shown to everybody.
 *
 * @throws when there is none, or it was not a run of every fault at full length with both sides: says what is missing
 */
export function readReports(from = folder): LastRun {
  const read = (name: string) => readFileSync(join(from, name), "utf8");
  const run = JSON.parse(read(names.json)) as Pick<LabRun, "short" | "faults">;
  const missing = faults
    .map(({ name }) => name)
    .filter((name) => run.faults.find(({ fault }) => fault === name)?.sides.length !== 2);
  if (run.short) throw new Error(`the run in ${from} is a short one: npm run lab -- --all`);
  if (missing.length > 0) throw new Error(`the run in ${from} is without ${missing.join(", ")}: npm run lab -- --all`);
  return { markdown: read(names.markdown).trim(), picture: read(names.picture) };
}
