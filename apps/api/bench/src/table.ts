import { mkdirSync, writeFileSync } from "node:fs";

/** A table of text, the first column to the left, all others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ");
  return [head, ...rows].map(line).join("\n");
}

/** Keeps all figures of a run as JSON in `.results`. */
export function keep(name: string, report: unknown): void {
  mkdirSync(".results", { recursive: true });
  writeFileSync(`.results/${name}.json`, JSON.stringify(report, null, 2));
}
