import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { asWallClock, ClockProblem, isTimeZone, slotsOf, spanOf, spanOfDay } from "./time.ts";

const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Pacific/Apia"];
const hour = 3_600_000;

describe("an appointment's time", () => {
  it.each([
    ["2026-01-15T09:30", "Europe/Berlin", "2026-01-15T08:30:00.000Z"],
    ["2026-07-15T09:30", "Europe/Berlin", "2026-07-15T07:30:00.000Z"],
    ["2026-07-15T09:30:00", "America/New_York", "2026-07-15T13:30:00.000Z"],
    ["2026-07-15T09:30+02:00", "Europe/Berlin", "2026-07-15T07:30:00.000Z"],
    ["2026-07-15T09:30Z", "UTC", "2026-07-15T09:30:00.000Z"],
    // Clocks go back: the hour is there twice.
    ["2026-10-25T02:30+02:00", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00.000Z"],
    // Lord Howe Island moves its clocks by half an hour.
    ["2026-04-05T01:45+11:00", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"],
  ])("%s in %s is %s", (text, zone, moment) => {
    expect(new Date(spanOf(text, zone, 30).from).toISOString()).toBe(moment);
  });

  it.each([
    ["2026-03-29T02:30", "Europe/Berlin", /clocks skip this time/],
    ["2026-03-29T02:30+01:00", "Europe/Berlin", /clocks skip this time/],
    ["2026-10-25T02:30", "Europe/Berlin", /twice that day: add the offset, \+02:00 or \+01:00/],
    ["2026-10-25T02:30+03:00", "Europe/Berlin", /the offset is then \+02:00 or \+01:00/],
    ["2026-07-15T09:30Z", "Europe/Berlin", /the offset is then \+02:00\./],
    ["2026-02-30T09:30", "Europe/Berlin", /no such day/],
    ["2026-07-15T24:30", "Europe/Berlin", /no such day/],
    ["2026-07-15T09:31", "Europe/Berlin", /step of five minutes/],
  ])("%s in %s is refused", (text, zone, why) => {
    expect(() => spanOf(text, zone, 30)).toThrow(why);
    expect(() => spanOf(text, zone, 30)).toThrow(ClockProblem);
  });

  it("lasts as long as it says through a change of clocks", () => {
    const { from, to } = spanOf("2026-03-29T01:30", "Europe/Berlin", 60);
    expect(to - from).toBe(hour);
    expect(asWallClock(to, "Europe/Berlin")).toBe("2026-03-29T03:30:00+02:00");
  });

  it("is shown as it was said: what the clock shows leads back to the same moment", () => {
    const moments = fc.integer({ min: Date.UTC(2020) / 300_000, max: Date.UTC(2035) / 300_000 });
    fc.assert(
      fc.property(moments, fc.constantFrom(...zones), (steps, zone) => {
        const moment = steps * 300_000;
        expect(spanOf(asWallClock(moment, zone).replace(":00+", "+").replace(":00-", "-"), zone, 5).from).toBe(moment);
      }),
      { numRuns: 200 },
    );
  });

  it("takes the steps from its beginning up to its end, and none that its neighbours take", () => {
    const step = 300_000;
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 96 }),
        fc.integer({ min: 1, max: 96 }),
        (at, one, next) => {
          const first = slotsOf({ from: at * step, to: (at + one) * step });
          const second = slotsOf({ from: (at + one) * step, to: (at + one + next) * step });
          expect(first).toHaveLength(one);
          expect(new Set([...first, ...second]).size).toBe(one + next);
        },
      ),
    );
  });
});

describe("a day", () => {
  it.each([
    ["2026-03-29", "Europe/Berlin", 23],
    ["2026-10-25", "Europe/Berlin", 25],
    ["2026-06-01", "Europe/Berlin", 24],
    ["2026-04-05", "Australia/Lord_Howe", 24.5],
  ])("%s in %s has %d hours", (day, zone, hours) => {
    const { from, to } = spanOfDay(day, zone);
    expect((to - from) / hour).toBe(hours);
  });

  it("ends where the next begins, everywhere", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(...zones), (days, zone) => {
        const day = (n: number) => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
        expect(spanOfDay(day(days), zone).to).toBe(spanOfDay(day(days + 1), zone).from);
      }),
      { numRuns: 200 },
    );
  });
});

it("a time zone is one of the IANA database", () => {
  expect(zones.map(isTimeZone)).not.toContain(false);
  for (const name of ["+01:00", "Mars/Olympus", "", "Europe/Berlin; DROP TABLE"]) expect(isTimeZone(name)).toBe(false);
});
