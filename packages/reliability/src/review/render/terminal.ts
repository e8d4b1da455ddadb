import { styleText } from "node:util";
import { plain } from "../../text/plain.ts";
import { wrap } from "../../text/wrap.ts";
import type { Difference, Finding } from "../finding.ts";
import { type Kind, kinds, titles } from "../kinds.ts";
import type { Review } from "../review.ts";
import { changeText, counted, countsText, type Group, groupsOf, harmlessOf, shortText, summed, verb } from "./words.ts";

export interface TerminalOptions {
  /**
   * Columns.
   *
   * @default 80
   */
  readonly width?: number;
  /** @default false */
  readonly color?: boolean;
  /**
   * Each attribute of each change, and each name of what could not be looked at.
   *
   * @default false: harmless changes are summed up
   */
  readonly all?: boolean;
}

type Style = Parameters<typeof styleText>[0];
const styles: Readonly<Record<Kind, Style>> = {
  "data-loss": ["bold", "red"],
  outage: ["bold", "red"],
  security: ["bold", "red"],
  replacement: ["bold", "yellow"],
  redundancy: ["bold", "yellow"],
  backup: ["bold", "yellow"],
  drift: ["bold", "cyan"],
  cost: ["bold", "cyan"],
  harmless: ["bold", "green"],
};
/** Names that are listed unless all are asked for. */
const few = 5;

/** A review as people read it in a terminal: the risks first. */
export function toTerminal(review: Review, options: TerminalOptions = {}): string {
  return new Terminal(review, options).text();
}

class Terminal {
  readonly #review: Review;
  readonly #width: number;
  readonly #color: boolean;
  readonly #all: boolean;

  constructor(review: Review, { width = 80, color = false, all = false }: TerminalOptions) {
    this.#review = review;
    this.#width = Math.max(40, width);
    this.#color = color;
    this.#all = all;
  }

  text(): string {
    return [
      ...this.#notReviewed(),
      ...this.#risks(),
      ...this.#harmless(),
      ...this.#undecided(),
      ...this.#blindSpots(),
      ...this.#stacks(),
    ]
      .join("\n")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trimEnd();
  }

  #notReviewed(): string[] {
    return this.#review.stacks
      .filter(({ reviewed }) => !reviewed)
      .flatMap(({ stack, problems }) => [
        ...this.#styled(["bold", "red"], wrap(`NOT REVIEWED: ${plain(stack)}`, this.#width, "")),
        ...problems.flatMap((problem) => wrap(plain(problem), this.#width, "  ")),
        "",
      ]);
  }

  #risks(): string[] {
    const { findings, reviewed, stacks } = this.#review;
    if (findings.length === 0) {
      const words =
        stacks.length === 0
          ? "There is no plan."
          : reviewed
            ? "No known risk."
            : "No known risk in what there is to see.";
      return [words, ""];
    }
    return kinds.flatMap((kind) => {
      const groups = groupsOf(findings.filter((finding) => finding.kind === kind));
      if (groups.length === 0) return [];
      const count = groups.reduce((sum, group) => sum + group.findings.length, 0);
      return [
        ...this.#styled(styles[kind], [`${titles[kind].toUpperCase()} (${count})`]),
        "",
        ...groups.flatMap((group) => this.#group(group)),
        "",
      ];
    });
  }

  #group({ why, findings }: Group): string[] {
    return [...findings.flatMap((finding) => this.#finding(finding)), ...wrap(plain(why), this.#width, "    "), ""];
  }

  #finding(finding: Finding): string[] {
    const { address, stack, action, attribute, cause } = finding;
    const place = this.#review.stacks.length > 1 ? ` (${plain(stack)})` : "";
    return [
      ...this.#styled(
        "bold",
        wrap(`${plain(address)}${place} ${finding.kind === "drift" ? "" : verb({ action })}`, this.#width, "  "),
      ),
      ...(attribute === undefined ? [] : this.#difference({ ...finding, attribute })),
      ...(cause === undefined ? [] : wrap(`Cause: ${plain(cause.because)}`, this.#width, "    ")),
    ];
  }

  #difference(difference: Difference, indent = "    "): string[] {
    const room = this.#width - indent.length - 4;
    const change = changeText(difference, Math.max(20, Math.floor(room / 2)));
    const name = shortText(difference.attribute, room);
    if (change === undefined) return [`${indent}${name}`];
    const line = `${name}: ${change[0]} -> ${change[1]}`;
    return line.length + indent.length <= this.#width
      ? [indent + line]
      : [`${indent}${name}:`, `${indent}  ${change[0]}`, `${indent}  -> ${change[1]}`];
  }

  #harmless(): string[] {
    const harmless = harmlessOf(this.#review);
    if (harmless.length === 0) return [];
    const title = `NO KNOWN RISK (${harmless.length})`;
    const lines = this.#all
      ? harmless.flatMap((change) => [
          ...wrap(
            `${plain(change.address)} ${verb(change)}${change.previous === undefined ? "" : `, before: ${plain(change.previous)}`}`,
            this.#width,
            "  ",
          ),
          ...change.differences.flatMap((difference) => this.#difference(difference)),
        ])
      : summed(harmless).flatMap((line) => wrap(line, this.#width, "  "));
    return [...this.#styled(styles.harmless, [title]), "", ...lines, ""];
  }

  #undecided(): string[] {
    const { undecided } = this.#review;
    if (undecided.length === 0) return [];
    const shown = this.#all ? undecided : undecided.slice(0, few);
    const rest = undecided.length - shown.length;
    return [
      ...this.#styled("bold", [`KNOWN ONLY AFTER THE APPLY (${undecided.length})`]),
      "",
      ...shown.flatMap(({ address, attribute, kind }) =>
        wrap(`${plain(address)} ${plain(attribute)}: ${titles[kind].toLowerCase()}?`, this.#width, "  "),
      ),
      ...(rest > 0 ? [`  and ${counted(rest, "attribute")} more at which rules look`] : []),
      "",
    ];
  }

  #blindSpots(): string[] {
    const { blindSpots } = this.#review;
    if (blindSpots.length === 0) return [];
    const groups = Map.groupBy(blindSpots, ({ what }) => what);
    return [
      ...this.#styled("bold", ["WHAT THIS REVIEW CANNOT SEE"]),
      "",
      ...[...groups].flatMap(([what, spots]) => {
        const names = [...new Set(spots.flatMap((spot) => spot.names))];
        const shown = (this.#all ? names : names.slice(0, few)).map((name) => shortText(name, 120));
        const rest = names.length - shown.length;
        return [
          ...wrap(plain(what), this.#width, "    ").map((line, index) =>
            index === 0 ? `  - ${line.trimStart()}` : line,
          ),
          ...(names.length === 0
            ? []
            : wrap(`${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`, this.#width, "    ")),
        ];
      }),
      "",
    ];
  }

  #stacks(): string[] {
    const { stacks, findings, changes } = this.#review;
    const found = countsText(findings);
    const lines = stacks.map(({ stack, digest }) => `${plain(stack)}: ${digest.digest}`);
    const verdict = `${this.#review.reviewed ? "Reviewed" : "Not reviewed"}: ${counted(stacks.length, "plan")}, ${counted(changes.filter(({ outside }) => !outside).length, "change")}, ${found === "" ? "no known risk" : found}.`;
    return [...wrap(verdict, this.#width, ""), ...lines];
  }

  #styled(style: Style, lines: readonly string[]): string[] {
    return this.#color ? lines.map((line) => styleText(style, line, { validateStream: false })) : [...lines];
  }
}
