import { connect, type Socket } from "node:net";
import { createConnection, type Connection as Driver } from "mysql2";
import type { Connection } from "mysql2/promise";
import { classify } from "./classify.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { within } from "./deadline.ts";
import { CredentialsUnavailable, DatabaseUnavailable, DemotedWriter, ServerSilent } from "./errors.ts";
import type { Limits, ServerOptions } from "./options.ts";
import type { Position } from "./position.ts";
import { isWritable, roleQuery, type Server, type ServerVariables, serverOf, serverQuery } from "./role.ts";

export type { Connection as Driver } from "mysql2";

/** Who holds a connection, for the endpoint that lent it. */
export interface Lease {
  /** Ends what takes too long. */
  look(now: number): void;
}

/** One connection, with what the pool knows of it. */
export interface Link {
  /** WHY not the driver's promises: they cost a stack trace and an object per statement. */
  readonly driver: Driver;
  /** The same connection, with promises. */
  readonly connection: Connection;
  /** WHY our own: `destroy` of the driver only half-closes it, and then waits for a peer that may be gone. */
  readonly socket: Socket;
  readonly server: Server;
  readonly generation: number;
  readonly expiresAt: number;
  /** Since when nobody has used it. */
  idleSince: number;
  /** When it last did what it should. */
  trustedAt: number;
  /** Since when a statement waits for its answer; 0 when none does. */
  pendingSince: number;
  /** `bytesRead` of the socket when somebody last looked. */
  bytesSeen: number;
  lease: Lease | undefined;
  /** What this replica is known to have replayed. */
  caughtUp: Position | undefined;
}

/** What is needed to make a connection. */
export interface Dialling {
  readonly server: ServerOptions;
  readonly credentials: CredentialSource;
  readonly limits: Pick<Limits, "keepAliveMs">;
  /** Refuse a server that takes no writes. */
  readonly writer: boolean;
  readonly prepare: ((connection: Connection) => Promise<void>) | undefined;
  /** Gives up every attempt under way. */
  readonly signal: AbortSignal;
  /** Called when the server refused credentials and others were tried. */
  readonly onRefresh: () => void;
}

export type Dialled = Pick<Link, "driver" | "connection" | "socket" | "server">;

/** Makes one connection: fresh credentials, a role that fits, all within `ms`. */
export type Dial = (dialling: Dialling, ms: number) => Promise<Dialled>;

/** One attempt, and whether anybody still waits for it. */
interface Attempt extends Dialling {
  readonly ms: number;
  readonly sockets: Set<Socket>;
  given: "time" | "up";
}

/** {@link Dial} over TCP, or the socket file that the options name. */
export const dial: Dial = async (dialling, ms) => {
  const attempt: Attempt = { ...dialling, ms, sockets: new Set(), given: "time" };
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new DatabaseUnavailable("closed", ms));
  if (dialling.signal.aborted) abort();
  dialling.signal.addEventListener("abort", abort);
  try {
    return await within(ms, Promise.race([dialWithFreshCredentials(attempt), aborted]), () => notReached(ms));
  } catch (error) {
    attempt.given = "up";
    for (const socket of attempt.sockets) socket.destroy();
    throw error;
  } finally {
    dialling.signal.removeEventListener("abort", abort);
  }
};

async function dialWithFreshCredentials(attempt: Attempt): Promise<Dialled> {
  const credentials = await read(attempt.credentials, false);
  try {
    return await open(attempt, credentials);
  } catch (error) {
    if (classify(error) !== "denied") throw error;
    const fresh = await read(attempt.credentials, true);
    // WHY: the same password again would only bring the account nearer to its lock.
    if (fresh.user === credentials.user && fresh.password === credentials.password) throw error;
    attempt.onRefresh();
    return open(attempt, fresh);
  }
}

async function read(source: CredentialSource, fresh: boolean): Promise<Credentials> {
  try {
    return await source({ fresh });
  } catch (cause) {
    throw new CredentialsUnavailable("the credentials could not be read", { cause });
  }
}

async function open(attempt: Attempt, credentials: Credentials): Promise<Dialled> {
  const { server: options, limits, writer, prepare, ms } = attempt;
  // WHY: credentials may come when nobody waits any more; a connection would have no owner.
  if (attempt.given === "up") throw notReached(ms);
  const { host = "localhost", port = 3306, socketPath } = options;
  const socket = connect({
    ...(socketPath === undefined ? { host, port } : { path: socketPath }),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.keepAliveMs,
  });
  attempt.sockets.add(socket);
  const driver = createConnection({ ...options, ...credentials, stream: () => socket, connectTimeout: ms });
  // WHY: an error while nobody uses the connection is told by the socket's end as well, and would end the process here.
  driver.on("error", ignore);
  const connection = driver.promise();
  const [rows] = await connection.query({ sql: serverQuery, rowsAsArray: true });
  const server = serverOf(Object.fromEntries(rows as unknown as [string, string][]) satisfies ServerVariables);
  if (writer && !server.writable) throw new DemotedWriter(`${server.identity} takes no writes`);
  await prepare?.(connection);
  return { driver, connection, socket, server };
}

function ignore(): void {}

function notReached(ms: number): Error {
  return new ServerSilent(`no connection within ${ms} ms`, "unreachable");
}

/**
 * Asks a connection at rest whether its server still answers and, for a writer, still takes writes.
 *
 * @throws what the server answered, or a timeout after `ms`.
 */
export async function ask({ connection }: Pick<Link, "connection">, writer: boolean, ms: number): Promise<void> {
  const silent = () => new ServerSilent(`no answer within ${ms} ms`, "silent");
  const [rows] = await within(ms, connection.query({ sql: roleQuery, rowsAsArray: false }), silent);
  const [variables = {}] = rows as Record<string, unknown>[];
  if (writer && !isWritable(variables)) throw new DemotedWriter("the server takes no writes any more");
}

/**
 * Says goodbye, and closes the socket after `ms` whether or not the server has answered.
 *
 * Only for a connection that nobody uses.
 */
export function hangUp({ connection, socket }: Pick<Link, "connection" | "socket">, ms: number): void {
  const timer = setTimeout(() => socket.destroy(), ms).unref();
  socket.once("close", () => clearTimeout(timer));
  connection.end().catch(ignore);
}
