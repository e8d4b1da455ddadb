import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeRoom } from "./bounded.ts";

it("leaves room for one more, and the entries that were put in last", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat()), fc.integer({ min: 1, max: 20 }), (keys, most) => {
      const map = new Map(keys.map((key) => [key, true]));
      makeRoom(map, most);
      expect([...map.keys()]).toEqual(keys.slice(Math.max(0, keys.length - most + 1)));
    }),
  );
});
