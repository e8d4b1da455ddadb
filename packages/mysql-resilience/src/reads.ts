import type { RowDataPacket } from "mysql2/promise";
import { DatabaseUnavailable } from "./errors.ts";
import type { Lender } from "./lease.ts";
import type { Link } from "./link.ts";
import {
  type After,
  hasCaughtUp,
  latest,
  type Position,
  positionOf,
  positionQuery,
  type Route,
  routeAfter,
  timePosition,
} from "./position.ts";
import type { LeasedSession, Session } from "./session.ts";
import type { Telemetry } from "./telemetry.ts";

export interface ReadsOptions {
  readonly writer: Lender;
  readonly reader: Lender | undefined;
  /** Milliseconds. */
  readonly waitMs: number;
  readonly stickyMs: number;
  readonly telemetry: Telemetry;
}

/** The replica has not replayed yet what the read has to see. */
class Behind extends Error {
  override readonly name = "Behind";
}

/** Sends reads where they may go, and remembers what has been written. */
export class Reads {
  readonly #options: ReadsOptions;
  #written: Position | undefined;
  /** Until when (monotonic) nobody asks a replica to catch up: it could not, a moment ago. */
  #behindUntil = 0;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  get written(): Position | undefined {
    return this.#written;
  }

  /** Notes what `session` has just committed. Costs a round trip, and only where there are replicas with GTID. */
  async note(session: LeasedSession, { server }: Link): Promise<void> {
    if (this.#options.reader === undefined) return;
    this.#written = latest(this.#written, await positionNow(session, server));
    this.#behindUntil = 0;
  }

  async read<T>(deadline: number, attempt: number, use: (session: Session) => Promise<T>, after: After): Promise<T> {
    const { writer, reader, telemetry } = this.#options;
    // WHY: what failed on a replica gets no second chance there.
    if (reader === undefined || attempt > 0) return writer.lend(deadline, use);
    const position = after === "own-writes" ? this.#written : after === "anything" ? undefined : after;
    const route = this.#route(position);
    if (route.to === "writer") {
      telemetry.emit("read-from-writer", { reason: "recent-write" });
      return writer.lend(deadline, use);
    }
    try {
      return await reader.lend(deadline, async (session, link) => {
        if ("wait" in route) await this.#catchUp(session, link, route.wait, position);
        return use(session);
      });
    } catch (error) {
      const reason = whyNotReader(error);
      if (reason === undefined) throw error;
      telemetry.emit("read-from-writer", { reason });
      return writer.lend(deadline, use);
    }
  }

  #route(position: Position | undefined): Route {
    const { waitMs, stickyMs } = this.#options;
    const route = routeAfter(position, { now: Date.now(), stickyMs, waitMs });
    return "wait" in route && performance.now() < this.#behindUntil ? { to: "writer" } : route;
  }

  async #catchUp(
    session: LeasedSession,
    link: Link,
    { sql, values }: { readonly sql: string; readonly values: readonly unknown[] },
    position: Position | undefined,
  ): Promise<void> {
    // WHY: a reader endpoint without replicas leads to the writer, which replays nothing and is never behind.
    if (link.caughtUp === position || link.server.writable) return;
    const [rows] = await session.query<RowDataPacket[]>(sql, values);
    if (!hasCaughtUp(rows[0]?.late)) {
      this.#behindUntil = performance.now() + this.#options.stickyMs;
      throw new Behind("the replica is behind");
    }
    link.caughtUp = position;
  }
}

async function positionNow(session: LeasedSession, server: Link["server"]): Promise<Position> {
  const sql = positionQuery(server);
  const byTime = timePosition(Date.now());
  if (sql === undefined || server.gtid === "none") return byTime;
  try {
    const [rows] = await session.query<RowDataPacket[]>(sql);
    return positionOf(server.gtid, String(rows[0]?.position ?? "")) ?? byTime;
  } catch {
    return byTime;
  }
}

/** WHY not when replicas are only busy: their load would bring the writer down. */
function whyNotReader(error: unknown): "behind" | "reader-unavailable" | undefined {
  if (error instanceof Behind) return "behind";
  const isAway = error instanceof DatabaseUnavailable && !["queue-full", "closed", "deadline"].includes(error.reason);
  return isAway ? "reader-unavailable" : undefined;
}
