import { all, type Github } from "./client.ts";

interface Comment {
  readonly id: number;
  readonly body?: string;
}

/** A mark that no reader sees, by which a text is found again. */
export const markOf = (what: string) => `<!-- mainstay-delivery: ${what} -->`;

/** Writes a comment, or changes the one with the same mark: a pull request has one for each environment, however often it is planned. */
export async function keepComment(github: Github, pull: number, mark: string, text: string): Promise<void> {
  const comments = await all<Comment>(github, `/issues/${pull}/comments`);
  const body = `${mark}\n${text}`;
  const own = comments.find((comment) => comment.body?.startsWith(mark) === true);
  if (own === undefined) await github.ask("POST", `/issues/${pull}/comments`, { body });
  else if (own.body !== body) await github.ask("PATCH", `/issues/comments/${own.id}`, { body });
}
