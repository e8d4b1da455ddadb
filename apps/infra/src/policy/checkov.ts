import { join } from "node:path";
import { execa } from "execa";
import type { Finding } from "./suppressions.ts";

/** What Checkov said of some plans. */
export interface Verdict {
  readonly passed: number;
  readonly findings: readonly Finding[];
}

interface Report {
  readonly results?: {
    readonly passed_checks: readonly unknown[];
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
    }[];
    readonly parsing_errors: readonly string[];
  };
}

/**
 * Runs Checkov over plans, each in a file of `terraform show -json`.
 *
 * @param plans file by stack.
 * @throws where a plan could not be read: nothing was checked then, which must not look like nothing was found.
 */
export async function checkov(root: string, plans: Readonly<Record<string, string>>): Promise<Verdict> {
  const verdicts = await Promise.all(Object.entries(plans).map(([stack, file]) => checkOne(root, stack, file)));
  return {
    passed: verdicts.reduce((sum, { passed }) => sum + passed, 0),
    findings: verdicts.flatMap(({ findings }) => findings),
  };
}

async function checkOne(root: string, stack: string, file: string): Promise<Verdict> {
  const { stdout } = await execa(
    join(root, ".mainstay/checkov/bin/checkov"),
    ["-f", file, "--framework", "terraform_plan", "--skip-download", "--compact", "-o", "json"],
    // WHY: it ends with 1 where it found something, which is an answer.
    { reject: false, stdin: "ignore", env: { LOG_LEVEL: "ERROR" } },
  );
  const { results }: Report = JSON.parse(stdout);
  if (results === undefined || results.parsing_errors.length > 0 || results.passed_checks.length === 0) {
    throw new Error(`Checkov could not read the plan of ${stack}: ${stdout.slice(0, 500)}`);
  }
  return {
    passed: results.passed_checks.length,
    findings: results.failed_checks.map(({ check_id: check, check_name: title, resource: address }) => ({
      stack,
      check,
      title,
      address,
    })),
  };
}
