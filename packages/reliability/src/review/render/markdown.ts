import { createHash } from "node:crypto";
import type { Cause, Finding, ReviewedChange } from "../finding.ts";
import { type Kind, kinds, meanings, titles } from "../kinds.ts";
import type { Review } from "../review.ts";
import { fitted } from "./fitted.ts";
import { code, inComment, prose } from "./markdown-escape.ts";
import { pagesOf, roomBeside, type Section } from "./pages.ts";
import { changeText, counted, countsText, type Group, groupsOf, harmlessOf, summed, verb } from "./words.ts";

export interface MarkdownOptions {
  /**
   * Most characters of a page, 1,000 at least: what GitHub takes, less what the caller puts around it.
   *
   * @default 65536, more than which GitHub refuses
   */
  readonly limit?: number;
}

/** WHY so many: a marker has up to 430, and beside it there must be room for a reason and an address. */
const least = 1000;

/** How much is said beside the risks. The first that fits is taken; risks are in each. */
const levels = ["everything", "no-differences", "summed", "counted"] as const;
type Level = (typeof levels)[number];

/**
 * A review as comments for GitHub, the risks first: nearly always one.
 *
 * No page is longer than the limit, and no risk is left out: first the harmless is summed up, then each risk is said in a line, then each by
 * its address alone; what still does not fit goes on in another page. Of a text that is too long for a page its beginning and its end are left.
 *
 * @throws RangeError for a limit below 1,000.
 */
export function toMarkdown(review: Review, { limit = 65_536 }: MarkdownOptions = {}): readonly string[] {
  if (!(limit >= least)) throw new RangeError(`limit is ${limit}; allowed: ${least} characters at least.`);
  const report = new Report(review);
  for (const level of levels) {
    if (report.least(level) > limit) continue;
    const text = report.text(level);
    if (text.length <= limit) return [text];
  }
  for (const width of [60, 24, 0]) {
    const text = `${report.head()}${report
      .shortRisks(width)
      .map(([heading, lines]) => `${heading}${lines.join("")}`)
      .join("")}${report.end("counted")}`;
    if (text.length <= limit) return [text];
  }
  const marker = report.marker();
  return pagesOf(marker, report.sections(roomBeside(marker, limit)), limit);
}

const caution = "> [!CAUTION]\n> This plan must not be approved.\n>\n";

class Report {
  readonly #review: Review;
  readonly #several: boolean;

  constructor(review: Review) {
    this.#review = review;
    this.#several = review.stacks.length > 1;
  }

