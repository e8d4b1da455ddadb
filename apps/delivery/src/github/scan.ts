import { gzipSync } from "node:zlib";
import { Problem } from "../problem.ts";
import type { Github } from "./client.ts";

interface Sarif {
  readonly runs: readonly { readonly results?: readonly { readonly suppressions?: readonly unknown[] }[] }[];
}

/** What an analysis is about. */
export interface Scan {
  /** Analyses of one category replace each other: `policy/clinic-dev`. */
  readonly category: string;
  /** The full name of what was looked at: `refs/pull/12/head`. */
  readonly ref: string;
  readonly commit: string;
}

/**
 * Gives a SARIF file to GitHub's code scanning.
 *
 * WHY without what is suppressed: GitHub does not know that part of SARIF, and would open an alert for each (github/codeql-action#1230).
 *
 * @throws Problem where the text is no SARIF, or GitHub refuses it.
 * @see GitHub's REST API, "Upload an analysis as SARIF data"
 */
export async function upload(github: Github, text: string, { category, ref, commit }: Scan): Promise<void> {
  const log = parsed(text);
  const runs = log.runs.map((run) => ({
    ...run,
    automationDetails: { id: `${category}/` },
    results: (run.results ?? []).filter(({ suppressions = [] }) => suppressions.length === 0),
  }));
  const sarif = gzipSync(JSON.stringify({ ...log, runs })).toString("base64");
  await github.ask("POST", "/code-scanning/sarifs", { commit_sha: commit, ref, sarif });
}

function parsed(text: string): Sarif {
  try {
    const log = JSON.parse(text) as Partial<Sarif> | null;
    if (Array.isArray(log?.runs)) return log as Sarif;
  } catch {
    // Said below, like every other text that is none.
  }
  throw new Problem(`This is no SARIF: ${text.slice(0, 80)}`);
}
