import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createAnswers } from "./remembered.ts";

const answer = (json: string) => ({ headers: {}, json, sightings: [] });
const wide = { age: 60, bytes: 1e6 };

describe("answers that are remembered", () => {
  it("know their age, by a clock that only grows, and are not told when they are too old", () => {
    let now = 0;
    const answers = createAnswers(wide, () => now);
    answers.keep("/patients/1", answer('{"id":1}'));
    now = 60_999;
    expect(answers.find("/patients/1")).toMatchObject({ age: 60, answer: { json: '{"id":1}' } });
    now = 61_000;
    expect(answers.find("/patients/1")).toBeUndefined();
  });

  it("are forgotten when somebody changes what is there", () => {
    const answers = createAnswers(wide);
    answers.keep("/patients/1", answer("1"));
    answers.forget("/patients/1");
    answers.forget("/patients/2");
    expect(answers.find("/patients/1")).toBeUndefined();
    expect(answers.bytes()).toBe(0);
  });

  it("take no more than they may, and are the last ones that were kept", () => {
    const kept = fc.array(fc.record({ url: fc.integer({ min: 0, max: 9 }).map(String), length: fc.nat(3000) }));
    fc.assert(
      fc.property(kept, fc.integer({ min: 500, max: 20_000 }), (all, bytes) => {
        const answers = createAnswers({ age: 60, bytes });
        for (const { url, length } of all) answers.keep(url, answer("x".repeat(length)));
        expect(answers.bytes()).toBeLessThanOrEqual(bytes);
        const last = all.at(-1);
        fc.pre(last !== undefined && 400 + 2 * (1 + last.length) <= bytes);
        expect(answers.find(last?.url ?? "")?.answer.json).toHaveLength(last?.length ?? 0);
      }),
    );
  });
});
