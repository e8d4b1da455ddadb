import { all, type Github } from "./client.ts";
import { isOwn, keepComments, markOf, type Written } from "./comment.ts";

interface Issue extends Written {
  readonly number: number;
  /** There where it is a pull request. */
  readonly pull_request?: object;
}

/**
 * Keeps one open issue as `pages` say, the first as its text and the others as comments; closes it where there is nothing to say any more.
 *
 * @returns what was done.
 */
export async function keepIssue(
  github: Github,
  what: string,
  title: string,
  pages: readonly string[] | undefined,
): Promise<"none" | "opened" | "updated" | "closed" | "kept"> {
  const mark = markOf(what);
  const open = await all<Issue>(github, "/issues?state=open");
  const own = open.find((issue) => issue.pull_request === undefined && isOwn(issue, mark));
  if (pages === undefined) {
    if (own === undefined) return "none";
    await github.ask("PATCH", `/issues/${own.number}`, { state: "closed" });
    return "closed";
  }
  const [text = "", ...more] = pages;
  const body = `${mark}\n${text}`;
  const { number } = own ?? (await github.ask<Issue>("POST", "/issues", { title, body }));
  const differs = own !== undefined && own.body !== body;
  if (differs) await github.ask("PATCH", `/issues/${number}`, { title, body });
  const changed = await keepComments(github, number, what, more, 2);
  if (own === undefined) return "opened";
  return differs || changed ? "updated" : "kept";
}
