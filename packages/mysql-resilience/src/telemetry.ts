import diagnosticsChannel from "node:diagnostics_channel";
import { EventEmitter } from "node:events";
import type { ErrorKind } from "./classify.ts";
import type { UnavailableReason } from "./errors.ts";

/** An address of the options: `connection`, or `reader.connection`. */
export type EndpointName = "writer" | "reader";

/** The method of the pool that was called. */
export type Operation = "read" | "write" | "transaction";

/** Why a connection was closed. */
export type CloseReason =
  | ErrorKind
  /** It belonged to an older generation. */
  | "generation"
  /** Its lifetime was over. */
  | "lifetime"
  /** It rested for too long, or too many did. */
  | "idle"
  /** A function left it with a statement still running, or in a transaction that could not be undone. */
  | "unclean"
  /** A function held it for longer than a lease may last. */
  | "lease-timeout"
  /** It was made while nobody needed it any more. */
  | "unneeded"
  | "pool-closed";

/** Why all connections were retired. */
export type FailoverSign =
  | "lost"
  | "unreachable"
  | "read-only"
  /** The server answers nobody, or not even the smallest question. */
  | "silent"
  /** Another server answers at the same address. */
  | "moved";

/** Everything that happens, by name. `endpoint` is where. */
export interface PoolEvents {
  /** A connection is up: its server has answered, in its role. `identity` tells one server from another; it changes with a failover. */
  "connection-opened": { readonly endpoint: EndpointName; readonly generation: number; readonly identity: string };
  /** A connection is no more, and why. */
  "connection-closed": { readonly endpoint: EndpointName; readonly generation: number; readonly reason: CloseReason };
  /** An attempt to connect has failed. `error` is the driver's, or of this package. */
  "connection-failed": { readonly endpoint: EndpointName; readonly reason: ErrorKind; readonly error: unknown };
  /** A sign of failover: every connection of earlier generations is retired. */
  "generation-raised": { readonly endpoint: EndpointName; readonly generation: number; readonly reason: FailoverSign };
  /** No new connection can be made: callers are refused at once where none is left, and the pool goes on trying. Once per outage. */
  "breaker-opened": { readonly endpoint: EndpointName };
  /** Connections can be made again. */
  "breaker-closed": { readonly endpoint: EndpointName };
  /** The server refused the credentials, and others have been read. */
  "credentials-refreshed": { readonly endpoint: EndpointName };
  /** A caller got no connection; each attempt of an operation counts. */
  "lease-refused": { readonly endpoint: EndpointName; readonly reason: UnavailableReason };
  /** A statement was not answered within `limits.statementMs`, or by the end of its operation; its connection is destroyed. */
  "statement-timeout": { readonly endpoint: EndpointName };
  /** Work is repeated after a pause. `attempt` is 1 for the first repeat, `reason` what the one before failed of. */
  retry: { readonly operation: Operation; readonly reason: ErrorKind; readonly attempt: number };
  /** Work would have been repeated, and the budget is used up. */
  "retry-refused": { readonly operation: Operation; readonly reason: ErrorKind };
  /** A COMMIT was lost. What follows is `outcome-resolved`, or an error for the caller. */
  "outcome-unknown": { readonly idempotencyKey: string | undefined };
  /** A lost COMMIT was looked up. `committed`: it was done; else the work is done again. */
  "outcome-resolved": { readonly idempotencyKey: string; readonly committed: boolean };
  /** A read that a replica could have taken went to the writer. */
  "read-from-writer": { readonly reason: "reader-unavailable" | "behind" | "recent-write" };
}

export type PoolEventName = keyof PoolEvents;

/** What {@link Telemetry} publishes on {@link channelName}. */
export type PoolEvent = { [Name in PoolEventName]: { readonly event: Name } & PoolEvents[Name] }[PoolEventName];

/** `node:diagnostics_channel` on which every event of every pool of this process is published. */
export const channelName = "mainstay:mysql-resilience";

/** Counts events by name, endpoint and reason, and tells whoever listens. */
export class Telemetry {
  readonly events = new EventEmitter<{ [Name in PoolEventName]: [PoolEvents[Name]] }>();
  readonly #channel = diagnosticsChannel.channel(channelName);
  readonly #counters = new Map<string, number>();

  emit<Name extends PoolEventName>(name: Name, event: PoolEvents[Name]): void {
    const counter = nameOf(name, event);
    this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + 1);
    // WHY the cast: TypeScript does not relate a mapped tuple to its generic key.
    (this.events as EventEmitter).emit(name, event);
    if (this.#channel.hasSubscribers) this.#channel.publish({ event: name, ...event });
  }

  /** Since the pool was made; sorted by name. */
  counters(): Record<string, number> {
    return Object.fromEntries([...this.#counters].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** For example `connection-closed.writer.lifetime`: what happened, where, why. */
function nameOf(name: string, event: object): string {
  const labels: Record<string, unknown> = { ...event };
  return [name, labels.endpoint, labels.operation, labels.reason].filter((part) => typeof part === "string").join(".");
}
