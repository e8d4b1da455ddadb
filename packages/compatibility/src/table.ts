import type { Listed } from "./listed.ts";

const heading = ["variant", "file", "where", "cdktf, aws 5.100", "there", "why"];

/** The rows of the README's table of differences; a formatter aligns them. */
export function table(listed: readonly Listed[]): string[] {
  const rows = listed.map(({ variant, file, path, here, there, why }) => [
    variant,
    file,
    code(path),
    value(here),
    value(there),
    why,
  ]);
  return [heading, heading.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

/** `readme` with `rows` in the place of its table of differences. */
export function withTable(readme: string, rows: readonly string[]): string {
  const lines = readme.split("\n");
  const first = lines.findIndex((line) => line.startsWith("| variant"));
  if (first < 0) throw new Error("The README has no table that begins with a column `variant`.");
  const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
  return lines.toSpliced(first, length, ...rows).join("\n");
}

function value(text: string): string {
  return text === "absent" ? text : code(text);
}

function code(text: string): string {
  // A `|` would end the cell.
  return `\`${text.replaceAll("|", "\\|")}\``;
}
