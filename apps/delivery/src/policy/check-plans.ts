import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  checkov,
  describeVerdict,
  judge,
  readSuppressions,
  type Suppression,
  SuppressionError,
  toSarif,
} from "@mainstay/policy";
import { root, sourceOf } from "../places.ts";
import { files, type Summary } from "../plans/files.ts";

/**
 * Asks Checkov about the plans of an environment, lets the rows of the modules' READMEs explain what it finds, and writes both as SARIF.
 *
 * @param on the day on which a row must hold: `2026-11-21`.
 * @returns what was found, line by line, and whether all of it is well: each failure explained, no row without a date, passed or stale.
 */
export async function checkPlans(
  folder: string,
  on: string,
): Promise<{ readonly lines: string[]; readonly well: boolean }> {
  const { environment, stacks }: Summary = JSON.parse(readFileSync(files.summary(folder), "utf8"));
  const { rows, refused } = rowsOn(on);
  const lines = refused.map((problem) => `  ${problem}`);
  if (refused.length > 0) lines.unshift("Rows that explain nothing:");
  const planned = stacks.map(({ stack }) => stack).filter((stack) => existsSync(files.json(folder, stack)));
  const without = stacks.filter(({ stack }) => !planned.includes(stack));
  if (without.length > 0) lines.push(`Not looked at: ${without.map(({ stack, is }) => `${stack} (${is})`).join(", ")}`);
  if (planned.length === 0) return { lines, well: refused.length === 0 };
  const checked = await checkov(root, Object.fromEntries(planned.map((stack) => [stack, files.json(folder, stack)])));
  const verdict = judge(checked, rows, { environment, whole: without.length === 0 });
  writeFileSync(files.policy(folder), toSarif(verdict, sourceOf(environment)));
  const well = refused.length === 0 && verdict.unexplained.length === 0 && verdict.stale.length === 0;
  return { lines: [...lines, ...describeVerdict(verdict)], well };
}

function rowsOn(on: string): { readonly rows: readonly Suppression[]; readonly refused: readonly string[] } {
  try {
    return { rows: readSuppressions(root, on), refused: [] };
  } catch (error) {
    if (!(error instanceof SuppressionError)) throw error;
    return { rows: error.sound, refused: error.problems };
  }
}
