/** Room for the line that says which page it is. */
const footing = 80;

/**
 * Sections of lines on as few pages as possible, none longer than `limit`. A section that goes on repeats its heading.
 *
 * The first page begins with `head`, the last one ends with `end`.
 */
export function pagesOf(
  head: string,
  sections: readonly (readonly [heading: string, lines: readonly string[]])[],
  end: string,
  limit: number,
): string[] {
  const most = limit - footing;
  const marker = head.slice(0, head.indexOf("\n") + 1);
  const pages: string[] = [];
  let page = head;
  const turn = () => {
    pages.push(page);
    page = marker;
  };
  for (const [heading, lines] of sections) {
    if (page.length + heading.length + (lines[0]?.length ?? 0) > most) turn();
    page += heading;
    for (const line of lines) {
      if (page.length + line.length > most) {
        turn();
        page += heading;
      }
      page += line;
    }
  }
  if (page.length + end.length > most) turn();
  pages.push(page + end);
  return pages.map(
    (text, index) =>
      `${text.replace(" -->", index === 0 ? " -->" : ` page ${index + 1} -->`)}\nPage ${index + 1} of ${pages.length}\n`,
  );
}