  /** A length that a level has at least. WHY: what will not fit is not written to be thrown away. */
  least(level: Level): number {
    const { findings } = this.#review;
    const length = (all: readonly { readonly address: string }[]) =>
      all.reduce((sum, { address }) => sum + address.length, 0);
    const rows = findings.reduce((sum, { why }) => sum + why.length, length(findings));
    return level === "everything" || level === "no-differences" ? rows + length(harmlessOf(this.#review)) : rows;
  }

  text(level: Level): string {
    return `${this.head()}${this.#risks()}${this.end(level)}`;
  }

  /** A marker by which the comment is found again, the verdict, and why there is none. */
  head(): string {
    const problems = this.#problems();
    return [
      this.marker(),
      this.#title(),
      problems.length === 0 ? "" : `${caution}${problems.join("")}\n`,
      this.#plans(),
    ].join("");
  }

  marker(): string {
    return `${markerOf(this.#review.stacks.map(({ stack }) => stack))}\n`;
  }

  #title(): string {
    const { findings, reviewed } = this.#review;
    const found = countsText(findings);
    const title = reviewed
      ? found === ""
        ? "No known risk"
        : found
      : `Not reviewed${found === "" ? "" : `: ${found}`}`;
    return `## ${title.charAt(0).toUpperCase()}${title.slice(1)}\n\n`;
  }

  #problems(room = Number.POSITIVE_INFINITY): string[] {
    return this.#review.stacks.flatMap(({ stack, problems }) =>
      problems.map((problem) => `> - ${fitted(stack, code, room * 0.2)}: ${fitted(problem, prose, room * 0.3)}\n`),
    );
  }

  #plans(room = Number.POSITIVE_INFINITY): string {
    const { stacks } = this.#review;
    if (stacks.length === 0) return "There is no plan.\n\n";
    const words: string[] = [];
    let length = 0;
    for (const { stack, counts } of stacks.slice(0, 40)) {
      const some = Object.entries(counts).flatMap(([action, count]) => (count > 0 ? [`${count} ${action}`] : []));
      const word = `${code(stack)}: ${some.length === 0 ? "no change" : some.join(", ")}`;
      length += word.length + 3;
      if (length > room) break;
      words.push(word);
    }
    const left = stacks.length - words.length;
    if (words.length === 0) return `${counted(left, "plan")}\n\n`;
    return `${words.join(" · ")}${left > 0 ? ` · and ${left} more` : ""}\n\n`;
  }

  /** All of it in pieces of which none is longer than `room`, for as many pages as it takes. */
  sections(room: number): readonly Section[] {
    return [
      ["", [`${this.#title()}${this.#plans(room * 0.2)}`]],
      [caution, this.#problems(room)],
      ...this.shortRisks(0, room),
      ["", [this.#harmless("counted"), this.#undecided("counted")]],
      ["\n**What this review cannot see.**\n\n", this.#blindSpotLines(0).map((line) => `- ${line}\n`)],
      ["\n", this.#digestLines(room * 0.2).map((line) => `<sub>${line}</sub><br>\n`)],
    ];
  }

  #risks(): string {
    const groups = groupsOf(this.#review.findings);
    return kinds
      .map((kind) => {
        const own = groups.filter((group) => group.kind === kind);
        if (own.length === 0) return "";
        const rows = own.flatMap(({ why, findings }) => findings.map((finding) => this.#row(finding, why)));
        return `### ${titles[kind]}: ${rows.length}\n\n| What changes | Why it matters |\n| --- | --- |\n${rows.join("")}\n`;
      })
      .join("");
  }

  /** WHY two columns with short lines: code in a table does not wrap on GitHub, and a reason that has to be scrolled to is not read. */
  #row(finding: Finding, why: string): string {
    const { address, stack, attribute, cause } = finding;
    const change = changeText(finding, 40);
    const verbs = finding.kind === "drift" || finding.action === "update" ? "" : verb(finding);
    const what = [
      `${code(address)}${this.#several ? ` in ${code(stack)}` : ""}`,
      [verbs, attribute === undefined ? "" : code(attribute)].filter((text) => text !== "").join(", "),
      ...(change === undefined ? [] : valueLines(change)),
    ].filter((text) => text !== "");
    return `| ${what.join("<br>")} | ${prose(why)}${cause === undefined ? "" : `<br><em>${causeText(cause)}</em>`} |\n`;
  }

  /** Each risk in one line, the reason once for all that have it. With a width of 0, by address alone. */
  shortRisks(width: number, room = Number.POSITIVE_INFINITY): readonly Section[] {
    return groupsOf(this.#review.findings).map((group) => [
      this.#shortHeading(group, room),
      group.findings.map((finding) => this.#line(finding, width, room)),
    ]);
  }

  #shortHeading({ kind, why }: Group, room: number): string {
    return `\n**${titles[kind]}.** ${fitted(why, prose, room * 0.3)}\n\n`;
  }

  #line(finding: Finding, width: number, room: number): string {
    const change = width === 0 ? undefined : changeText(finding, width);
    const words =
      change === undefined || finding.attribute === undefined
        ? ""
        : ` ${code(finding.attribute)} ${code(change[0])} → ${code(change[1])}`;
    const stack = this.#several ? ` in ${fitted(finding.stack, code, room * 0.2)}` : "";
    return `- ${fitted(finding.address, code, room * 0.3)}${stack}${words}\n`;
  }

  /** What is not a risk, and what is not known. */
  end(level: Level): string {
    return `${this.#harmless(level)}${this.#differences(level)}${this.#undecided(level)}${this.#blindSpots(level)}${this.#digests()}`;
  }

  #harmless(level: Level): string {
    const harmless = harmlessOf(this.#review);
    if (harmless.length === 0) return "";
    const title = `${titles.harmless}: ${counted(harmless.length, "change")}`;
    if (level === "counted") return `\n${title}\n`;
    const lines =
      level === "summed" ? summed(harmless, code) : harmless.map((change) => `${code(change.address)} ${said(change)}`);
    return details(title, lines);
  }

  #differences(level: Level): string {
    const changed = this.#review.changes.filter(({ differences }) => differences.length > 0);
    if (level !== "everything" || changed.length === 0) return "";
    const lines = changed.flatMap((change) => [
      `${code(change.address)}${change.outside ? " (set outside of this code)" : ""}`,
      ...change.differences.map((difference) => {
        const [before, after] = changeText(difference, 80) ?? ["nothing", "nothing"];
        return `  - ${code(difference.attribute)}: ${code(before)} → ${code(after)}`;
      }),
    ]);
    return details("Every attribute that changes", lines);
  }

  #undecided(level: Level): string {
    const { undecided } = this.#review;
    if (undecided.length === 0) return "";
    const title = `Known only after the apply: ${counted(undecided.length, "attribute")} at which rules look`;
    if (level === "counted") return `\n${title}\n`;
    return details(
      title,
      undecided.map(
        ({ address, attribute, kind }) => `${code(address)} ${code(attribute)}: ${titles[kind].toLowerCase()}?`,
      ),
    );
  }

  #blindSpots(level: Level): string {
    const lines = this.#blindSpotLines(level === "counted" ? 0 : level === "summed" ? 10 : 50);
    return lines.length === 0 ? "" : details("What this review cannot see", lines);
  }

  /** @param most names of each */
  #blindSpotLines(most: number): string[] {
    const groups = Map.groupBy(this.#review.blindSpots, ({ what }) => what);
    return [...groups].map(([what, spots]) => {
      const names = [...new Set(spots.flatMap((spot) => spot.names))];
      const shown = names.slice(0, most).map(code).join(", ");
      const rest =
        names.length > most
          ? `${shown === "" ? "" : ", and "}${names.length - most} ${shown === "" ? "of them" : "more"}`
          : "";
      return `${prose(what)}${names.length === 0 ? "" : ` ${shown}${rest}`}`;
    });
  }

  #digests(): string {
    const lines = this.#digestLines();
    return lines.length === 0 ? "" : `\n<sub>${lines.join("<br>")}</sub>\n`;
  }

  #digestLines(room = Number.POSITIVE_INFINITY): string[] {
    const { stacks } = this.#review;
    const lines = stacks
      .slice(0, 40)
      .map(({ stack, digest }) => `${this.#several ? `${fitted(stack, code, room)} ` : ""}${code(digest.digest)}`);
    return stacks.length > 40 ? [...lines, "..."] : lines;
  }
}

