import type { Synthesis } from "../read/synthesis.ts";
import { plain } from "../text/plain.ts";
import { wrap } from "../text/wrap.ts";
import type { Audit } from "./audit.ts";
import { type AuditFinding, auditKinds } from "./finding.ts";
import type { WithoutTags } from "./tags.ts";

export interface DescribeAuditOptions {
  /**
   * Columns of the terminal.
   *
   * @default 80
   */
  readonly width?: number;

  /**
   * Each resource that carries no tag though nothing is wrong, not only how many of a type.
   *
   * @default false
   */
  readonly all?: boolean;
}

/** What an audit of `stacks` has found as text for a terminal: by stack, with what was looked at in the last lines. */
export function describeAudit(
  { findings, withoutTags, outdated }: Audit,
  stacks: readonly Synthesis[],
  { width = 80, all = false }: DescribeAuditOptions = {},
): string {
  const byStack = Map.groupBy(findings, ({ stack }) => stack);
  const found = [...byStack].flatMap(([stack, own]) => [
    plain(stack),
    "",
    ...own.flatMap((finding) => [...lines(finding, width), ""]),
  ]);
  const resources = stacks.reduce((sum, { resources: own }) => sum + own.size, 0);
  const counts = auditKinds
    .map((kind) => [findings.filter((finding) => finding.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`);
  const looked = `${counted(stacks.length, "stack")}, ${counted(resources, "resource")}`;
  const sum = counts.length === 0 ? "nothing is unused, oversized or untagged" : counts.join(", ");
  const types = [...Map.groupBy(withoutTags, inShort)];
  return [
    ...found,
    ...wrap(`${looked}: ${sum}.`, width, ""),
    ...outdated.flatMap((address) => wrap(`Accepted, and not found any more: ${plain(address)}.`, width, "")),
    ...(types.length === 0
      ? []
      : wrap(
          all ? "Without tags, though nothing is wrong:" : "Without tags, though nothing is wrong (--all names each):",
          width,
          "",
        )),
    ...(all
      ? withoutTags.flatMap(({ stack, address, what, why }) =>
          wrap(`${plain(address)} (${plain(stack)}), ${plain(what)}: ${plain(why)}`, width, "  "),
        )
      : types.flatMap(([text, own]) => wrap(`${own.length}: ${plain(text)}`, width, "  "))),
  ].join("\n");
}

function lines({ kind, address, why, fix }: AuditFinding, width: number): string[] {
  return [
    ...wrap(`${plain(address)} is ${kind}`, width, "  "),
    ...wrap(plain(why), width, "    "),
    ...wrap(`Fix: ${plain(fix)}`, width, "    "),
  ];
}

/** WHY one line for those: there are dozens of such types, and nobody can do anything about them. */
function inShort({ what, why }: WithoutTags): string {
  return what === "the resource itself" ? "resources of types that take none" : `${what}; ${why}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
