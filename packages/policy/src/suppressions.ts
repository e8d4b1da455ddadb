import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checkov.ts";

/** A check that a module fails on purpose, and why, and until when: a row of the table below `## Checkov` in its README. */
export interface Suppression {
  /** The README, relative to the repository. */
  readonly file: string;
  /** The row's line there, from 1. */
  readonly line: number;
  readonly check: string;
  readonly type: string;
  readonly why: string;
  /** The last day on which it holds: 2027-03-31. */
  readonly until: string;
  /** The only environment that it is for; none: it is for all. */
  readonly only?: string;
}

/** Rows that are no suppression, all of them. */
export class SuppressionError extends Error {
  readonly problems: readonly string[];
  /** The other rows. */
  readonly sound: readonly Suppression[];

  constructor(problems: readonly string[], sound: readonly Suppression[]) {
    super(
      `Refused: ${problems.length} ${problems.length === 1 ? "row" : "rows"}.\n${problems.map((one) => `  ${one}\n`).join("")}`,
    );
    this.problems = problems;
    this.sound = sound;
  }
}

/** A row lets nothing pass for longer than this, in days. */
const longest = 366;

/**
 * The suppressions of every module: READMEs of `packages/*`, `apps/*` and `terraform-state`.
 *
 * @param on the day on which they must hold, `2026-11-21`. None: the calendar is not asked, for tests that must not fail one day by themselves.
 * @throws SuppressionError with every row that has no reason, no date, or one that is passed or too far away.
 */
export function readSuppressions(root: string, on?: string): Suppression[] {
  const files = ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .toSorted()
      .map((name) => `${folder}/${name}/README.md`),
  );
  const problems: string[] = [];
  const all = [...files, "terraform-state/README.md"]
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) =>
      suppressionsIn(file, readFileSync(join(root, file), "utf8"), { problems, ...(on !== undefined && { on }) }),
    );
  if (problems.length > 0) throw new SuppressionError(problems, all);
  return all;
}

/** Where rows are looked at, and what is wrong with them is added. */
export interface Reading {
  readonly problems: string[];
  readonly on?: string;
}

/** Rows like `| CKV_AWS_378 | aws_lb_target_group | why | 2027-03-31 |` below the heading, by the names of their columns.
 * One that something is wrong with explains nothing. */
export function suppressionsIn(file: string, markdown: string, { problems, on }: Reading): Suppression[] {
  const lines = markdown.split("\n");
  const start = lines.indexOf("## Checkov");
  if (start === -1) return [];
  const end = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  const [head, ...rows] = lines
    .map((text, index) => ({ cells: cellsOf(text), line: index + 1 }))
    .slice(start + 1, end === -1 ? undefined : end)
    .filter(({ cells }) => cells.length > 0 && !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const column = (word: string) => head?.cells.findIndex((cell) => cell.startsWith(word)) ?? -1;
  const [check, type, why, until, only] = ["check", "resource", "why", "until", "only"].map(column);
  return rows.flatMap(({ cells, line }) => {
    const cell = (index = -1) => cells[index] ?? "";
    const row = { file, line, check: cell(check), type: cell(type), why: cell(why), until: cell(until) };
    const wrong = problemsOf(row, on);
    problems.push(...wrong);
    if (wrong.length > 0) return [];
    return [cell(only) === "" ? row : { ...row, only: cell(only) }];
  });
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  // WHY `\|`: that is how Markdown has one inside of a cell.
  const cells = line.trim().split(/(?<!\\)\|/);
  return cells.slice(1, -1).map((cell) => cell.trim().replaceAll("`", ""));
}

function problemsOf({ file, line, check, type, why, until }: Suppression, on: string | undefined): string[] {
  const say = (what: string) => `${file}:${line}: ${[check, type].filter((word) => word !== "").join(" ")}: ${what}`;
  const problems: string[] = [];
  if (!/^CKV2?_AWS_\d+$/.test(check))
    problems.push(say(`check is "${check}"; allowed: one of Checkov's, such as CKV_AWS_378.`));
  if (!/^aws_\w+$/.test(type))
    problems.push(say(`resource is "${type}"; allowed: a type of resource, such as aws_lb.`));
  if (why.split(" ").length < 5)
    problems.push(say(`why is "${why}"; allowed: a reason that a stranger understands, five words or more.`));
  const days = daysOf(until);
  if (days === undefined)
    problems.push(say(`until is "${until}"; allowed: the last day on which it holds, such as 2027-03-31.`));
  else if (on !== undefined) {
    const left = days - (daysOf(on) ?? Number.NaN);
    if (left < 0)
      problems.push(
        say(`until is ${until}, which has passed. Mend it, or look at the reason again and give it another date.`),
      );
    if (left > longest)
      problems.push(say(`until is ${until}; allowed: at most a year after ${on}, so that somebody looks at it again.`));
  }
  return problems;
}

/** A day of the calendar, counted; undefined for what is none, like 2027-02-30. */
export function daysOf(date: string): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) return undefined;
  return time / 86_400_000;
}

/** Whether a suppression is about a finding, in an environment. */
export function covers({ check, type, only }: Suppression, finding: Finding, environment: string): boolean {
  return finding.check === check && typeOf(finding.address) === type && (only === undefined || only === environment);
}

/** `aws_lb` of `aws_lb.main` and of `module.a["b.c"].aws_lb.main[0]`. */
function typeOf(address: string): string | undefined {
  return address.split(".").find((part) => part.startsWith("aws_"));
}
