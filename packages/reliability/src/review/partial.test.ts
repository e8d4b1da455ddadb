import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../read/json.ts";
import { toJson } from "./render/json.ts";
import { toMarkdown } from "./render/markdown.ts";
import { toSarif } from "./render/sarif.ts";
import { toTerminal } from "./render/terminal.ts";
import { review } from "./review.ts";
import { fixture } from "./testing/fixture.ts";
import { of, risks } from "./testing/reviewed.ts";

describe("a plan that is not all there", () => {
  const quiet = fixture("shop-quiet");

  it.each([
    ["has failed", { errored: true }, /failed while it planned/],
    ["is a part", { complete: false }, /not complete/],
    [
      "has put off changes",
      { deferred_changes: [{ reason: "x", resource_change: { address: "aws_vpc.later" } }] },
      /put off 1 change.*aws_vpc\.later/,
    ],
    ["is of a format that nobody knows", { format_version: "2.0" }, /format version is 2\.0/],
  ])("is never called reviewed: it %s", (_name, more, problem) => {
    const result = of({ ...quiet, ...(more as JsonObject) });
    expect(result.reviewed).toBe(false);
    expect(result.stacks[0]?.problems.join()).toMatch(problem);
    expect(toTerminal(result)).toMatch(/^NOT REVIEWED: s\n/);
    expect(toMarkdown(result)[0]).toContain("## Not reviewed");
    expect(JSON.parse(toJson(result))).toMatchObject({ reviewed: false });
    expect(JSON.parse(toSarif(result))).toMatchObject({ runs: [{ invocations: [{ executionSuccessful: false }] }] });
  });

  it("nor is what is no plan, nor one beside it", () => {
    expect(of({}).reviewed).toBe(false);
    expect(review([]).reviewed).toBe(false);
    expect(
      review([
        { stack: "a", plan: quiet },
        { stack: "b", plan: {} },
      ]).reviewed,
    ).toBe(false);
    expect(of(quiet).reviewed).toBe(true);
  });

  it("is shown for what it has: the risks of it are risks", () => {
    expect(risks({ ...fixture("shop-risky"), errored: true })).toEqual(risks(fixture("shop-risky")));
  });
});
