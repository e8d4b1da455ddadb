import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { columns, gridWidth, type Place } from "./grid.ts";

const heights = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 }), { maxLength: 20 });

describe("columns", () => {
  it("never overlap, leave the grid, or reach above the top", () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: 0, max: 10 }), (boxes, top) => {
        const places = columns(boxes, top).flat();
        expect(places.filter((place) => overlaps(place, places))).toEqual([]);
        for (const { x, y, width } of places) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(gridWidth);
          expect(y).toBeGreaterThanOrEqual(top);
        }
      }),
    );
  });

  it("give every box its height and at least the width that a graph needs", () => {
    fc.assert(
      fc.property(heights, (boxes) => {
        const places = columns(boxes, 0);
        expect(places.map((column) => column.map(({ height }) => height))).toEqual(boxes);
        for (const { width } of places.flat()) expect(width).toBeGreaterThanOrEqual(4);
      }),
    );
  });

  it("use the whole width and go from left to right", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), (count) => {
        const places = columns(
          Array.from({ length: count }, () => [3]),
          4,
        ).flat();
        expect(places[0]?.x).toBe(0);
        expect(places.reduce((sum, { width }) => sum + width, 0)).toBe(gridWidth);
        expect(places.map(({ x }) => x)).toEqual(places.map(({ x }) => x).toSorted((a, b) => a - b));
        expect(places.every(({ y }) => y === 4)).toBe(true);
      }),
    );
  });

  it("go on below where they would be too narrow, in lines of about the same length", () => {
    const seven = columns(
      Array.from({ length: 7 }, () => [3, 5]),
      4,
    );
    expect(seven.map(([first]) => first?.y)).toEqual([4, 4, 4, 4, 12, 12, 12]);
    expect(seven.map(([first]) => first?.width)).toEqual([6, 6, 6, 6, 8, 8, 8]);
  });
});

function overlaps(one: Place, all: readonly Place[]): boolean {
  return all.some(
    (other) =>
      other !== one &&
      one.x < other.x + other.width &&
      other.x < one.x + one.width &&
      one.y < other.y + other.height &&
      other.y < one.y + one.height,
  );
}
