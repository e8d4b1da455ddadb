import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../rehearsal/place.ts";

/** The environments that the table has a column for. */
export const columns = ["dev", "production"] as const;
export type Column = (typeof columns)[number];

const readme = join(root, "README.md");
const marks = { from: "<!-- changes: written by apps/infra/src/changes -->", to: "<!-- end of changes -->" };

/** What the README says that a change does; with UPDATE_README=1 `effect`, which is then written there. */
export function asDocumented(change: string, column: Column, effect: string): string | undefined {
  if (process.env.UPDATE_README === "1") record(change, column, effect);
  return readTable(readFileSync(readme, "utf8")).get(change)?.[columns.indexOf(column)];
}

function record(change: string, column: Column, effect: string): void {
  const text = readFileSync(readme, "utf8");
  const table = readTable(text);
  const cells = [...(table.get(change) ?? columns.map(() => ""))];
  cells[columns.indexOf(column)] = effect;
  table.set(change, cells);
  writeFileSync(readme, withTable(text, table));
}

/** Cells by the first cell of their row. */
export function readTable(markdown: string): Map<string, readonly string[]> {
  const [, section = ""] = markdown.split(marks.from);
  const [inner = ""] = section.split(marks.to);
  const rows = inner
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return new Map(rows.map(([name = "", ...cells]) => [name, cells]));
}

/** The same text with another table between the marks. */
export function withTable(markdown: string, table: ReadonlyMap<string, readonly string[]>): string {
  const start = markdown.indexOf(marks.from) + marks.from.length;
  const end = markdown.indexOf(marks.to);
  const rows = [
    ["change in the file", ...columns],
    ["---", ...columns.map(() => "---")],
    ...[...table].map(([name, cells]) => [name, ...cells]),
  ];
  const widths = [...columns, ""].map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map(
    (row, number) =>
      `| ${row.map((cell, index) => (number === 1 ? "-".repeat(widths[index] ?? 3) : cell.padEnd(widths[index] ?? 0))).join(" | ")} |`,
  );
  return `${markdown.slice(0, start)}\n\n${lines.join("\n")}\n\n${markdown.slice(end)}`;
}
