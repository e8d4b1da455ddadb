import { EventEmitter } from "node:events";
import { DemotedWriter } from "../errors.ts";
import type { Dial, Dialled } from "../link.ts";
import { type Server, type ServerVariables, serverOf } from "../role.ts";

/** An engine that no test machine has: answers from a script, keeps what it was asked. */
export interface FakeServer {
  variables: ServerVariables;
  /** What a statement answers, by its beginning; anything else answers no rows. An error is thrown, "never" is silence. */
  readonly answers: Record<string, unknown>;
  readonly asked: string[];
  /** Connections that are open. */
  readonly open: Set<FakeSocket>;
}

class FakeSocket extends EventEmitter {
  destroyed = false;
  bytesRead = 0;
  readonly pending = new Set<(error: unknown) => void>();

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    const lost = Object.assign(new Error("lost"), { code: "PROTOCOL_CONNECTION_LOST", fatal: true });
    for (const reject of this.pending) reject(lost);
    setImmediate(() => this.emit("close"));
  }
}

export function fakeServer(variables: ServerVariables, answers: Record<string, unknown> = {}): FakeServer {
  return { variables, answers, asked: [], open: new Set() };
}

/** Dials the server that `find` gives at that moment; an error is what the attempt fails with. */
export function fakeDial(find: (name: "writer" | "reader") => FakeServer | Error): Dial {
  return async ({ writer, signal }) => {
    signal.throwIfAborted();
    const found = find(writer ? "writer" : "reader");
    if (found instanceof Error) throw found;
    const server = serverOf(found.variables);
    if (writer && !server.writable) throw new DemotedWriter("demoted");
    return connectionTo(found, server);
  };
}

function connectionTo(fake: FakeServer, server: Server): Dialled {
  const socket = new FakeSocket();
  fake.open.add(socket);
  socket.once("close", () => fake.open.delete(socket));
  const query = (sql: string | { readonly sql: string }, ...rest: unknown[]) => {
    const done = rest.at(-1) as (error: unknown, rows?: unknown) => void;
    const text = typeof sql === "string" ? sql : sql.sql;
    fake.asked.push(text);
    const key = Object.keys(fake.answers).find((beginning) => text.startsWith(beginning));
    const answer = key === undefined ? [] : fake.answers[key];
    const reply = (error: unknown, rows?: unknown) => {
      if (!socket.pending.delete(reply)) return;
      socket.bytesRead += 1;
      done(error, rows);
    };
    socket.pending.add(reply);
    if (answer === "never") return;
    setImmediate(() => (answer instanceof Error ? reply(answer) : reply(null, answer)));
  };
  const promised = (sql: string | { readonly sql: string }, values?: unknown) =>
    new Promise((resolve, reject) => {
      query(sql, values, (error: unknown, rows: unknown) => (error === null ? resolve([rows, []]) : reject(error)));
    });
  const end = async () => socket.destroy();
  const dialled = { driver: { query, execute: query }, connection: { query: promised, end }, socket, server };
  // WHY the cast: a driver has a hundred methods, of which the pool uses two.
  return dialled as unknown as Dialled;
}
