import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { createApp } from "../app.ts";
import { type Database, DatabaseUnavailable } from "../database.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { listen } from "../listen.ts";
import type { Service } from "../shutdown.ts";

/** The API on a port of its own, silent; its log lines are kept. */
export interface TestApi extends Service {
  readonly address: string;
  /** Everything logged so far, at any level. */
  readonly lines: Record<string, unknown>[];
  readonly request: (path: string, options?: RequestInit) => Promise<Response>;
  readonly close: () => Promise<void>;
}

export async function startApi(database: Database): Promise<TestApi> {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "trace", base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const lifecycle: Lifecycle = { phase: "serving" };
  const server = await listen(createApp({ database, lifecycle, log }).callback(), 0, "127.0.0.1");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    server,
    database,
    lifecycle,
    log,
    lines,
    address,
    request: (path, options) => fetch(address + path, options),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await database.close();
    },
  };
}

/** A database without a server; each test says how it behaves. */
export function fakeDatabase(behaviour: Partial<Database> = {}): Database {
  return { query: async () => [], ping: async () => undefined, close: async () => undefined, ...behaviour };
}

export const unavailable = async (): Promise<never> => {
  throw new DatabaseUnavailable("no connection", { cause: new Error("connect ECONNREFUSED 10.0.0.7:3306") });
};
