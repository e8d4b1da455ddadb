import { type Json, numberAt } from "../read/json.ts";
import type { Deployed } from "../read/state.ts";
import { type Block, ignored } from "../read/synthesis.ts";
import { findingOf, type PreflightFinding } from "./finding.ts";
import { isSame, type Values } from "./values.ts";

/** One deployed resource beside what was synthesised of it, one argument at a time. */
export interface Comparison {
  readonly block: Block;
  readonly deployed: Deployed;
  /** As it is deployed. */
  readonly before: (attribute: string) => Json | undefined;
  /** As it was synthesised; undefined also where it is not known, not written or not looked at (`ignore_changes`). */
  readonly after: (attribute: string) => Json | undefined;
  /** Both, where both are numbers. */
  numbers(attribute: string): readonly [before: number, after: number] | undefined;
  /** Both, where both are text. */
  texts(attribute: string): readonly [before: string, after: string] | undefined;
  /** Written, known, and another than what is deployed. */
  changes(attribute: string): boolean;
  finding(severity: PreflightFinding["severity"], attribute: string, why: string, fix: string): PreflightFinding;
}

export function compare(block: Block, deployed: Deployed, values: Values): Comparison {
  const before = (attribute: string) => deployed.values[attribute];
  const after = (attribute: string): Json | undefined => {
    const written = block.attributes[attribute];
    if (written === undefined || ignored(block, attribute)) return undefined;
    const value = values.of(block.stack, written);
    return value.known ? value.value : undefined;
  };
  const pair = <Kind>(one: Kind | undefined, other: Kind | undefined) =>
    one === undefined || other === undefined ? undefined : ([one, other] as const);
  const text = (value: Json | undefined) => (typeof value === "string" ? value : undefined);
  return {
    block,
    deployed,
    before,
    after,
    numbers: (attribute) =>
      pair(numberAt(deployed.values, attribute), numberAt({ value: after(attribute) ?? null }, "value")),
    texts: (attribute) => pair(text(before(attribute)), text(after(attribute))),
    changes: (attribute) => after(attribute) !== undefined && !isSame(after(attribute), before(attribute)),
    finding: (severity, attribute, why, fix) =>
      findingOf(
        severity,
        block,
        { why, fix },
        { attribute, before: before(attribute), after: block.attributes[attribute] },
      ),
  };
}
