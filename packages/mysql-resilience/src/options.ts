import type { Connection, ConnectionOptions } from "mysql2/promise";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { InvalidOptions } from "./errors.ts";

/** Options of mysql2 that stay the user's own; the rest is this package's business. */
export type ServerOptions = Omit<
  ConnectionOptions,
  "user" | "password" | "password1" | "passwordSha1" | "uri" | "stream" | "connectTimeout" | "enableKeepAlive"
>;

/** Every limit. Durations are milliseconds. */
export interface Limits {
  /**
   * Connections to one endpoint. Processes times this must stay below the server's `max_connections`.
   *
   * @default 10
   */
  readonly connections: number;
  /** Callers that may wait for a connection; one more is refused at once. @default 40 */
  readonly queue: number;
  /** Until a caller has a connection. @default 2_000 */
  readonly acquireMs: number;
  /** Until a connection is up: name, TCP, TLS, password and role together. mysql2's own default is 10 s. @default 2_000 */
  readonly connectMs: number;
  /** Until one statement has answered. @default 5_000 */
  readonly statementMs: number;
  /** From the first attempt to the last answer of one `read`, `write` or `transaction`. @default 15_000 */
  readonly operationMs: number;
  /** For how long a function may hold a connection. @default 10_000 */
  readonly leaseMs: number;
  /** Until a server has answered the smallest of questions; later is as good as never. @default 1_000 */
  readonly pingMs: number;
  /** A statement waits and no connection hears anything: after this long a new connection asks whether anybody is there. @default 1_000 */
  readonly silenceMs: number;
  /** A connection that rested for longer is asked before it is used. @default 1_000 */
  readonly trustIdleMs: number;
  /** How often a connection at rest is asked for the server's role, so that reads notice a demotion too. @default 2_000 */
  readonly roleCheckMs: number;
  /** A connection at rest is closed after this. @default 60_000 */
  readonly idleMs: number;
  /** Connections that may rest for long. @default half of `connections`, at least 1 */
  readonly maxIdle: number;
  /** A connection is replaced after this at the latest: DNS changes and new replicas are noticed. @default 300_000 */
  readonly lifetimeMs: number;
  /** The share of the lifetime that is left to chance, 0 to 1. @default 0.2 */
  readonly lifetimeJitter: number;
  /**
   * Silence on a TCP connection until the kernel probes it: 1000 to 32 767 000, in whole seconds. Linux waits two hours if not told.
   *
   * @default 10_000
   */
  readonly keepAliveMs: number;
  /** Failed attempts to connect, in a row, until callers are refused at once. After a sign of failover one is enough. @default 3 */
  readonly breakerFailures: number;
  /** The first pause of an open breaker; each further one is twice as long. @default 200 */
  readonly healFirstMs: number;
  /** The longest pause between two attempts to reach a server that is away: the most that is added to its recovery. @default 500 */
  readonly healMaxMs: number;
}

/** How work is repeated. */
export interface RetryOptions {
  /** Repeats of one `read`, `write` or `transaction`. @default 3 */
  readonly repeats: number;
  /** The first pause, in milliseconds; each further one is twice as long. @default 20 */
  readonly firstMs: number;
  /** The longest pause, in milliseconds. @default 500 */
  readonly maxMs: number;
  /** Repeats per piece of work that are earned in good times: bounds the extra load in bad ones. 0 to 1. @default 0.1 */
  readonly ratio: number;
  /** Repeats that can be saved up. @default 20 */
  readonly reserve: number;
}

/** A second address, for reads: replicas, an Aurora reader endpoint. */
export interface ReaderOptions {
  /** What differs from the writer's; usually only `host`. */
  readonly connection: ServerOptions;
  /** How long a replica is given to catch up with a write, in milliseconds, before the writer is asked. @default 200 */
  readonly waitMs?: number;
  /**
   * Where the server numbers no transactions (no GTID): how long reads stay with the writer after a write, in milliseconds. Above
   * the lag of the replicas.
   *
   * @default 1_000
   */
  readonly stickyMs?: number;
}

/** What {@link createResilientPool} takes. What cannot work is refused there, with {@link InvalidOptions}. */
export interface ResilientPoolOptions {
  /** Where the writer is, and how to talk to it. A name that follows the writer, as RDS and Aurora have. */
  readonly connection: ServerOptions;
  /** User and password, or where they are read before every new connection. */
  readonly credentials: Credentials | CredentialSource;
  /** @default none: reads go to the writer */
  readonly reader?: ReaderOptions;
  /**
   * `single-writer`: one server at a time is behind the writer's address, so that another one means failover. `any-writer`: several
   * are (Galera behind a balancer).
   *
   * @default single-writer
   */
  readonly topology?: "single-writer" | "any-writer";
  /** Runs on every new connection before its first use: `SET SESSION ...`. Within `connectMs`. @default nothing */
  readonly prepare?: (connection: Connection) => Promise<void>;
  /** How many, and for how long. @default each as {@link Limits} says */
  readonly limits?: Partial<Limits>;
  /** How often, and how far apart, work is repeated. `{ repeats: 0 }`: never. @default each as {@link RetryOptions} says */
  readonly retry?: Partial<RetryOptions>;
}

