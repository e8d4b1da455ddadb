import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { channelName, type PoolEvent } from "@mainstay/mysql-resilience";
import type { Level, Logger } from "pino";

/** What somebody who looks for the cause of an incident wants to know; the rest is in the metrics. */
const levels: Readonly<Partial<Record<PoolEvent["event"], Level>>> = {
  "breaker-opened": "warn",
  "breaker-closed": "info",
  "generation-raised": "warn",
  "credentials-refreshed": "info",
  "outcome-unknown": "warn",
  "outcome-resolved": "info",
};

/** Logs when the database goes away, fails over and comes back. @returns what ends it */
export function logPoolEvents(log: Logger): () => void {
  const listener = (message: unknown) => {
    const happened = message as PoolEvent;
    const level = levels[happened.event];
    if (level === undefined) return;
    const { event } = happened;
    // WHY not all of it: a key is the caller's own text.
    const reason = "reason" in happened ? happened.reason : undefined;
    const generation = "generation" in happened ? happened.generation : undefined;
    log[level]({ event, ...(reason && { reason }), ...(generation && { generation }) }, "database");
  };
  subscribe(channelName, listener);
  return () => void unsubscribe(channelName, listener);
}
