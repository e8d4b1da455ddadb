import { type Seconds, seconds } from "@mainstay/core";
import type { Signal } from "./metric.ts";

/**
 * What an alarm asks of people.
 *
 * - `page`: users notice now, or will before anybody is back at work. Somebody is woken.
 * - `ticket`: redundancy or room is lost. Somebody looks during the day.
 */
export type Severity = "page" | "ticket";

/** Which side of a number is bad. */
export type Limit = { readonly above: number } | { readonly below: number };

/** How many of the last data points have to be bad. */
export interface Datapoints {
  readonly needed: number;
  readonly of: number;
}

export const inARow = (points: number): Datapoints => ({ needed: points, of: points });
export const outOf = (needed: number, of: number): Datapoints => ({ needed, of });

/** What no data means, and why. There is no default: silence is decided per alarm. */
export interface Missing {
  readonly treatedAs: "breaching" | "notBreaching";
  /** A sentence; part of the alarm's description, for who reads it at night. */
  readonly why: string;
}

export const silenceIsBad = (why: string): Missing => ({ treatedAs: "breaching", why });
export const silenceIsFine = (why: string): Missing => ({ treatedAs: "notBreaching", why });

/** Seconds of one data point: what the watched services publish, and the shortest that a normal alarm takes. */
export const period: Seconds = seconds(60);

/** One alarm, decided: everything but its name and where its news go. */
export interface Alarm {
  readonly severity: Severity;
  /** What is the matter, for people: one sentence. */
  readonly means: string;
  /** The first thing to look at: an imperative. */
  readonly look: string;
  readonly signal: Signal;
  readonly limit: Limit;
  /** Between which values the signal moves; `limit` is within. */
  readonly range: { readonly from: number; readonly to: number };
  readonly datapoints: Datapoints;
  readonly missing: Missing;
}

/** The number that separates good from bad. */
export function thresholdOf(limit: Limit): number {
  return "above" in limit ? limit.above : limit.below;
}

/** What a tired person reads first. CloudWatch takes 1,024 characters. */
export function describe({ severity, means, look, missing, datapoints }: Alarm): string {
  const { needed, of } = datapoints;
  const when = needed === of ? `${of} minutes in a row` : `${needed} of ${of} minutes`;
  return [
    severity === "page" ? "PAGE: act now." : "TICKET: look soon.",
    `${means} (${when}.)`,
    `Look first: ${look}`,
    `No data counts as ${missing.treatedAs === "breaching" ? "bad" : "good"}: ${missing.why}`,
  ].join("\n");
}
