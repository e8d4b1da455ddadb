import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { identify, type StateId } from "./state-file.ts";
import { type Whereabouts, whereabouts } from "./whereabouts.ts";

const state = fc.record({ lineage: fc.constantFrom("a", "b"), serial: fc.nat(5) });
const maybe = fc.option(state, { nil: undefined });

/** Whether `one` has all that `other` knows. */
const covers = (one: StateId | undefined, other: StateId) =>
  one !== undefined && one.lineage === other.lineage && one.serial >= other.serial;

describe("where a state is", () => {
  it("lets go of the file here only where the bucket knows as much; never writes over what is there", () => {
    fc.assert(
      fc.property(maybe, maybe, (here, there) => {
        const holds: Record<Whereabouts["is"], boolean> = {
          moved: here !== undefined && covers(there, here),
          here: here !== undefined && there === undefined,
          there: here === undefined && there !== undefined,
          nowhere: here === undefined && there === undefined,
          both: here !== undefined && there !== undefined && !covers(there, here),
        };
        expect(holds[whereabouts(here, there).is]).toBe(true);
      }),
    );
  });

  it("says why two states are not one", () => {
    expect(whereabouts({ lineage: "a", serial: 3 }, { lineage: "a", serial: 2 })).toMatchObject({
      why: "the one here has gone on since (serial 3, in the bucket 2)",
    });
  });
});

describe("a state file", () => {
  it.each(["", "null", "[]", "{", '{"version":3,"lineage":"a","serial":1}', '{"version":4,"serial":1}'])(
    "%s is refused",
    (text) => {
      expect(() => identify(text, "x.tfstate")).toThrow("x.tfstate is no Terraform state of version 4");
    },
  );
});
