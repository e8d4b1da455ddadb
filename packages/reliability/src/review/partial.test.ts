import { describe, expect, it } from "@jest/globals";
import type { Json, JsonObject } from "../read/json.ts";
import { verify } from "./digest/verify.ts";
import { toJson } from "./render/json.ts";
import { toMarkdown } from "./render/markdown.ts";
import { toSarif } from "./render/sarif.ts";
import { toTerminal } from "./render/terminal.ts";
import { review } from "./review.ts";
import { fixture } from "./testing/fixture.ts";
import { of, risks } from "./testing/reviewed.ts";

/** The quiet plan with one entry more. */
function withEntry(actions: readonly string[], more: JsonObject = {}): { readonly resource_changes: readonly Json[] } {
  const entry: JsonObject = {
    address: "aws_vpc.odd",
    mode: "managed",
    type: "aws_vpc",
    name: "odd",
    change: { actions, before: { id: "vpc-1" }, after: null },
    ...more,
  };
  return { resource_changes: [...(fixture("shop-quiet").resource_changes as readonly Json[]), entry] };
}

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
    [
      "does to something what nobody knows",
      withEntry(["levitate"]),
      /aws_vpc\.odd cannot be read: 1 change of an action/,
    ],
    ["does two things that nobody does", withEntry(["delete", "update"]), /aws_vpc\.odd cannot be read/],
    ["does three things", withEntry(["delete", "create", "delete"]), /aws_vpc\.odd cannot be read/],
    ["does nothing that is said", withEntry([]), /aws_vpc\.odd cannot be read/],
    ["changes what is no resource", withEntry(["delete"], { mode: "list" }), /aws_vpc\.odd cannot be read/],
    ["has an entry that is none", { resource_changes: [null] }, /\(an entry without an address\) cannot be read/],
    [
      "has an output that nobody can read",
      { output_changes: { url: { actions: ["levitate"] } } },
      /output\.url cannot be read/,
    ],
    [
      "has drift that nobody can read",
      { resource_drift: withEntry(["levitate"]).resource_changes },
      /aws_vpc\.odd \(changed outside of Terraform\) cannot be read/,
    ],
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

  it("names five of what it cannot read, and counts all; another plan is not taken for it", () => {
    const [odd] = withEntry(["levitate"]).resource_changes.slice(-1);
    const plan = (count: number) => ({ ...quiet, resource_changes: Array.from({ length: count }, () => odd ?? null) });
    expect(of(plan(7)).stacks[0]?.problems).toEqual([
      "What is to become of aws_vpc.odd, aws_vpc.odd, aws_vpc.odd, aws_vpc.odd, aws_vpc.odd, ... cannot be read: 7 changes of an action, or of a form, that is not known here.",
    ]);
    const { digest } = of(plan(1)).stacks[0]?.digest ?? { digest: "" };
    expect(verify(plan(1), { digest }, { key: "k" })).toMatchObject({ same: false });
  });

  it("is shown for what it has: the risks of it are risks", () => {
    expect(risks({ ...fixture("shop-risky"), errored: true })).toEqual(risks(fixture("shop-risky")));
  });
});
