import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";

/** What Checkov objects to. */
export interface Finding {
  readonly check: string;
  /** In Checkov's words. */
  readonly title: string;
  /** Where Checkov explains it. */
  readonly guideline?: string;
  readonly address: string;
  readonly stack: string;
}

/** What Checkov said of some plans. */
export interface Checked {
  /** Of Checkov. */
  readonly version: string;
  readonly passed: number;
  readonly findings: readonly Finding[];
  /** Types of all resources that the plans speak of. */
  readonly types: ReadonlySet<string>;
}

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_abs_path: string;
  readonly guideline?: string | null;
}

interface Report {
  readonly results?: {
    readonly passed_checks: readonly Check[];
    readonly failed_checks: readonly Check[];
    readonly parsing_errors: readonly string[];
  };
  readonly summary?: { readonly checkov_version?: string };
}

/** The part of `terraform show -json` of a plan that is read here. */
interface PlanJson {
  readonly resource_changes?: readonly { readonly type: string }[];
}

/**
 * Runs Checkov over plans, each in a file of `terraform show -json`. All at once: some checks follow references.
 *
 * @param root the repository, where set-up has put Checkov.
 * @param plans absolute path of the file by stack; at least one.
 * @throws where a plan could not be read: nothing was checked then, which must not look like nothing was found.
 */
export async function checkov(root: string, plans: Readonly<Record<string, string>>): Promise<Checked> {
  const stackOf = new Map(Object.entries(plans).map(([stack, file]) => [file, stack] as const));
  const { stdout, stderr } = await execa(
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
  const { results, summary } = reportOf(stdout, stderr);
  if (results === undefined || results.parsing_errors.length > 0) {
    throw new Error(`Checkov could not read the plans: ${stdout.slice(0, 500)}`);
  }
  const { passed_checks: passed, failed_checks: failed } = results;
  const checked = new Set([...passed, ...failed].map(({ file_abs_path: file }) => file));
  const unread = [...stackOf].filter(([file]) => !checked.has(file)).map(([, stack]) => stack);
  if (unread.length > 0) throw new Error(`Checkov checked nothing of ${unread.join(", ")}.`);
  return {
    version: summary?.checkov_version ?? "unknown",
    passed: passed.length,
    findings: failed.map(
      ({ check_id: check, check_name: title, resource: address, file_abs_path: file, guideline }) => ({
        stack: stackOf.get(file) ?? file,
        check,
        title,
        address,
        ...(typeof guideline === "string" && { guideline }),
      }),
    ),
    types: typesIn([...stackOf.keys()]),
  };
}

function reportOf(stdout: string, stderr: string): Report {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`Checkov has failed: ${(stderr.trim() === "" ? stdout : stderr).trim().slice(-500)}`);
  }
}

function typesIn(files: readonly string[]): Set<string> {
  const plans = files.map((file): PlanJson => JSON.parse(readFileSync(file, "utf8")));
  return new Set(plans.flatMap(({ resource_changes: changed = [] }) => changed.map(({ type }) => type)));
}
