import { all, type Github } from "./client.ts";

interface Issue {
  readonly number: number;
  readonly body?: string | null;
  /** There where it is a pull request. */
  readonly pull_request?: object;
}

/** Keeps one open issue with a mark as `text` says; closes it where there is nothing to say any more. @returns what was done. */
export async function keepIssue(
  github: Github,
  mark: string,
  title: string,
  text: string | undefined,
): Promise<"none" | "opened" | "updated" | "closed" | "kept"> {
  const open = await all<Issue>(github, "/issues?state=open");
  const own = open.find(({ body, pull_request: pull }) => pull === undefined && body?.startsWith(mark) === true);
  if (text === undefined) {
    if (own === undefined) return "none";
    await github.ask("PATCH", `/issues/${own.number}`, { state: "closed" });
    return "closed";
  }
  const body = `${mark}\n${text}`;
  if (own === undefined) {
    await github.ask("POST", "/issues", { title, body });
    return "opened";
  }
  if (own.body === body) return "kept";
  await github.ask("PATCH", `/issues/${own.number}`, { title, body });
  return "updated";
}
