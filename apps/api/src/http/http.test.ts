import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import * as z from "zod";
import { disposition, rangeOf } from "../documents/range.ts";
import { forwarded } from "./address.ts";
import { isJson } from "./body.ts";
import { cursor, page } from "./cursor.ts";
import { etag, expectedVersion, isKnown } from "./etag.ts";
import { limiter } from "./rate-limit.ts";
import { asMoment, asStored, day, largestId, parseId, plainText } from "./texts.ts";

describe("an id", () => {
  it("is read back as it was written, over its whole range", () => {
    const every = fc.property(fc.integer({ min: 1, max: largestId }), (id) => parseId(String(id)) === id);
    expect(fc.check(every).failed).toBe(false);
  });

  it("has one spelling: whatever is accepted is written back the same", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9+.eE%x ]{1,12}$/), fc.bigInt().map(String));
    fc.assert(
      fc.property(text, (written) => {
        expect(String(parseId(written) ?? written)).toBe(written);
      }),
    );
  });

  it.each(["", "0", "-1", "01", "1.5", "1e3", "0x1", " 1", "1 ", "٣", "%31", String(largestId + 1)])(
    "is not %p",
    (text) => {
      expect(parseId(text)).toBeUndefined();
    },
  );
});

describe("a part of a file", () => {
  it("lies within the file, whatever is asked for", () => {
    const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,3}-\d{0,3}$/));
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 500 }), (text, size) => {
        const range = rangeOf(text, size);
        if (range === undefined || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });

  it("is just what was asked for where the file has it", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(rangeOf(`bytes=${start}-${end}`, 401)).toEqual({ start, end });
      }),
    );
    expect(rangeOf("bytes=-0", 10)).toBe("unsatisfiable");
    expect(rangeOf(undefined, 10)).toBeUndefined();
  });

  it("has a name that is one header, and that comes back whole", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        fc.pre(name.isWellFormed());
        const header = disposition(name);
        expect(header).toMatch(
          /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w!%&+.~-]*$/,
        );
        expect(decodeURIComponent(header.split("UTF-8''")[1] ?? "")).toBe(name);
      }),
    );
  });
});

describe("the caller's address", () => {
  it("is the one that the outermost of our proxies saw, whatever the caller wrote before", () => {
    const address = fc.ipV4();
    fc.assert(
      fc.property(
        fc.array(fc.string().filter((text) => !text.includes(","))),
        address,
        fc.array(address, { maxLength: 2 }),
        (lies, caller, ours) => {
          const header = [...lies, caller, ...ours].join(", ");
          expect(forwarded(header, ours.length + 1, "10.0.0.1")).toBe(caller);
        },
      ),
    );
    expect(forwarded(undefined, 1, "10.0.0.1")).toBe("10.0.0.1");
    expect(forwarded(" ", 1, "10.0.0.1")).toBe("10.0.0.1");
    expect(forwarded("203.0.113.1", 2, "10.0.0.1")).toBe("203.0.113.1");
  });
});

describe("the limiter", () => {
  it("never lets more through than were saved up and have come since", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(5000), { maxLength: 200 }), (perMinute, waits) => {
        let now = 0;
        const take = limiter(perMinute, () => now);
        let passed = 0;
        for (const wait of waits) {
          now += wait;
          if (take("one") >= 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6);
      }),
    );
  });

  it("lets through what is paced, for ever", () => {
    let now = 0;
    const take = limiter(60, () => now);
    for (let n = 0; n < 1000; n += 1) {
      now += 1000;
      expect(take("one")).toBeGreaterThanOrEqual(0);
    }
  });

  it("forgets who was quiet for longest, not who is at work", () => {
    const take = limiter(2, () => 0);
    expect([take("busy"), take("busy")]).toEqual([1, 0]);
    for (let n = 0; n < 49_998; n += 1) take(n);
    expect(take("busy")).toBeLessThan(0);
    for (let n = 50_000; n < 50_010; n += 1) take(n);
    expect(take("busy")).toBeLessThan(0);
  });
});

describe("a page", () => {
  const key = z.tuple([z.string(), z.int()]);

  it("names where the next begins, and the name is read back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer(), (text, number) => {
        fc.pre(text.isWellFormed());
        const { items, next } = page(
          [
            [text, number],
            ["more", 1],
          ] as const,
          1,
          (row) => row,
        );
        expect(items).toEqual([[text, number]]);
        expect(cursor(key).parse(next)).toEqual([text, number]);
      }),
    );
    expect(page([1, 2], 2, String).next).toBeNull();
  });

  it("refuses any other text", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(cursor(key).safeParse(text).success).toBe(false)));
  });
});

describe("a version", () => {
  it("is read back from its tag, and nothing else is a version", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e9 }), (version) => expect(expectedVersion(etag(version))).toBe(version)),
    );
    fc.assert(fc.property(fc.string(), (text) => expect(() => expectedVersion(text)).toThrow(/If-Match/)));
    expect(() => expectedVersion(undefined)).toThrow(/If-Match/);
  });

  it("is known by its tag, by a weak one, in a list, and by *", () => {
    for (const header of ['"7"', 'W/"7"', '"6", "7"', "*"]) expect(isKnown(header, '"7"')).toBe(true);
    for (const header of [undefined, '"8"', "7", ""]) expect(isKnown(header, '"7"')).toBe(false);
  });
});

describe("texts", () => {
  it("a day is one of the calendar", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(day.safeParse(date.toISOString().slice(0, 10)).success).toBe(true);
        },
      ),
    );
    for (const text of ["2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "2024-1-1", "0999-01-01", "x"]) {
      expect(day.safeParse(text).success).toBe(false);
    }
  });

  it("equal looks are equal, and nothing invisible gets in", () => {
    const text = plainText(5);
    expect(text.parse("e\u0301")).toBe("\u00e9");
    expect(text.parse("🧪🧪🧪🧪🧪")).toHaveLength(10);
    for (const bad of ["", " a", "a ", "a\nb", "a\u0000", "\ud800", "toolong"])
      expect(text.safeParse(bad).success).toBe(false);
  });

  it("a moment is stored and read back to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => expect(Date.parse(asMoment(asStored(ms)))).toBe(ms)),
    );
  });

  it("JSON is JSON in UTF-8 only", () => {
    for (const type of [
      "application/json",
      "Application/JSON",
      "application/json; charset=utf-8",
      'application/json;charset="UTF-8"',
    ]) {
      expect(isJson(type)).toBe(true);
    }
    for (const type of [undefined, "text/json", "application/json-patch+json", "application/json; charset=utf-16"]) {
      expect(isJson(type)).toBe(false);
    }
  });
});
