/** A heading, and the lines below it. */
export type Section = readonly [heading: string, lines: readonly string[]];

/** Room for what says which page it is: ` page 1234` in the marker, `Page 1234 of 1234` at the end. */
const footing = 80;

/** How much a page has beside its marker. */
export function roomBeside(marker: string, limit: number): number {
  return limit - footing - marker.length;
}

/**
 * Sections on as few pages as possible, none longer than `limit` where no heading with a line is longer than {@link roomBeside}. Each page
 * begins with the marker; a section that goes on repeats its heading, and one without lines is left out.
 */
export function pagesOf(marker: string, sections: readonly Section[], limit: number): string[] {
  const most = limit - footing;
  const pages: string[] = [];
  let page = marker;
  const turn = () => {
    if (page !== marker) pages.push(page);
    page = marker;
  };
  for (const [heading, lines] of sections) {
    const [first] = lines;
    if (first === undefined) continue;
    if (page.length + heading.length + first.length > most) turn();
    page += heading;
    for (const line of lines) {
      if (page.length + line.length > most) {
        turn();
        page += heading;
      }
      page += line;
    }
  }
  pages.push(page);
  return pages.map(
    (text, index) =>
      `${text.replace(" -->", index === 0 ? " -->" : ` page ${index + 1} -->`)}\nPage ${index + 1} of ${pages.length}\n`,
  );
}
