import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { differences } from "./differences.ts";

describe("differences", () => {
  it("has none between a document and itself, whatever it says", () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => expect(differences(json, structuredClone(json))).toEqual([])));
  });

  it("has some between two documents that are written differently, and the same from both sides", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const there = differences(left, right);
        expect(there.length > 0).toBe(sorted(left) !== sorted(right));
        expect(
          differences(right, left)
            .map(({ path }) => path)
            .toSorted(),
        ).toEqual(there.map(({ path }) => path).toSorted());
      }),
    );
  });

  it("names an attribute once for all resources of a type, and any place in a list", () => {
    const document = (rules: unknown) => ({
      resource: { aws_lb: { one: { rules }, two: { rules } } },
      output: { lb: { value: 1 } },
    });
    expect(differences(document([{ port: 80 }, { port: 81 }]), document([{ port: 443 }, {}]))).toEqual([
      { path: "resource.aws_lb.*.rules[].port", here: "80", there: "443" },
      { path: "resource.aws_lb.*.rules[].port", here: "81", there: "absent" },
    ]);
  });

  it("keeps the names of what is not a resource", () => {
    expect(differences({ terraform: { backend: { s3: 1 } } }, { terraform: { backend: { gcs: 1 } } })).toEqual([
      { path: "terraform.backend.gcs", here: "absent", there: "1" },
      { path: "terraform.backend.s3", here: "1", there: "absent" },
    ]);
  });

  it("tells a list from an object, an empty one from none, and cuts what is long", () => {
    expect(differences({ a: [] }, { a: {} })).toEqual([{ path: "a", here: "[]", there: "{}" }]);
    expect(differences({ a: [] }, {})).toEqual([{ path: "a", here: "[]", there: "absent" }]);
    expect(differences({ a: null }, { a: {} })).toEqual([{ path: "a", here: "null", there: "{}" }]);
    expect(differences({ a: "x".repeat(80) }, {})[0]?.here).toBe(`"${"x".repeat(59)}...`);
  });
});

/** JSON with the keys of objects in order: the same text for the same document. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
