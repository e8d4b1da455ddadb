import { type FaultReport, seconds } from "./report.ts";

const header = [
  "fault",
  "side",
  "failed for",
  "reads failed",
  "stale",
  "writes refused",
  "errors other than 503",
  "lost",
  "twice",
  "until a write",
  "p99 during",
  "memory",
];

/** One row for each fault and side. */
export function rowsOf(reports: readonly FaultReport[]): string[][] {
  return reports.flatMap(({ fault, sides }) =>
    sides.map((it) => [
      fault,
      it.side,
      `${it.failedSeconds.toFixed(1)} s`,
      String(it.failedReads),
      String(it.stale),
      String(it.failedWrites),
      String(it.rude),
      String(it.lost + it.hollow),
      String(it.doubled),
      it.recoveryMs === undefined ? "never" : `${seconds(it.recoveryMs)} s`,
      Number.isNaN(it.p99.during) ? "-" : `${seconds(it.p99.during)} s`,
      `${Math.round(it.memory)} MiB`,
    ]),
  );
}

/** For a terminal. */
export function tableOf(reports: readonly FaultReport[]): string {
  const rows = [header, ...rowsOf(reports)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** For a README. */
export function markdownOf(reports: readonly FaultReport[]): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const rule = header.map((_, column) => (column < 2 ? "---" : "--:"));
  return [line(header), line(rule), ...rowsOf(reports).map(line)].join("\n");
}

/** What did not hold, in words; empty where all did. */
export function verdictOf(reports: readonly FaultReport[]): string[] {
  return reports.flatMap(({ fault, sides }) =>
    sides.filter(({ side }) => side === "ours").flatMap(({ broken }) => broken.map((what) => `${fault}: ${what}`)),
  );
}
