import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { pageLimit, pagesOf } from "./github/pages.ts";
import type { Planned, Summary } from "./plans/files.ts";
import { approvable, driftOf, obstacles, reportOf } from "./report.ts";

const planned = (more: Partial<Planned>): Planned => ({
  stack: "shop-dev-data",
  is: "changes",
  variables: {},
  ...more,
});
const summary = (...stacks: readonly Planned[]): Summary => ({
  environment: "shop-dev",
  commit: "0123456789abcdef",
  stacks,
});

describe("what a person is told", () => {
  it("names every stack, also those that were not reviewed", () => {
    const [text, ...more] = reportOf(
      summary(
        planned({}),
        planned({ stack: "service", is: "waiting", why: "it reads data" }),
        planned({ stack: "edge", is: "failed", why: "no such role\nat x" }),
      ),
      ["the review"],
    );
    expect(more).toEqual([]);
    expect(text).toContain("| `shop-dev-data` | changes, reviewed below |");
    expect(text).toContain("| `service` | **not planned, so not reviewed**: it reads data |");
    expect(text).toContain("| `edge` | **failed, so not reviewed**: no such role |");
    expect(text).toContain("the review");
  });

  it("fits into comments, with each row of the table and every page of the review, however much that is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.array(fc.integer({ min: 0, max: 2 * pageLimit }), { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.option(fc.integer({ min: 1, max: 3 * pageLimit }), { nil: undefined }),
        (stacks, lengths, why, words) => {
          const review = lengths.map((length, index) => `${index}`.repeat(length));
          const many = Array.from({ length: stacks }, (_, index) => planned({ stack: `stack-${index}`, why }));
          const refused = words === undefined ? {} : { refused: "r".repeat(words) };
          const pages = reportOf({ ...summary(...many), ...refused }, review);
          for (const page of pages) expect(page.length).toBeLessThanOrEqual(pageLimit);
          const text = pages.join("");
          for (const { stack } of many) expect(text).toContain(`| \`${stack}\` |`);
          expect(text.endsWith(review.join(""))).toBe(true);
          expect(pages[0]).toContain("shop-dev at");
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is broken where lines end, and nothing is lost", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 2, max: 50 }), (text, limit) => {
        const pages = pagesOf(text, limit);
        expect(pages.join("")).toBe(text);
        for (const page of pages) {
          expect(page.length).toBeLessThanOrEqual(limit);
          expect(page.isWellFormed()).toBe(text.isWellFormed());
        }
      }),
    );
    expect(pagesOf("ab\ncd\nef", 7)).toEqual(["ab\ncd\n", "ef"]);
  });

  it("lets nothing that Terraform says become HTML, a mention or a table", () => {
    const [text] = reportOf(summary(planned({ is: "failed", why: "<img src=x> @everyone | `a`" })), []);
    expect(text).not.toMatch(/<img|@everyone|`a`|\| a/);
  });
});

describe("what can be approved", () => {
  it("is each plan that has a digest, and nothing else", () => {
    const all = summary(
      planned({ digest: "mainstay1:a" }),
      planned({ stack: "b", is: "waiting", digest: "mainstay1:b" }),
      planned({ stack: "c" }),
    );
    expect(approvable(all)).toStrictEqual({ "shop-dev-data": "mainstay1:a" });
    expect(obstacles(all)).toEqual(["c: its plan is incomplete or has failed"]);
  });

  it("is nothing where the preflight has refused it, and its words are said first", () => {
    const all = { ...summary(planned({ digest: "mainstay1:a" })), refused: "The database is replaced.\r</p>" };
    expect(approvable(all)).toEqual({});
    expect(obstacles(all)).toEqual(["Nothing of this can be approved:\nThe database is replaced.\r</p>"]);
    const [text] = reportOf(all, ["the review"]);
    expect(text).toMatch(/CAUTION.*\n.*Refused.*\n\n {4}The database is replaced\.\n {4}<\/p>\n\n\| stack/s);
  });
});

describe("drift", () => {
  const drift = (...all: readonly Planned["is"][]) => driftOf(summary(...all.map((is) => planned({ is }))));
  const unknown = "shop-dev: not known whether it is what the code says";

  it.each<readonly [Planned["is"][], ReturnType<typeof driftOf>]>([
    [["unchanged", "unchanged"], undefined],
    [
      ["unchanged", "changes"],
      { title: "shop-dev is not what the code says", note: "1 stack is not what the code says." },
    ],
    [
      ["failed", "unchanged"],
      { title: unknown, note: "1 could not be planned. Of those it is not known whether they have drifted." },
    ],
    [
      ["waiting", "waiting"],
      {
        title: unknown,
        note: "2 wait for another one, or for an image. Of those it is not known whether they have drifted.",
      },
    ],
    [
      ["changes", "failed", "changes"],
      {
        title: "shop-dev is not what the code says",
        note: "2 stacks are not what the code says; 1 could not be planned. Of those it is not known whether they have drifted.",
      },
    ],
  ])("of %j is what was seen, and says apart what was not", (all, told) => {
    expect(drift(...all)).toEqual(told);
  });
});
