import type { Server } from "./role.ts";

/**
 * A point in the history of the writer, as text that can travel: in a cookie, a header or a message.
 *
 * `mariadb:0-1-42` and `mysql:<uuid>:1-5` are GTIDs; `time:1700000000000` is milliseconds since 1970.
 */
export type Position = `${"mariadb" | "mysql" | "time"}:${string}`;

/** What a read has to see. */
export type After = Position | "own-writes" | "anything";

/** Reads the position of what this connection has just committed. `undefined`: the server numbers no transactions. */
export function positionQuery({ gtid }: Pick<Server, "gtid">): string | undefined {
  if (gtid === "mariadb") return "SELECT @@last_gtid AS position";
  // WHY all that ran, not only our own: the latter needs `session_track_gtids`, which a proxy may filter. More is safe.
  return gtid === "mysql" ? "SELECT @@global.gtid_executed AS position" : undefined;
}

export function positionOf(gtid: "mariadb" | "mysql", answer: string): Position | undefined {
  const text = answer.replaceAll(/\s/g, "");
  return text === "" ? undefined : `${gtid}:${text}`;
}

export const timePosition = (now: number): Position => `time:${Math.floor(now)}`;

/** Where a read goes, and what it waits for there. */
export type Route =
  | { readonly to: "writer" }
  | { readonly to: "reader" }
  | { readonly to: "reader"; readonly wait: { readonly sql: string; readonly values: readonly [string, number] } };

/** What decides a {@link Route} besides the position. */
export interface RouteFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long a replica may lag behind, where only time can tell. */
  readonly stickyMs: number;
  /** How long a replica is given to catch up. */
  readonly waitMs: number;
}

/**
 * By GTID the replica waits for the transaction; by time everything goes to the writer until a replica must have caught up.
 *
 * WHY the writer when the time lies ahead: the clock was set back, or another machine's is fast. The writer is never wrong.
 */
export function routeAfter(after: Position | undefined, { now, stickyMs, waitMs }: RouteFacts): Route {
  if (after === undefined) return { to: "reader" };
  const separator = after.indexOf(":");
  const text = after.slice(separator + 1);
  switch (after.slice(0, separator)) {
    case "time": {
      const age = now - Number(text);
      return age >= stickyMs ? { to: "reader" } : { to: "writer" };
    }
    case "mariadb":
      return { to: "reader", wait: { sql: "SELECT MASTER_GTID_WAIT(?, ?) AS late", values: [text, waitMs / 1000] } };
    case "mysql":
      return {
        to: "reader",
        wait: { sql: "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS late", values: [text, waitMs / 1000] },
      };
    default:
      return { to: "writer" };
  }
}

/** 0 in both engines means that the transaction is there; MariaDB answers -1 for late, MySQL 1. */
export const hasCaughtUp = (late: unknown): boolean => Number(late) === 0 && late !== null;

/** A position that is not before either of two. */
export function latest(a: Position | undefined, b: Position): Position {
  if (a === undefined || a === b) return b;
  const kind = b.slice(0, b.indexOf(":"));
  if (!a.startsWith(`${kind}:`)) return b;
  const [before, after] = [a.slice(kind.length + 1), b.slice(kind.length + 1)];
  if (kind === "time") return timePosition(Math.max(Number(before), Number(after)));
  return kind === "mariadb" ? `mariadb:${latestOfDomains(before, after)}` : `mysql:${union(before, after)}`;
}

/** MariaDB: `domain-server-sequence` per replication domain; the higher sequence comes later. */
function latestOfDomains(a: string, b: string): string {
  const latestOf = new Map<string, { readonly gtid: string; readonly sequence: bigint }>();
  for (const gtid of [...a.split(","), ...b.split(",")]) {
    const [domain = "", , sequence = "0"] = gtid.split("-");
    const known = latestOf.get(domain);
    if (known === undefined || BigInt(sequence) > known.sequence)
      latestOf.set(domain, { gtid, sequence: BigInt(sequence) });
  }
  return [...latestOf.values()].map(({ gtid }) => gtid).join(",");
}

type Interval = readonly [first: number, last: number];

/** MySQL: sets of intervals per server, `uuid[:tag]:1-5:7`. */
function union(a: string, b: string): string {
  const intervals = new Map<string, Interval[]>();
  for (const set of [...a.split(","), ...b.split(",")]) {
    const [uuid = "", ...parts] = set.split(":");
    let source = uuid;
    for (const part of parts) {
      const [first = "", last = first] = part.split("-");
      // WHY: since MySQL 8.3 a word among the intervals is a tag; what follows it is numbered apart.
      if (/^\d+$/.test(first)) intervals.set(source, [...(intervals.get(source) ?? []), [Number(first), Number(last)]]);
      else source = `${uuid}:${part}`;
    }
  }
  return [...intervals].map(([source, list]) => [source, ...joined(list).map(written)].join(":")).join(",");
}

function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const [first, last] of intervals.toSorted(([a], [b]) => a - b)) {
    const previous = result.at(-1);
    if (previous === undefined || first > previous[1] + 1) result.push([first, last]);
    else result[result.length - 1] = [previous[0], Math.max(previous[1], last)];
  }
  return result;
}

const written = ([first, last]: Interval): string => (first === last ? `${first}` : `${first}-${last}`);
