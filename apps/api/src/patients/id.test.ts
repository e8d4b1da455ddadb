import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { largestId, parseId } from "./id.ts";

describe("a patient's id", () => {
  it("is read back as it was written, over its whole range", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: largestId }), (id) => expect(parseId(String(id))).toBe(id)));
  });

  it("has one spelling: whatever is accepted is written back the same", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9+.eE%x ]{1,12}$/), fc.bigInt().map(String));
    fc.assert(
      fc.property(text, (written) => {
        const id = parseId(written);
        if (id === undefined) return;
        expect(String(id)).toBe(written);
        expect(id).toBeGreaterThanOrEqual(1);
        expect(id).toBeLessThanOrEqual(largestId);
      }),
    );
  });

  it.each(["", "0", "-1", "01", "1.5", "1e3", "0x1", " 1", "1 ", "٣", "%31", String(largestId + 1), undefined])(
    "is not %p",
    (text) => {
      expect(parseId(text)).toBeUndefined();
    },
  );
});