/** In one line where that is short. */
function valueLines([before, after]: readonly [string, string]): string[] {
  return before.length + after.length <= 44 ? [`${code(before)} → ${code(after)}`] : [code(before), `→ ${code(after)}`];
}

/** WHY not its sentence: names of a plan are code here. */
function causeText({ attributes, follows, because }: Cause): string {
  if (attributes.length === 0) return prose(because);
  const names = attributes.map(({ attribute }) => code(attribute)).join(", ");
  return follows.length === 0
    ? `${names} cannot be changed in place.`
    : `${names} comes from ${follows.map(code).join(", ")}, which is made again.`;
}

function said(change: ReviewedChange): string {
  if (change.action !== "no-op") return verb(change);
  return change.previous === undefined ? "is imported" : `was ${code(change.previous)}`;
}

function details(title: string, lines: readonly string[]): string {
  const items = lines.map((line) => (line.startsWith("  - ") ? `${line}\n` : `- ${line}\n`)).join("");
  return `\n<details><summary>${title}</summary>\n\n${items}\n</details>\n`;
}

/** By this a comment of the same stacks is found, and replaced. */
export function markerOf(stacks: readonly string[]): string {
  const names = stacks.map(inComment).join(",");
  const short = names.length <= 400 ? names : `sha256=${createHash("sha256").update(names).digest("hex")}`;
  return `<!-- mainstay-review: ${short} -->`;
}

/** What the kinds mean, for a document. */
export function legend(): string {
  return kinds.map((kind: Kind) => `- **${titles[kind]}** (\`${kind}\`): ${meanings[kind]}\n`).join("");
}
