import { appendFileSync } from "node:fs";

/** Gives later jobs a value, and says it. @see GitHub, "Setting an output parameter" */
export function tellJobs(name: string, value: string, env: NodeJS.ProcessEnv): void {
  console.log(`${name}=${value}`);
  if (env.GITHUB_OUTPUT !== undefined) appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** What GitHub takes of one step, in bytes, less what is said about the rest. */
const most = 1024 * 1024 - 1024;

/**
 * Shows people pages on the page of the run, where an approval is given.
 *
 * WHY not simply all: GitHub shows nothing at all of a text that is too long. What does not fit is named, before anything else.
 *
 * @see GitHub, "Adding a job summary": 1 MiB for each step
 */
export function tellPeople(pages: readonly string[], env: NodeJS.ProcessEnv): void {
  if (env.GITHUB_STEP_SUMMARY !== undefined) appendFileSync(env.GITHUB_STEP_SUMMARY, summaryOf(pages));
}

/** Pages as one text, as many of them as GitHub shows. */
export function summaryOf(pages: readonly string[]): string {
  const shown: string[] = [];
  let size = 0;
  for (const page of pages) {
    size += Buffer.byteLength(page) + 1;
    if (size > most) break;
    shown.push(`${page}\n`);
  }
  const lacking = pages.length - shown.length;
  const note = `> [!CAUTION]\n> GitHub shows ${shown.length} of ${pages.length} pages here. The rest is in the artefact of this run: read its \`review.*.md\` before you approve.\n\n`;
  return `${lacking === 0 ? "" : note}${shown.join("")}`;
}
