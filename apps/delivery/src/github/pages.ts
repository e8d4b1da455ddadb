/** GitHub's limit of a comment and of an issue, in characters. */
const most = 65_536;

/** What a page may have: room is left for the mark by which it is found again. */
export const pageLimit = most - 512;

/** As many pages as a text needs, each within `limit`, broken where lines end. Nothing of it is left out. */
export function pagesOf(text: string, limit = pageLimit): string[] {
  const pages: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const end = breakOf(rest, limit);
    pages.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pages, rest];
}

/** Behind the last line that fits, else behind the last character that does. */
function breakOf(text: string, limit: number): number {
  const line = text.lastIndexOf("\n", limit - 1) + 1;
  if (line > 0) return line;
  const last = text.charCodeAt(limit - 1);
  // WHY: half a character of two is none.
  return last >= 0xd8_00 && last <= 0xdb_ff && limit > 1 ? limit - 1 : limit;
}
