import type { Summary } from "./plans/files.ts";

/** GitHub's limit of a comment and an issue, in characters, less what is put around a review. */
const limit = 65_536 - 256;

/** What a person is told of a plan: which stacks, then the review. Shortened at its end, visibly, never silently. */
export function reportOf({ environment, commit, stacks }: Summary, review: string): string {
  const lines = stacks.map(
    ({ stack, is, why }) => `| \`${stack}\` | ${said[is]}${why === undefined ? "" : `: ${oneLine(why)}`} |`,
  );
  const head = `## ${environment} at \`${commit.slice(0, 12)}\`\n\n| stack | |\n| --- | --- |\n${lines.join("\n")}\n\n`;
  const changes = stacks.some(({ is }) => is === "changes");
  const text = `${head}${changes ? review : ""}`;
  if (text.length <= limit) return text;
  // WHY the review alone: it fits by itself, and never drops a risk.
  return review;
}

const said = {
  changes: "changes, reviewed below",
  unchanged: "nothing to do",
  waiting: "**not planned, so not reviewed**",
  failed: "**failed, so not reviewed**",
} as const;

/** The first line, without what Markdown or HTML would make of it. */
const oneLine = (text: string) => (text.split("\n")[0] ?? "").replaceAll(/[|`<>@*_[\]]/g, " ").slice(0, 200);

/** Digests of all plans that can be approved. */
export function approvable({ stacks }: Summary): Record<string, string> {
  return Object.fromEntries(
    stacks.flatMap(({ stack, is, digest }) => (is === "changes" && digest !== undefined ? [[stack, digest]] : [])),
  );
}

/** Why the plans, as a whole, cannot be approved; empty where they can. */
export function obstacles({ stacks }: Summary): string[] {
  return stacks.flatMap(({ stack, is, why, digest }) => {
    if (is === "failed") return [`${stack} failed: ${why}`];
    return is === "changes" && digest === undefined ? [`${stack}: its plan is incomplete or has failed`] : [];
  });
}
