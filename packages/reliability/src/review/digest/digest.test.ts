import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../../read/json.ts";
import { toJson } from "../render/json.ts";
import { review } from "../review.ts";
import { fixture, seeded } from "../testing/fixture.ts";
import { canonical } from "./canonical.ts";
import { reviewedStacks, verify } from "./verify.ts";

const inputs = { commit: "abc123", lockFile: "provider {}\n" };
const plan = fixture("shop-risky");

/** What is left of a review when it comes back from a file. */
function reviewOf(value: unknown, options = inputs) {
  const stacks = reviewedStacks(JSON.parse(toJson(review([{ stack: "shop", plan: value }], options))));
  const found = stacks.get("shop");
  if (found === undefined) throw new Error("not reviewed");
  return found;
}

const entries = (value: JsonObject) => value.resource_changes as JsonObject[];
const withAfter = (index: number, more: JsonObject): JsonObject => ({
  ...plan,
  resource_changes: entries(plan).map((entry, position) => {
    const { after } = entry.change as { after: JsonObject };
    return position === index
      ? { ...entry, change: { ...(entry.change as JsonObject), after: { ...after, ...more } } }
      : entry;
  }),
});
const position = (address: string) => entries(plan).findIndex((entry) => entry.address === address);

describe("verify", () => {
  const reviewed = reviewOf(plan);

  it("knows the reviewed plan, also made again a minute later, in another order", () => {
    expect(verify(structuredClone(plan), reviewed, inputs)).toMatchObject({ same: true, reasons: [] });
    const later = {
      timestamp: "2026-01-01T00:00:00Z",
      ...Object.fromEntries(Object.entries(plan).toReversed()),
      resource_changes: entries(plan).toReversed(),
      prior_state: { values: {} },
    };
    expect(verify(later, reviewed, inputs).same).toBe(true);
  });

  it.each([
    [
      "a value",
      withAfter(position("aws_sqs_queue.orders"), { message_retention_seconds: 1 }),
      inputs,
      ["aws_sqs_queue.orders changes in another way."],
    ],
    [
      "a secret",
      withAfter(position("module.db.aws_db_instance.this[0]"), { password: "other-secret" }),
      inputs,
      ["module.db.aws_db_instance.this[0] changes in another way."],
    ],
    [
      "a resource more",
      seeded(plan, "module.vpc.aws_vpc.this", { action: "delete" }),
      inputs,
      ["module.vpc.aws_vpc.this changes, and did not in the reviewed plan."],
    ],
    [
      "a resource less",
      { ...plan, resource_changes: entries(plan).filter(({ address }) => address !== "aws_sqs_queue.orders") },
      inputs,
      ["aws_sqs_queue.orders does not change any more."],
    ],
    ["the code", { ...plan, configuration: {} }, inputs, ["The code that was planned is another one."]],
    [
      "drift",
      { ...plan, resource_drift: [] },
      inputs,
      ["A value that is secret, drift, an output or a resource that does not change is another one."],
    ],
    ["the commit", plan, { ...inputs, commit: "def" }, ["The commit was abc123 and is def."]],
    [
      "the commit left out",
      plan,
      { lockFile: inputs.lockFile },
      ["The commit was a part of the review, and was not given here."],
    ],
    ["the lock file", plan, { ...inputs, lockFile: "other" }, ["The lock file of the providers is another one."]],
    ["a key", plan, { ...inputs, key: "k" }, ["It was reviewed without a key, and one was given here."]],
  ])("says that another one is none of it, and what is different: %s", (_name, other, given, reasons) => {
    const verdict = verify(other, reviewed, given);
    expect(verdict.same).toBe(false);
    expect(verdict.reasons).toEqual(expect.arrayContaining(reasons));
  });

  it("never says so of a plan that has failed, were it the same", () => {
    const failed = { ...plan, errored: true };
    const { digest } = review([{ stack: "shop", plan: failed }], inputs).stacks[0]?.digest ?? { digest: "" };
    expect(verify(failed, { digest }, inputs)).toMatchObject({
      same: false,
      reasons: [expect.stringMatching(/failed/)],
    });
    expect(reviewedStacks(JSON.parse(toJson(review([{ stack: "shop", plan: failed }])))).size).toBe(0);
  });

  it("needs no more than the text of the digest", () => {
    expect(verify(plan, { digest: reviewed.digest }, inputs).same).toBe(true);
    expect(verify(fixture("shop-quiet"), { digest: reviewed.digest }, inputs)).toMatchObject({
      same: false,
      reasons: [expect.stringMatching(/plan, the commit or the lock file/)],
    });
  });

  it("does not trust parts that were changed after the review", () => {
    const forged = { digest: reviewed.digest, parts: { ...(reviewed.parts as NonNullable<typeof reviewed.parts>) } };
    const other = withAfter(position("aws_sqs_queue.orders"), { name: "x" });
    const { parts } = reviewOf(other);
    expect(verify(other, { ...forged, ...(parts !== undefined && { parts }) }, inputs)).toMatchObject({
      same: false,
      reasons: [expect.stringMatching(/changed after it was written/)],
    });
  });

  it("with a key cannot be made without it", () => {
    const keyed = reviewOf(plan, { ...inputs, key: "k" } as typeof inputs);
    expect(keyed.digest).toMatch(/^mainstay1k:/);
    expect(verify(plan, keyed, { ...inputs, key: "k" }).same).toBe(true);
    expect(verify(plan, keyed, { ...inputs, key: "other" }).same).toBe(false);
    expect(verify(plan, keyed, inputs)).toMatchObject({
      same: false,
      reasons: ["It was reviewed with a key, and none was given here."],
    });
  });

  it("names only what is different, beside secrets and long texts that are the same", () => {
    const long = (name: string) =>
      withAfter(position("aws_sqs_queue.orders"), { note: "x ".repeat(4000), other: `Bearer ${"a".repeat(20)}`, name });
    const { reasons } = verify({ ...long("a"), configuration: {} }, reviewOf(long("a")), inputs);
    expect(reasons).toEqual(["The code that was planned is another one."]);
  });

  it("keeps that a secret changes, and nothing of what it is", () => {
    const index = position("module.db.aws_db_instance.this[0]");
    const [one, other] = ["first-secret", "other-secret"].map((password) => reviewOf(withAfter(index, { password })));
    expect(one?.parts?.changes).toEqual(other?.parts?.changes);
    expect(one?.parts?.changes).not.toEqual(reviewed.parts?.changes);
    expect(one?.digest).not.toBe(other?.digest);
  });
});

describe("JSON in one spelling", () => {
  it("has names in order at every depth", () => {
    expect(canonical({ b: [{ d: 1, c: "x" }], a: null })).toBe('{"a":null,"b":[{"c":"x","d":1}]}');
    expect(canonical({ a: { b: 1 }, c: 2 })).toBe(canonical({ c: 2, a: { b: 1 } }));
  });
});
