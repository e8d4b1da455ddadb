import type { Construct } from "constructs";

/** One mistake in what a user wrote, complete enough to be mended without reading our source. */
export interface Problem {
  /** The property as the user wrote it, for example `retention.days`. */
  readonly property: string;
  readonly got: unknown;
  /** The values that would have been accepted, in words. */
  readonly allowed: string;
  /** What to change, as an instruction. */
  readonly fix: string;
}

/** One line for people: path, value, what is allowed, what to do. */
export function report({ property, got, allowed, fix }: Problem): string {
  return `${property} is ${got === undefined ? "missing" : JSON.stringify(got)}; allowed: ${allowed}. ${fix}`;
}

/**
 * Has synthesis refuse `problems` together with those of every other construct.
 *
 * WHY: a constructor that throws shows one mistake at a time; validations are collected over the whole tree.
 */
export function check(construct: Construct, problems: readonly Problem[]): void {
  construct.node.addValidation({ validate: () => problems.map(report) });
}
