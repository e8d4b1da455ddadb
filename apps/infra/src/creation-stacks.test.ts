import { describe, expect, it } from "@jest/globals";
import { Lazy } from "cdktf";
import { withoutCreationStacks } from "./creation-stacks.ts";

const token = () => Lazy.anyValue({ produce: () => 1 });

describe("withoutCreationStacks", () => {
  it("spares tokens their stack traces, and no others", () => {
    expect(withoutCreationStacks(token).creationStack).toEqual([]);
    expect(token().creationStack.join("\n")).toContain("creation-stacks.test.ts");
  });

  it("leaves errors theirs", () => {
    expect(withoutCreationStacks(() => new Error("mistake")).stack).toContain("creation-stacks.test.ts");
  });

  it("ends with the work, also where that fails", () => {
    const fail = () => {
      throw new Error("mistake");
    };
    expect(() => withoutCreationStacks(fail)).toThrow("mistake");
    expect(token().creationStack.length).toBeGreaterThan(0);
  });
});
