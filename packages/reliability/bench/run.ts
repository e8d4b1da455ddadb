import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { forgedPlan } from "./forged-plan.ts";

// How long a review takes, from the file to the report, each in a process of its own. Ends with 1 where it takes more than promised.

interface Measured {
  readonly bytes: number;
  readonly findings: number;
  readonly readSeconds: number;
  readonly reviewSeconds: number;
  readonly renderSeconds: number;
  readonly clockSeconds: number;
  readonly cpuSeconds: number;
  readonly processSeconds: number;
  readonly mebibytes: number;
}

/** By number of changes. WHY the CPU's seconds: those of the clock say on a busy machine what its neighbours do. */
const promised = [
  { changes: 5000, cpuSeconds: 1, mebibytes: 300 },
  { changes: 50_000, cpuSeconds: 10, mebibytes: Number.POSITIVE_INFINITY },
];

const directory = mkdtempSync(join(tmpdir(), "mainstay-bench-"));
try {
  const rows = promised.map(({ changes, ...most }) => {
    const file = join(directory, "plan.json");
    writeFileSync(file, forgedPlan(changes));
    const runs = [0, 1, 2].map(
      () =>
        JSON.parse(
          execFileSync(process.execPath, [join(import.meta.dirname, "one.ts"), file], { encoding: "utf8" }),
        ) as Measured,
    );
    const [best] = runs.toSorted((one, other) => one.cpuSeconds - other.cpuSeconds);
    if (best === undefined) throw new Error("nothing was measured");
    return { changes, ...best, kept: best.cpuSeconds <= most.cpuSeconds && best.mebibytes <= most.mebibytes };
  });
  console.log(
    `${cpus().length} processors, ${loadavg()[0]?.toFixed(1)} programs that want one (load average of the last minute)`,
  );
  console.log("changes   plan MB    risks   read s review s render s  clock s    CPU s  all CPU      MiB");
  for (const row of rows) {
    const cells = [
      row.bytes / 1e6,
      row.findings,
      row.readSeconds,
      row.reviewSeconds,
      row.renderSeconds,
      row.clockSeconds,
      row.cpuSeconds,
      row.processSeconds,
      row.mebibytes,
    ];
    const digits = [1, 0, 2, 2, 2, 2, 2, 2, 0];
    console.log(
      [String(row.changes).padEnd(8), ...cells.map((cell, index) => cell.toFixed(digits[index]).padStart(8))].join(
        " ",
      ) + (row.kept ? "" : "  MORE THAN PROMISED"),
    );
  }
  mkdirSync(".results", { recursive: true });
  writeFileSync(".results/bench.json", JSON.stringify(rows, null, 2));
  process.exitCode = rows.every(({ kept }) => kept) ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true });
}
