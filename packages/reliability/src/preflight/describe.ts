import type { Json } from "../read/json.ts";
import { wrap } from "../text/wrap.ts";
import type { PreflightFinding, UnknownValue } from "./finding.ts";
import type { Preflight } from "./preflight.ts";

export interface DescribeOptions {
  /**
   * Columns of the terminal.
   *
   * @default 80
   */
  readonly width?: number;

  /**
   * What a user writes, by what it becomes: `{ "aws_db_instance.database_instance/multi_az": "database.availability" }`. The key is
   * an address, or an address and an argument; `*` stands for anything. The first that fits is named.
   *
   * @default none: addresses only
   */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Findings as text for a terminal. Empty where there are none, and nothing is unknown. */
export function describe({ findings, unknown }: Preflight, options: DescribeOptions = {}): string {
  const { width = 80, properties = {} } = options;
  const own = findings.filter((finding) => rootOf(finding, findings) === finding);
  const following = (finding: PreflightFinding) =>
    findings.filter((other) => other !== finding && rootOf(other, findings) === finding);
  const section = (severity: PreflightFinding["severity"], title: (count: number) => string) => {
    const chosen = own.filter((finding) => finding.severity === severity);
    if (chosen.length === 0) return [];
    return [
      ...wrap(title(chosen.length), width, ""),
      "",
      ...chosen.flatMap((finding) => [...lines(finding, following(finding), width, properties), ""]),
    ];
  };
  return [
    ...section(
      "refuse",
      (count) => `Refused: ${count === 1 ? "1 change" : `${count} changes`} that must not be deployed.`,
    ),
    ...section("warn", (count) => `${count === 1 ? "1 change" : `${count} changes`} to know about.`),
    ...unknownLines(unknown, width),
  ]
    .join("\n")
    .trimEnd();
}

/** The finding that this one follows from in the end; itself where it follows none that is said. */
function rootOf(finding: PreflightFinding, all: readonly PreflightFinding[]): PreflightFinding {
  const seen = [finding];
  for (const current of seen) {
    const { cause } = current;
    const next = all.find(({ stack, address }) => stack === cause?.stack && address === cause.address);
    if (next === undefined) return current;
    if (seen.includes(next)) return next;
    seen.push(next);
  }
  return finding;
}

function lines(
  finding: PreflightFinding,
  following: readonly PreflightFinding[],
  width: number,
  properties: Readonly<Record<string, string>>,
): string[] {
  const { stack, address, attribute, before, after, why, fix } = finding;
  const property = propertyOf(finding, properties);
  const change =
    attribute === undefined || (before === undefined && after === undefined)
      ? undefined
      : `${attribute}: ${shown(before)} -> ${shown(after)}`;
  return [
    ...wrap(`${address}${stack === address ? "" : ` (${stack})`}`, width, "  "),
    ...(change === undefined ? [] : wrap(change, width, "    ")),
    ...(property === undefined ? [] : wrap(`written as: ${property}`, width, "    ")),
    ...wrap(why, width, "    "),
    ...(following.length === 0 ? [] : wrap(`With it ${inWords(following)}.`, width, "    ")),
    ...wrap(`Fix: ${fix}`, width, "    "),
  ];
}

function inWords(following: readonly PreflightFinding[]): string {
  const named = following.slice(0, 3).map(({ address }) => address);
  const more = following.length - named.length;
  const verb = following.length === 1 ? "goes" : "go";
  return `${verb} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function unknownLines(unknown: readonly UnknownValue[], width: number): string[] {
  if (unknown.length === 0) return [];
  const count = unknown.length === 1 ? "1 value is" : `${unknown.length} values are`;
  return [
    ...wrap(
      `${count} known only when Terraform plans; a change of ${unknown.length === 1 ? "it" : "one"} would replace the resource:`,
      width,
      "",
    ),
    ...unknown.flatMap(({ address, attribute }) => wrap(`${address}: ${attribute}`, width, "  ")),
  ];
}

function propertyOf(
  { address, attribute }: PreflightFinding,
  properties: Readonly<Record<string, string>>,
): string | undefined {
  const names = attribute === undefined ? [address] : [`${address}/${attribute}`, address];
  const found = Object.entries(properties).find(([pattern]) => names.some((name) => matches(pattern, name)));
  return found?.[1];
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

/** One line, however long the value is. */
function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // Long values, ARNs above all, differ at their ends.
  return text.length > 60 ? `${text.slice(0, 28)}...${text.slice(-29)}` : text;
}
