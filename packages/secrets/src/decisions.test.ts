import { describe, expect, it } from "@jest/globals";
import { regions } from "@mainstay/core";
import fc from "fast-check";
import { alphabets, generator, problems, recoveryWindow } from "./decisions.ts";

describe("the generator", () => {
  it("is asked for just the length that was given, of every kind of character", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 4096 }), fc.constantFrom(...alphabets), (length, alphabet) => {
        expect(problems({ description: "", length, alphabet }, "eu-west-1")).toEqual([]);
        expect(generator({ length, alphabet })).toEqual({
          password_length: length,
          exclude_punctuation: alphabet !== "printable",
          require_each_included_type: true,
        });
      }),
    );
  });

  it("is never asked for a value that can be guessed, or that AWS refuses", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ max: 15 }), fc.integer({ min: 4097 }), fc.constant(20.5)), (length) => {
        expect(problems({ description: "", length }, "eu-west-1")).toEqual([
          expect.objectContaining({ property: "length" }),
        ]);
      }),
    );
  });
});

it("0 days exist only by the name of what they give up", () => {
  expect(recoveryWindow("unrecoverable")).toBe(0);
  expect(problems({ description: "", recovery: 0 as 7 }, "eu-west-1")).toHaveLength(1);
  for (const days of [7, 14, 21, 30] as const) {
    expect(recoveryWindow(days)).toBe(days);
    expect(problems({ description: "", recovery: days }, "eu-west-1")).toEqual([]);
  }
});

it("a secret is copied to other regions only, and to each once", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...regions),
      fc.array(fc.constantFrom(...regions), { maxLength: 4 }),
      (own, replicas) => {
        const sound = !replicas.includes(own) && new Set(replicas).size === replicas.length;
        expect(problems({ description: "", replicas }, own).length > 0).toBe(!sound);
      },
    ),
  );
});
