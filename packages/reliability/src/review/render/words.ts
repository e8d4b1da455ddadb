import { plain } from "../../text/plain.ts";
import { shortened, shortenedPair } from "../../text/shorten.ts";
import type { Finding, ReviewedChange } from "../finding.ts";
import { type Kind, kinds, titles } from "../kinds.ts";
import { type Shown, shownText } from "../masking/shown.ts";
import type { Review } from "../review.ts";

// Sentences and texts that every output has in common. Nothing is escaped for one here, but all is in one line and to be seen.

/** Findings that belong together: one rule, one reason. */
export interface Group {
  readonly kind: Kind;
  readonly rule: string;
  readonly why: string;
  readonly findings: readonly Finding[];
}

/** In the order of the review: by kind, then by rule. */
export function groupsOf(findings: readonly Finding[]): Group[] {
  const groups = Map.groupBy(findings, ({ kind, rule, why }) => JSON.stringify([kind, rule, why]));
  const found = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ kind: first.kind, rule: first.rule, why: first.why, findings: group }];
  });
  return found.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
}

/** How many of each kind, the worst first: `data loss (3), outage (1)`. Empty for none. */
export function countsText(findings: readonly Pick<Finding, "kind">[]): string {
  return kinds
    .map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${titles[kind].toLowerCase()} (${count})`)
    .join(", ");
}

/** A value as people read it: texts in quotes. */
export function valueText(shown: Shown): string {
  return plain(shown.state === "value" ? JSON.stringify(shown.value) : shownText(shown));
}

/** Before and after, short enough to stand in a line, and different to be seen. Undefined where there was and is nothing. */
export function changeText(
  { before, after }: Pick<Finding, "before" | "after">,
  width: number,
): readonly [string, string] | undefined {
  if (before.state === "absent" && after.state === "absent") return undefined;
  return shortenedPair(valueText(before), valueText(after), width);
}

const verbs: Readonly<Record<ReviewedChange["action"], string>> = {
  "no-op": "stays",
  create: "is made",
  read: "is read",
  update: "is changed",
  delete: "is deleted",
  replace: "is replaced",
  forget: "is forgotten",
};

export function verb({ action }: Pick<ReviewedChange, "action">): string {
  return verbs[action];
}

/** Changes in which nothing is known to be wrong, and nothing is left open. */
export function harmlessOf({ changes, undecided }: Review): readonly ReviewedChange[] {
  const open = new Set(undecided.map(({ stack, address }) => `${stack} ${address}`));
  return changes.filter(
    ({ kind, stack, address, outside }) => kind === "harmless" && !outside && !open.has(`${stack} ${address}`),
  );
}

/** By what happens and to which type: `4 aws_subnet are made`. */
export function summed(changes: readonly ReviewedChange[], written: (type: string) => string = plain): string[] {
  const groups = Map.groupBy(changes, ({ action, type }) => `${action} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const moved = group.length > 1 ? verb(first).replace(/^is /, "are ") : verb(first);
    return [
      `${group.length} ${written(first.type)} ${first.action === "no-op" ? (first.imported ? "imported" : "moved") : moved}`,
    ];
  });
}

export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : things}`;
}

export function shortText(text: string, width: number): string {
  return shortened(plain(text), width);
}
