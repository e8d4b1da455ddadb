import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Metrics } from "@mainstay/mysql-resilience";
import { pino } from "pino";
import { createTokens } from "../accounts/tokens.ts";
import { createApp, type Dependencies } from "../app.ts";
import { type Database, DatabaseUnavailable } from "../database.ts";
import type { Caller, Role } from "../http/route.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { listen } from "../listen.ts";
import type { Service } from "../shutdown.ts";
import { checkAnswer } from "./openapi.ts";

export const testSecret = "only-for-tests-0123456789abcdef-0123456789";

export interface TestRequest extends RequestInit {
  /** Signed in as this role, with the account of that number. @default nobody */
  readonly as?: Role | Partial<Caller>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** The API on a port of its own, silent; its log lines are kept. Each answer is checked against the OpenAPI document. */
export interface TestApi extends Service {
  readonly address: string;
  readonly directory: string;
  /** Everything logged so far, at any level. */
  readonly lines: Record<string, unknown>[];
  readonly request: (path: string, options?: TestRequest) => Promise<Response>;
  readonly token: (caller: Role | Partial<Caller>) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startApi(database: Database, change: Partial<Dependencies> = {}): Promise<TestApi> {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "trace", base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const lifecycle: Lifecycle = { phase: "serving", migrated: true };
  const directory = mkdtempSync(join(tmpdir(), "mainstay-documents-"));
  const app = createApp({
    database,
    lifecycle,
    log,
    secrets: [testSecret],
    documentsDirectory: directory,
    requestsPerMinute: 1_000_000,
    proxies: 0,
    // WHY: a busy machine is late; no test is about speed.
    lag: { ms: () => 0 },
    ...change,
  });
  const server = await listen(app.callback(), 0, "127.0.0.1", log);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = createTokens(change.secrets ?? [testSecret], change.now);
  const token = (caller: Role | Partial<Caller>) => {
    const given = typeof caller === "string" ? { role: caller } : caller;
    return tokens.issue({ account: 1, role: "admin", session: 1, oneTime: false, ...given });
  };
  const request = async (path: string, { as, json, headers: given, ...options }: TestRequest = {}) => {
    const headers = new Headers(given);
    if (as !== undefined) headers.set("Authorization", `Bearer ${await token(as)}`);
    if (json !== undefined) headers.set("Content-Type", headers.get("Content-Type") ?? "application/json");
    if (options.method === "POST" && !headers.has("Idempotency-Key"))
      headers.set("Idempotency-Key", crypto.randomUUID());
    const body = json === undefined ? options.body : JSON.stringify(json);
    const response = await fetch(address + path, { ...options, headers, ...(body !== undefined && { body }) });
    if (process.env.SHOW_500 && response.status === 500) console.log(path, JSON.stringify(lines.at(-1), null, 1));
    await checkAnswer(options.method ?? "GET", path, response);
    return response;
  };
  return {
    server,
    database,
    lifecycle,
    log,
    lines,
    address,
    directory,
    request,
    token,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As a client does it: asks again, after a while, where it is told to come again. On a busy machine some of many at once are turned away. */
export async function insist(send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send();
    if (response.status !== 503 || attempt === 100) return response;
    await sleep(200);
  }
}

/** Of a pool that has nothing to do. */
const idleMetrics: Metrics = {
  counters: {},
  writer: { generation: 1, breaker: "closed", idle: 0, busy: 0, connecting: 0, waiting: 0 },
  reader: undefined,
  retryBudget: 20,
};

/** A database without a server; each test says how it behaves. */
export function fakeDatabase(behaviour: Partial<Database> = {}): Database {
  const database: Database = {
    query: async () => [],
    execute: async () => ({ affectedRows: 1, insertId: 1 }),
    transaction: (work) => work(database),
    ping: async () => undefined,
    close: async () => undefined,
    metrics: () => idleMetrics,
    ...behaviour,
  };
  return database;
}

export const unavailable = async (): Promise<never> => {
  throw new DatabaseUnavailable("unreachable", 500, { cause: new Error("connect ECONNREFUSED 10.0.0.7:3306") });
};
