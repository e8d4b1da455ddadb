import { pageLimit, pagesOf } from "./github/pages.ts";
import type { Planned, Summary } from "./plans/files.ts";

/**
 * What a person is told of a plan, as pages that GitHub takes: a table of all stacks, then the pages of the review. The table is always
 * there, however long the review is: what was not planned is nowhere else.
 *
 * @param note said before the table. @default nothing
 */
export function reportOf(
  { environment, commit, stacks, refused }: Summary,
  review: readonly string[],
  note = "",
): string[] {
  const title = `## ${environment} at \`${commit.slice(0, 12)}\`\n\n`;
  const head = `${title}${note}${refused === undefined ? "" : caution(refused)}`;
  const tables = tablesOf(stacks.map(rowOf), head, title);
  const changes = stacks.some(({ is }) => is === "changes");
  const reviewed = changes ? review.flatMap((page) => pagesOf(page)) : [];
  const [table = "", first = ""] = [tables.at(-1), reviewed[0]];
  const together = `${table}\n${first}`;
  return together.length <= pageLimit
    ? [...tables.slice(0, -1), together, ...reviewed.slice(1)]
    : [...tables, ...reviewed];
}

/** Rows as tables, one for each page that they need. */
function tablesOf(rows: readonly string[], head: string, title: string): string[] {
  const pages = pagesOf(head);
  const top = "| stack | |\n| --- | --- |\n";
  const last = pages.pop() ?? "";
  const fits = last.length + top.length + (rows[0]?.length ?? 0) <= pageLimit;
  if (!fits) pages.push(last);
  let page = `${fits ? last : title}${top}`;
  for (const row of rows) {
    if (page.length + row.length > pageLimit) {
      pages.push(page);
      page = `${title}${top}`;
    }
    page += row;
  }
  return [...pages, page];
}

const said = {
  changes: "changes, reviewed below",
  unchanged: "nothing to do",
  waiting: "**not planned, so not reviewed**",
  failed: "**failed, so not reviewed**",
} as const;

const rowOf = ({ stack, is, why }: Planned) =>
  `| \`${stack.replaceAll(/[|`\s]/g, " ").slice(0, 200)}\` | ${said[is]}${why === undefined ? "" : `: ${oneLine(why)}`} |\n`;

/** WHY indented: nothing in it can end that, as it could a fence. A return alone begins a line, too. */
export const indented = (words: string) =>
  words
    .split(/\r\n?|\n/)
    .map((line) => `    ${line}\n`)
    .join("");

const caution = (words: string) =>
  `> [!CAUTION]\n> Refused: this must not be applied to what is deployed.\n\n${indented(words)}\n`;

/** The first line, without what Markdown or HTML would make of it. */
const oneLine = (text: string) => (text.split("\n")[0] ?? "").replaceAll(/[|`<>@*_[\]]/g, " ").slice(0, 200);

/**
 * What an issue says of an environment that was planned as it is deployed; undefined where it is what the code says.
 *
 * WHY apart: what could not be planned is not known to differ, and not known to be the same.
 */
export function driftOf({
  environment,
  stacks,
}: Summary): { readonly title: string; readonly note: string } | undefined {
  const count = (is: Planned["is"], one: string, many: string) => {
    const { length } = stacks.filter((stack) => stack.is === is);
    return length === 0 ? [] : [`${length} ${length === 1 ? one : many}`];
  };
  const drifted = count("changes", "stack is not what the code says", "stacks are not what the code says");
  const unknown = [
    ...count("failed", "could not be planned", "could not be planned"),
    ...count("waiting", "waits for another one, or for an image", "wait for another one, or for an image"),
  ];
  if (drifted.length + unknown.length === 0) return undefined;
  const title =
    drifted.length > 0
      ? `${environment} is not what the code says`
      : `${environment}: not known whether it is what the code says`;
  const rest = unknown.length > 0 ? " Of those it is not known whether they have drifted." : "";
  return { title, note: `${[...drifted, ...unknown].join("; ")}.${rest}` };
}

/** Digests of all plans that can be approved. */
export function approvable({ stacks, refused }: Summary): Record<string, string> {
  if (refused !== undefined) return {};
  return Object.fromEntries(
    stacks.flatMap(({ stack, is, digest }) => (is === "changes" && digest !== undefined ? [[stack, digest]] : [])),
  );
}

/** Why the plans, as a whole, cannot be approved; empty where they can. */
export function obstacles({ stacks, refused }: Summary): string[] {
  return [
    ...(refused === undefined ? [] : [`Nothing of this can be approved:\n${refused}`]),
    ...stacks.flatMap(({ stack, is, why, digest }) => {
      if (is === "failed") return [`${stack} failed: ${why}`];
      return is === "changes" && digest === undefined ? [`${stack}: its plan is incomplete or has failed`] : [];
    }),
  ];
}
