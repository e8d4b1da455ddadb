import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Planned, Summary } from "./plans/files.ts";
import { approvable, obstacles, reportOf } from "./report.ts";

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
    const text = reportOf(
      summary(
        planned({}),
        planned({ stack: "service", is: "waiting", why: "it reads data" }),
        planned({ stack: "edge", is: "failed", why: "no such role\nat x" }),
      ),
      "the review",
    );
    expect(text).toContain("| `shop-dev-data` | changes, reviewed below |");
    expect(text).toContain("| `service` | **not planned, so not reviewed**: it reads data |");
    expect(text).toContain("| `edge` | **failed, so not reviewed**: no such role |");
    expect(text).toContain("the review");
  });

  it("always fits into a comment, and never cuts the review", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 0, max: 65_000 }),
        fc.string(),
        (stacks, length, why) => {
          const review = "x".repeat(length);
          const many = Array.from({ length: stacks }, (_, index) => planned({ stack: `stack-${index}`, why }));
          const text = reportOf(summary(...many), review);
          expect(text.length).toBeLessThanOrEqual(65_536 - 128);
          expect(text.endsWith(review)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("lets nothing that Terraform says become HTML, a mention or a table", () => {
    const text = reportOf(summary(planned({ is: "failed", why: "<img src=x> @everyone | `a`" })), "");
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
});
