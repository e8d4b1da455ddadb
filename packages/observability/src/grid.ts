/** Columns of a CloudWatch dashboard. */
export const gridWidth = 24;

/** More columns than this are too narrow to read: the next ones go below. */
const mostColumns = 6;

/** A place on the grid. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Places for columns of boxes, from left to right, of which only the heights are given; by column, then from top to bottom.
 *
 * The whole width is used. Where there are too many columns they are broken like lines of text, in lines of about the same length.
 */
export function columns(heights: readonly (readonly number[])[], top: number): Place[][] {
  if (heights.length === 0) return [];
  const lines = Math.ceil(heights.length / mostColumns);
  const perLine = Math.ceil(heights.length / lines);
  const places: Place[][] = [];
  let y = top;
  for (let start = 0; start < heights.length; start += perLine) {
    const line = heights.slice(start, start + perLine);
    places.push(
      ...line.map((column, index) => stack(column, edge(index, line.length), edge(index + 1, line.length), y)),
    );
    y += Math.max(...line.map(sum));
  }
  return places;
}

/** Where column `index` of `count` begins: shares of the width, rounded so that they meet. */
function edge(index: number, count: number): number {
  return Math.floor((index * gridWidth) / count);
}

function stack(heights: readonly number[], left: number, right: number, top: number): Place[] {
  return heights.map((height, index) => ({
    x: left,
    y: top + sum(heights.slice(0, index)),
    width: right - left,
    height,
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
