import { Temporal } from "temporal-polyfill";

/** Five minutes, the grid of appointments, in milliseconds. */
const stepMs = 300_000;

/** From one moment up to another, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A wall clock's time that cannot be meant so; says why, and what to send instead. */
export class ClockProblem extends Error {
  override readonly name = "ClockProblem";
}

/** Whether it is a zone of the IANA database: `Europe/Berlin`, but no offset, which knows nothing of daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * When an appointment is, from what the clock on the wall shows. It lasts `minutes` as time passes, also through a change of
 * clocks.
 *
 * @throws {ClockProblem} when the clock never shows that, or shows it twice and no offset says which, or the offset is wrong
 */
export function spanOf(text: string, timeZone: string, minutes: number): Span {
  const from = startOf(text, timeZone).epochMilliseconds;
  if (from % stepMs !== 0) throw new ClockProblem("Appointments begin on a step of five minutes.");
  return { from, to: from + minutes * 60_000 };
}

function startOf(text: string, timeZone: string): Temporal.ZonedDateTime {
  const [, wall = "", offset] = /^(.*?)(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const shown = plain(wall);
  // Two moments when clocks go back, and none when they skip it: then both answers have another time of day.
  const moments = (["earlier", "later"] as const)
    .map((disambiguation) => shown.toZonedDateTime(timeZone, { disambiguation }))
    .filter((moment) => moment.toPlainDateTime().equals(shown));
  const [first, second] = moments;
  if (first === undefined || second === undefined) {
    throw new ClockProblem(`In ${timeZone} clocks skip this time that day.`);
  }
  const wanted = offset === "Z" ? "+00:00" : offset;
  const meant = moments.find((moment) => wanted === undefined || moment.offset === wanted);
  if (meant === undefined) {
    throw new ClockProblem(
      `In ${timeZone} the offset is then ${[...new Set(moments.map((it) => it.offset))].join(" or ")}.`,
    );
  }
  if (wanted === undefined && !first.equals(second)) {
    throw new ClockProblem(
      `In ${timeZone} clocks show this time twice that day: add the offset, ${first.offset} or ${second.offset}.`,
    );
  }
  return meant;
}

function plain(text: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" });
  } catch {
    throw new ClockProblem("There is no such day or time of day.");
  }
}

/** What the clock shows, with the offset: `2026-03-29T09:30:00+02:00`. */
export function asWallClock(milliseconds: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(milliseconds)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: "never", fractionalSecondDigits: 0 });
}

/** A day from midnight to midnight: 24 hours, or 23 or 25 when clocks change. */
export function spanOfDay(day: string, timeZone: string): Span {
  const date = Temporal.PlainDate.from(day);
  const start = (it: Temporal.PlainDate) => it.toZonedDateTime(timeZone).epochMilliseconds;
  return { from: start(date), to: start(date.add({ days: 1 })) };
}

/** The steps of five minutes that a span takes, each with a number that no other step ever has. */
export function slotsOf({ from, to }: Span): number[] {
  const first = Math.floor(from / stepMs);
  return Array.from({ length: Math.ceil(to / stepMs) - first }, (_, index) => first + index);
}
