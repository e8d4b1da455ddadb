import type { Checked, Finding } from "./checkov.ts";
import { covers, type Suppression } from "./suppressions.ts";

/** A finding that a row explains. */
export interface Explained {
  readonly finding: Finding;
  readonly by: Suppression;
}

/** What becomes of Checkov's findings. */
export interface Verdict {
  readonly environment: string;
  readonly checked: Checked;
  readonly explained: readonly Explained[];
  readonly unexplained: readonly Finding[];
  /** Rows that explain what does not happen. */
  readonly stale: readonly Suppression[];
}

/** How much of an environment its plans speak of. */
export interface Extent {
  readonly environment: string;
  /**
   * Whether all stacks of the environment were checked. Of a part nothing can be said to be stale.
   *
   * @default true
   */
  readonly whole?: boolean;
  /**
   * Whether a row for all environments is stale where this one does not need it: true for the one that has everything. Another may
   * have no replica, and a row about replicas is not its business.
   *
   * @default false
   */
  readonly complete?: boolean;
}

/** Applies the suppressions to what was found. */
export function judge(checked: Checked, suppressions: readonly Suppression[], extent: Extent): Verdict {
  const { environment, whole = true, complete = false } = extent;
  const by = (finding: Finding) => suppressions.find((one) => covers(one, finding, environment));
  const concerns = ({ only, type }: Suppression) =>
    checked.types.has(type) && (only === undefined ? complete : only === environment);
  return {
    environment,
    checked,
    explained: checked.findings.flatMap((finding) => {
      const found = by(finding);
      return found === undefined ? [] : [{ finding, by: found }];
    }),
    unexplained: checked.findings.filter((finding) => by(finding) === undefined),
    stale: whole
      ? suppressions.filter(
          (one) => concerns(one) && !checked.findings.some((finding) => covers(one, finding, environment)),
        )
      : [],
  };
}

/** In words: a line of figures, then what has to be done. */
export function describeVerdict({ environment, checked, explained, unexplained, stale }: Verdict): string[] {
  return [
    `${environment}: Checkov ${checked.version}: ${checked.passed} passed, ${explained.length} failed and explained, ${unexplained.length} not explained`,
    ...unexplained.map(({ check, stack, address, title, guideline }) =>
      [`  ${check} ${stack}/${address}: ${title}`, ...(guideline === undefined ? [] : [`    ${guideline}`])].join("\n"),
    ),
    ...stale.map(
      ({ file, line, check, type }) => `  ${file}:${line}: ${check} ${type} does not happen. Delete the row.`,
    ),
    ...(unexplained.length === 0
      ? []
      : [
          "Mend what is above, or explain it: a row below `## Checkov` in the README of the module, with why and until when.",
        ]),
  ];
}
