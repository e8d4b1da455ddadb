import { all, type Github } from "./client.ts";

interface Comment extends Written {
  readonly id: number;
}

/** A text on GitHub, and who wrote it. */
export interface Written {
  readonly body?: string | null;
  readonly user?: { readonly login: string } | null;
}

/** A mark that no reader sees, by which a text is found again. The first page of several has the name alone. */
export const markOf = (what: string, page = 1) =>
  `<!-- mainstay-delivery: ${what}${page === 1 ? "" : `, page ${page}`} -->`;

/**
 * Whether a workflow wrote a text that begins with a mark.
 *
 * WHY by its writer too: anybody may write the mark, and would be given the review to change, or keep it from being written. Nobody else
 * can have this name: GitHub allows no brackets in one.
 */
export function isOwn({ body, user }: Written, mark: string): boolean {
  return user?.login === "github-actions[bot]" && body?.startsWith(mark) === true;
}

/**
 * Writes pages as comments of a pull request or an issue, or changes those that are there: one for each page, however often it is
 * planned. Those that are needed no more are deleted.
 *
 * @param first number of the first page. @default 1
 * @returns whether anything was changed.
 */
export async function keepComments(
  github: Github,
  number: number,
  what: string,
  pages: readonly string[],
  first = 1,
): Promise<boolean> {
  const comments = await all<Comment>(github, `/issues/${number}/comments`);
  const needed = new Set<number>();
  let changed = false;
  for (const [index, text] of pages.entries()) {
    const mark = markOf(what, first + index);
    const body = `${mark}\n${text}`;
    const own = comments.find((comment) => isOwn(comment, mark));
    if (own !== undefined) needed.add(own.id);
    if (own?.body === body) continue;
    changed = true;
    if (own === undefined) await github.ask("POST", `/issues/${number}/comments`, { body });
    else await github.ask("PATCH", `/issues/comments/${own.id}`, { body });
  }
  const start = markOf(what).replace(/ -->$/, "");
  const former = comments.filter(
    (comment) => !needed.has(comment.id) && [`${start} -->`, `${start}, page `].some((mark) => isOwn(comment, mark)),
  );
  for (const { id } of former) await github.ask("DELETE", `/issues/comments/${id}`);
  return changed || former.length > 0;
}
