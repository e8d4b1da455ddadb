import { Problem } from "../problem.ts";
import type { Github } from "./client.ts";

interface Environment {
  readonly protection_rules?: readonly { readonly type: string; readonly reviewers?: readonly unknown[] }[];
}

/**
 * Refuses to go on where GitHub asks nobody before a job of an environment runs.
 *
 * WHY: GitHub makes an environment that a workflow names and that is not there, without reviewers. Then nobody would have approved.
 *
 * @throws Problem that says what to set.
 * @see GitHub's REST API, "Get an environment"
 */
export async function refuseWithoutReviewers(github: Github, environment: string): Promise<void> {
  const { protection_rules: rules = [] } = await github.ask<Environment>(
    "GET",
    `/environments/${encodeURIComponent(environment)}`,
  );
  const asks = rules.some(({ type, reviewers = [] }) => type === "required_reviewers" && reviewers.length > 0);
  if (asks) return;
  throw new Problem(
    `Nothing was applied: GitHub's environment ${environment} has no required reviewers, so nobody has approved this. Settings, Environments, ${environment}: "Required reviewers"; then run the workflow again.`,
  );
}
