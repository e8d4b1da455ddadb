import { plain } from "../../text/plain.ts";
import type { Finding } from "../finding.ts";
import { type Kind, kinds, meanings, titles } from "../kinds.ts";
import type { Review } from "../review.ts";
import { sarifFingerprints, sarifLog, sarifPlace, sarifText } from "./sarif-log.ts";
import { changeText, verb } from "./words.ts";

export interface SarifOptions {
  /**
   * The file from which a stack was planned, by its name in the review. Code scanning shows a result only where it has a file.
   *
   * @default the name of the stack
   */
  readonly files?: Readonly<Record<string, string>>;
  /** @default "0.0.0" */
  readonly version?: string;
}

const levels: Readonly<Record<Kind, "error" | "warning" | "note">> = {
  "data-loss": "error",
  outage: "error",
  security: "error",
  replacement: "warning",
  redundancy: "warning",
  backup: "warning",
  drift: "note",
  cost: "note",
  harmless: "note",
};

/** A review in SARIF 2.1.0, for code scanning. */
export function toSarif(review: Review, { files = {}, version = "0.0.0" }: SarifOptions = {}): string {
  const ids = [...new Set(review.findings.map(idOf))].toSorted();
  const byId = new Map(review.findings.map((finding) => [idOf(finding), finding]));
  const rules = ids.map((id) => ruleOf(id, byId.get(id)));
  const notifications = review.stacks.flatMap(({ stack, problems }) =>
    problems.map((problem) => ({ level: "error", message: { text: sarifText(`${stack}: ${problem}`) } })),
  );
  return sarifLog(
    { name: "mainstay review", version, rules },
    {
      invocations: [{ executionSuccessful: review.reviewed, toolExecutionNotifications: notifications }],
      results: review.findings.map((finding) => resultOf(finding, ids, files)),
    },
  );
}

/** WHY with the kind: a rule such as "deleted" is bad in several ways, and a rule has one level. */
function idOf({ kind, rule }: Finding): string {
  return `${kind}/${rule}`;
}

function ruleOf(id: string, finding: Finding | undefined): object {
  const kind = finding?.kind ?? kinds[kinds.length - 1] ?? "harmless";
  return {
    id,
    shortDescription: { text: `${titles[kind]}: ${(finding?.rule ?? "").replaceAll("-", " ")}` },
    fullDescription: { text: meanings[kind] },
    help: { text: `${meanings[kind]} Source: ${finding?.source ?? ""}` },
    defaultConfiguration: { level: levels[kind] },
    properties: { tags: [kind], ...(kind === "security" && { "security-severity": "7.0" }) },
  };
}

function resultOf(finding: Finding, ids: readonly string[], files: Readonly<Record<string, string>>): object {
  const { stack, address, attribute, why, cause, kind } = finding;
  const change = changeText(finding, 80);
  const what = `${address} ${kind === "drift" ? "has drifted" : verb(finding)}${attribute === undefined ? "" : `, ${attribute}`}${change === undefined ? "" : `: ${change[0]} -> ${change[1]}`}.`;
  const file = Object.hasOwn(files, stack) ? (files[stack] ?? stack) : stack;
  return {
    ruleId: idOf(finding),
    ruleIndex: ids.indexOf(idOf(finding)),
    level: levels[kind],
    message: { text: sarifText([what, why, ...(cause === undefined ? [] : [cause.because])].join(" ")) },
    locations: [
      {
        physicalLocation: sarifPlace(file),
        logicalLocations: [{ fullyQualifiedName: plain(`${stack}/${address}`), kind: "resource" }],
      },
    ],
    partialFingerprints: sarifFingerprints(stack, address, attribute, idOf(finding)),
  };
}
