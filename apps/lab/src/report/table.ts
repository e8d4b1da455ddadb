import { type FaultReport, type LabRun, type SideReport, seconds } from "./report.ts";

/** A terminal is at least so wide. */
const width = 80;

/** A column of a table; the first two of each say which fault, and which side. */
interface Column {
  readonly title: string;
  readonly cell: (side: SideReport) => string;
}

const seen: readonly Column[] = [
  { title: "failed", cell: (it) => `${it.failedSeconds.toFixed(1)} s` },
  { title: "reads", cell: (it) => String(it.failedReads) },
  { title: "changes", cell: (it) => String(it.failedWrites) },
  { title: "stale", cell: (it) => String(it.stale) },
  { title: "recovery", cell: recovery },
  { title: "p99", cell: (it) => durationOf(it.p99.during) },
];

const kept: readonly Column[] = [
  { title: "lost", cell: (it) => String(it.lost) },
  { title: "twice", cell: (it) => String(it.doubled) },
  { title: "hollow", cell: (it) => String(it.hollow) },
  { title: "memory", cell: (it) => `${Math.round(it.memory)} MiB` },
];

/** For a terminal of 80 columns: what users saw, then what was kept, what it took, and why requests failed. */
export function tableOf(reports: readonly FaultReport[]): string {
  const errors = "errors by kind";
  const rows = rowsOf(reports, kept);
  const before = textOf(
    ["fault", "side", ...kept.map(({ title }) => title)],
    rows.map(({ cells }) => cells),
  );
  const indent = Math.max(...before.map((line) => line.length)) + 2;
  const why = rows.map(({ side }) => wrapped(errorsOf(side), width - indent));
  const second = before.flatMap((line, index) => {
    const [first = "", ...more] = index === 0 ? [errors] : (why[index - 1] ?? []);
    return [`${line.padEnd(indent)}${first}`.trimEnd(), ...more.map((rest) => " ".repeat(indent) + rest)];
  });
  return [
    "Seconds with a failure, failed reads and changes, readings from memory, time",
    "until a change succeeds, the slowest hundredth during the fault:",
    "",
    ...textOf(
      ["fault", "side", ...seen.map(({ title }) => title)],
      rowsOf(reports, seen).map(({ cells }) => cells),
    ),
    "",
    "Acknowledged writes lost, writes done twice, documents without their file,",
    "memory of the larger process, and why requests failed:",
    "",
    ...second,
  ].join("\n");
}

/** For a README: one run in a sentence, and all of its figures. */
export function markdownOf(run: LabRun): string {
  const columns: readonly Column[] = [
    { title: "seconds with a failure", cell: (it) => it.failedSeconds.toFixed(1) },
    { title: "failed reads", cell: (it) => String(it.failedReads) },
    { title: "failed changes", cell: (it) => String(it.failedWrites) },
    { title: "errors by kind", cell: (it) => errorsOf(it).join(", ") },
    { title: "read from memory", cell: (it) => String(it.stale) },
    { title: "lost", cell: (it) => String(it.lost) },
    { title: "done twice", cell: (it) => String(it.doubled) },
    { title: "without file", cell: (it) => String(it.hollow) },
    { title: "until a change succeeds", cell: recovery },
    { title: "p99 before", cell: (it) => durationOf(it.p99.before) },
    { title: "p99 during", cell: (it) => durationOf(it.p99.during) },
    { title: "memory", cell: (it) => `${Math.round(it.memory)} MiB` },
  ];
  const rows = [
    ["fault", "side", ...columns.map(({ title }) => title)],
    ...rowsOf(run.faults, columns).map(({ cells }) => cells),
  ];
  const widths = widthsOf(rows);
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const [header = "", ...body] = rows.map((row) => line(row));
  return [sentenceOf(run), "", header, line(widths.map((it) => "-".repeat(it))), ...body].join("\n");
}

/** What did not hold, in words; empty where all did. */
export function verdictOf(reports: readonly FaultReport[]): string[] {
  return reports.flatMap(({ fault, sides }) =>
    sides.filter(({ side }) => side === "ours").flatMap(({ broken }) => broken.map((what) => `${fault}: ${what}`)),
  );
}

/** `503` has Retry-After, which the load calls `busy`; a `plain 503` has not. */
function errorsOf({ errors }: SideReport): string[] {
  const words: Readonly<Record<string, string>> = { busy: "503", "HTTP 503": "plain 503" };
  return Object.entries(errors)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count} x ${words[kind] ?? kind.replace("HTTP ", "")}`);
}

/** Of ours, in all faults together. */
function sentenceOf({ command, at, cores, node, rate, faults }: LabRun): string {
  const ours = faults.flatMap(({ sides }) => sides.filter(({ side }) => side === "ours"));
  const sum = (figure: (side: SideReport) => number) => ours.reduce((total, it) => total + figure(it), 0);
  const grouped = (count: number) => count.toLocaleString("en");
  const broken = verdictOf(faults);
  return [
    `One run of \`${command}\`, ${at.slice(0, 10)}, ${cores} cores, Node ${node},`,
    `${rate} requests a second to each side. Ours was asked ${grouped(sum((it) => it.requests))} times since the faults began;`,
    `of ${grouped(sum((it) => it.acknowledged))} acknowledged changes ${sum((it) => it.lost)} were lost and`,
    `${sum((it) => it.doubled)} done twice; its larger process took ${Math.round(Math.max(0, ...ours.map((it) => it.memory)))} MiB at most.`,
    broken.length === 0 ? "Every promise held." : `Promises that did not hold: ${broken.join("; ")}.`,
  ].join(" ");
}

function rowsOf(reports: readonly FaultReport[], columns: readonly Column[]) {
  return reports.flatMap(({ fault, sides }) =>
    sides.map((side) => ({ side, cells: [fault, side.side, ...columns.map(({ cell }) => cell(side))] })),
  );
}

/** Lines with their cells below each other, names to the left and figures to the right. */
function textOf(header: readonly string[], body: readonly (readonly string[])[]): string[] {
  const rows = [header, ...body];
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

/** As many on a line as it has room for. */
function wrapped(words: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const part = index < words.length - 1 ? `${word},` : word;
    const longer = lines.length === 0 ? part : `${lines.at(-1)} ${part}`;
    if (lines.length === 0 || longer.length > room) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function recovery({ recoveryMs }: SideReport): string {
  return recoveryMs === undefined ? "never" : durationOf(recoveryMs);
}

function durationOf(ms: number): string {
  if (Number.isNaN(ms)) return "-";
  return Math.round(ms) < 1000 ? `${Math.round(ms)} ms` : `${seconds(ms)} s`;
}
