import type { Link } from "./link.ts";
import type { Limits } from "./options.ts";

/** What the watch looks at, `now` included, by the monotonic clock. */
export interface Quiet {
  readonly now: number;
  /** Since when the oldest statement waits; `undefined` when none does. */
  readonly oldestPending: number | undefined;
  /** When any connection last received anything. */
  readonly heardAt: number;
  readonly silenceMs: number;
}

/**
 * Whether somebody should look if the server is still there.
 *
 * A slow statement alone is no sign while others are answered: only when nobody hears anything is there a question to ask.
 */
export function isSuspect({ now, oldestPending, heardAt, silenceMs }: Quiet): boolean {
  return oldestPending !== undefined && now - oldestPending >= silenceMs && now - heardAt >= silenceMs;
}

/** Whether any of `links` received something since the last call. */
export function hearsAnything(links: Iterable<Pick<Link, "socket" | "bytesSeen">>): boolean {
  let heard = false;
  for (const link of links) {
    if (link.socket.bytesRead === link.bytesSeen) continue;
    link.bytesSeen = link.socket.bytesRead;
    heard = true;
  }
  return heard;
}

/** When the oldest of the statements was sent that still wait. */
export function oldestSent(links: Iterable<Pick<Link, "pendingSince">>): number | undefined {
  let oldest: number | undefined;
  for (const { pendingSince } of links) {
    if (pendingSince > 0 && pendingSince < (oldest ?? Number.POSITIVE_INFINITY)) oldest = pendingSince;
  }
  return oldest;
}

/** How often the watch looks: often enough for the shortest span that it guards, and too seldom to cost anything. */
export const watchEvery = ({ silenceMs, leaseMs, statementMs, roleCheckMs }: Limits): number =>
  Math.max(10, Math.min(silenceMs, leaseMs, statementMs, roleCheckMs, 1_000) / 10);