const defaults = {
  connections: 10,
  queue: 40,
  acquireMs: 2_000,
  connectMs: 2_000,
  statementMs: 5_000,
  operationMs: 15_000,
  leaseMs: 10_000,
  pingMs: 1_000,
  silenceMs: 1_000,
  trustIdleMs: 1_000,
  roleCheckMs: 2_000,
  idleMs: 60_000,
  lifetimeMs: 300_000,
  lifetimeJitter: 0.2,
  keepAliveMs: 10_000,
  breakerFailures: 3,
  healFirstMs: 200,
  healMaxMs: 500,
} satisfies Omit<Limits, "maxIdle">;

const retryDefaults: RetryOptions = { repeats: 3, firstMs: 20, maxMs: 500, ratio: 0.1, reserve: 20 };

/** {@link ResilientPoolOptions} with nothing left open. */
export interface Settings {
  readonly writer: ServerOptions;
  readonly reader:
    | { readonly connection: ServerOptions; readonly waitMs: number; readonly stickyMs: number }
    | undefined;
  readonly credentials: CredentialSource;
  readonly topology: "single-writer" | "any-writer";
  readonly prepare: ((connection: Connection) => Promise<void>) | undefined;
  readonly limits: Limits;
  readonly retry: RetryOptions;
}

/** @throws {InvalidOptions} naming everything that cannot work. */
export function settle(options: ResilientPoolOptions): Settings {
  const { connection, credentials, reader, topology = "single-writer" } = options;
  const connections = options.limits?.connections ?? defaults.connections;
  const limits = { ...defaults, maxIdle: Math.max(1, Math.floor(connections / 2)), ...options.limits };
  const retry = { ...retryDefaults, ...options.retry };
  const found = problems(limits, retry, reader);
  if (found.length > 0) throw new InvalidOptions(found);
  return {
    writer: connection,
    reader: reader && {
      connection: { ...connection, ...reader.connection },
      waitMs: reader.waitMs ?? 200,
      stickyMs: reader.stickyMs ?? 1_000,
    },
    credentials: typeof credentials === "function" ? credentials : () => credentials,
    topology,
    prepare: options.prepare,
    limits,
    retry,
  };
}

/** What a type cannot see, in words. */
export function problems(limits: Limits, retry: RetryOptions, reader?: Partial<ReaderOptions>): string[] {
  const whole = ["connections", "breakerFailures"] as const;
  const shares = [
    ["limits.lifetimeJitter", limits.lifetimeJitter],
    ["retry.ratio", retry.ratio],
  ] as const;
  const counts = [
    ["limits.queue", limits.queue],
    ["limits.maxIdle", limits.maxIdle],
    ["retry.repeats", retry.repeats],
    ["retry.reserve", retry.reserve],
  ] as const;
  const durations = [
    ...Object.entries(limits).map(([name, value]) => [`limits.${name}`, value] as const),
    ["retry.firstMs", retry.firstMs] as const,
    ["retry.maxMs", retry.maxMs] as const,
    ...(["waitMs", "stickyMs"] as const).map((name) => [`reader.${name}`, reader?.[name] ?? 1] as const),
  ].filter(([name]) => name.endsWith("Ms") && name !== "limits.keepAliveMs");
  return [
    ...whole
      .filter((name) => !(Number.isInteger(limits[name]) && limits[name] >= 1))
      .map((name) => `limits.${name} is ${limits[name]}; allowed: a whole number from 1`),
    ...counts
      .filter(([, value]) => !(Number.isInteger(value) && value >= 0))
      .map(([name, value]) => `${name} is ${value}; allowed: a whole number from 0`),
    ...shares
      .filter(([, value]) => !(value >= 0 && value <= 1))
      .map(([name, value]) => `${name} is ${value}; allowed: 0 to 1`),
    // WHY: Node takes a longer timer as 1 ms.
    ...durations
      .filter(([, value]) => !(value > 0 && value < 2 ** 31))
      .map(([name, value]) => `${name} is ${value}; allowed: above 0 and below 2^31 milliseconds`),
    // WHY: Node rounds down to seconds, and Linux takes 1 to 32 767 of them; it goes on with two hours, without an error.
    ...[limits.keepAliveMs]
      .filter((value) => !(value >= 1_000 && value < 32_768_000))
      .map(
        (value) =>
          `limits.keepAliveMs is ${value}; allowed: 1000 to 32767000 milliseconds, else the kernel keeps its two hours`,
      ),
    ...relations(limits, retry),
  ];
}

/** Pairs in which the second must not be below the first: else it would cut the first short, or never happen. */
function relations(limits: Limits, retry: RetryOptions): string[] {
  const pairs = [
    ["limits.statementMs", limits.statementMs, "limits.leaseMs", limits.leaseMs],
    ["limits.acquireMs", limits.acquireMs, "limits.operationMs", limits.operationMs],
    ["limits.statementMs", limits.statementMs, "limits.operationMs", limits.operationMs],
    ["limits.maxIdle", limits.maxIdle, "limits.connections", limits.connections],
    ["limits.healFirstMs", limits.healFirstMs, "limits.healMaxMs", limits.healMaxMs],
    ["retry.firstMs", retry.firstMs, "retry.maxMs", retry.maxMs],
  ] as const;
  return pairs
    .filter(([, low, , high]) => low > high)
    .map(([low, lowValue, high, highValue]) => `${low} is ${lowValue}; allowed: at most ${high} (${highValue})`);
}
