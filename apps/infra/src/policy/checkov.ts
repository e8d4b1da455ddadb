import { join } from "node:path";
import { execa } from "execa";
import type { Finding } from "./suppressions.ts";

/** What Checkov said of some plans. */
export interface Verdict {
  readonly passed: number;
  readonly findings: readonly Finding[];
}

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_abs_path: string;
}

interface Report {
  readonly results?: {
    readonly passed_checks: readonly Check[];
    readonly failed_checks: readonly Check[];
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
  const stackOf = new Map(Object.entries(plans).map(([stack, file]) => [file, stack] as const));
  const { stdout } = await execa(
    join(root, ".mainstay/checkov/bin/checkov"),
    [
      ...[...stackOf.keys()].flatMap((file) => ["-f", file]),
      "--framework",
      "terraform_plan",
      "--skip-download",
      "--compact",
      "-o",
      "json",
    ],
    // WHY: it ends with 1 where it found something, which is an answer.
    { reject: false, stdin: "ignore", env: { LOG_LEVEL: "ERROR" } },
  );
  const { results }: Report = JSON.parse(stdout);
  if (results === undefined || results.parsing_errors.length > 0) {
    throw new Error(`Checkov could not read the plans: ${stdout.slice(0, 500)}`);
  }
  const { passed_checks: passed, failed_checks: failed } = results;
  const checked = new Set([...passed, ...failed].map(({ file_abs_path: file }) => file));
  const unread = [...stackOf].filter(([file]) => !checked.has(file)).map(([, stack]) => stack);
  if (unread.length > 0) throw new Error(`Checkov checked nothing of ${unread.join(", ")}.`);
  return {
    passed: passed.length,
    findings: failed.map(({ check_id: check, check_name: title, resource: address, file_abs_path: file }) => ({
      stack: stackOf.get(file) ?? file,
      check,
      title,
      address,
    })),
  };
}
