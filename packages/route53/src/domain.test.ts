import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { validatedNames } from "./certificate.ts";
import { idOf, isInZone, isName, isWildcard, recordProblems } from "./domain.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const domain = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join("."));

describe("a name", () => {
  it("is two labels or more", () => {
    fc.assert(
      fc.property(domain, (name) => {
        expect(isName(name) && !isWildcard(name)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(domain, (name) => {
        expect(isWildcard(`*.${name}`) && !isName(`*.${name}`)).toBe(true);
      }),
    );
  });

  it("is nothing else", () => {
    const wrong = ["", "com", "Example.com", "example.com.", ".example.com", "a..com", "-a.com", "a-.com", "a b.com"];
    const tooLong = [`${"a".repeat(64)}.com`, `${"a.".repeat(126)}com`, "https://example.com", "example.com/a"];
    for (const name of [...wrong, ...tooLong]) expect([name, isName(name)]).toEqual([name, false]);
    for (const name of ["*", "*.com", "*.*.example.com", "a.*.example.com", "*example.com"]) {
      expect([name, isWildcard(name)]).toEqual([name, false]);
    }
  });
});

describe("a zone", () => {
  it("has its own name and all below it", () => {
    fc.assert(
      fc.property(domain, (zone) => {
        expect(isInZone(zone, zone)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(domain, label, (zone, below) => {
        expect(isInZone(`${below}.${zone}`, zone)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(domain, (zone) => {
        expect(isInZone(`*.${zone}`, zone)).toBe(true);
      }),
    );
  });

  it("has nothing above it, and nothing that only ends in the same letters", () => {
    fc.assert(
      fc.property(domain, label, (zone, below) => {
        expect(!isInZone(zone, `${below}.${zone}`)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(domain, label, (zone, letters) => {
        expect(!isInZone(`${letters}${zone}`, zone)).toBe(true);
      }),
    );
  });

  it("refuses a record just where its name is none, or not in the zone", () => {
    fc.assert(
      fc.property(domain, domain, (name, zone) => {
        expect(recordProblems("name", name, zone)).toHaveLength(isInZone(name, zone) ? 0 : 1);
        expect(recordProblems("name", `*.${name}.${zone}`, zone)).toEqual([]);
        expect(recordProblems("name", `${name}.${zone}.`, zone)).toHaveLength(1);
      }),
    );
  });
});

describe("an id", () => {
  it("stands for one name alone", () => {
    // Few letters, so that names that only differ in dots and dashes come up.
    const similar = fc.stringMatching(/^a([.-]?-{0,2}a){0,4}$/).filter((name) => !/\.-|-\./.test(name));
    fc.assert(
      fc.property(similar, similar, (one, other) => {
        expect((idOf(one) === idOf(other)) === (one === other)).toBe(true);
      }),
    );
  });

  it("has nothing that Terraform's names cannot have", () => {
    fc.assert(
      fc.property(domain, (name) => {
        expect(/^[a-z0-9-]+$/.test(idOf(name))).toBe(true);
      }),
    );
  });
});

describe("names that ACM validates", () => {
  it("are each there once, without wildcards, whatever the order", () => {
    const wild = fc.tuple(domain, fc.boolean()).map(([name, wildcard]) => (wildcard ? `*.${name}` : name));
    fc.assert(
      fc.property(fc.array(wild), (names) => {
        const validated = validatedNames(names);
        expect(new Set(validated).size).toBe(validated.length);
        expect(validated.every(isName)).toBe(true);
        expect(validatedNames(names.toReversed()).toSorted()).toEqual(validated.toSorted());
        for (const name of names) expect(validated).toContain(name.replace("*.", ""));
      }),
    );
  });
});
