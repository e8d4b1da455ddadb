import diagnosticsChannel from "node:diagnostics_channel";
import { EventEmitter } from "node:events";
import type { ErrorKind } from "./classify.ts";
import type { UnavailableReason } from "./errors.ts";

export type EndpointName = "writer" | "reader";
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
  "connection-opened": { readonly endpoint: EndpointName; readonly generation: number; readonly identity: string };
  "connection-closed": { readonly endpoint: EndpointName; readonly generation: number; readonly reason: CloseReason };
  "connection-failed": { readonly endpoint: EndpointName; readonly reason: ErrorKind; readonly error: unknown };
  "generation-raised": { readonly endpoint: EndpointName; readonly generation: number; readonly reason: FailoverSign };
  "breaker-opened": { readonly endpoint: EndpointName };
  "breaker-closed": { readonly endpoint: EndpointName };
  "credentials-refreshed": { readonly endpoint: EndpointName };
  "lease-refused": { readonly endpoint: EndpointName; readonly reason: UnavailableReason };
  "statement-timeout": { readonly endpoint: EndpointName };
  retry: { readonly operation: Operation; readonly reason: ErrorKind; readonly attempt: number };
  "retry-refused": { readonly operation: Operation; readonly reason: ErrorKind };
  "outcome-unknown": { readonly idempotencyKey: string | undefined };
  "outcome-resolved": { readonly idempotencyKey: string; readonly committed: boolean };
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
