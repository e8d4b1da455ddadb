import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { createDatabase, type Database, DatabaseUnavailable, type PoolLimits } from "./database.ts";
import { fakeDatabase, startApi } from "./testing/api.ts";
import { type Mariadb, startMariadb } from "./testing/mariadb.ts";

let mariadb: Mariadb;
const opened: Database[] = [];

function open(limits?: Partial<PoolLimits>, change: Partial<Mariadb["config"]> = {}): Database {
  const database = createDatabase({ ...mariadb.config, ...change }, limits);
  opened.push(database);
  return database;
}

beforeAll(async () => {
  mariadb = await startMariadb();
}, 30_000);
afterEach(async () => void (await Promise.all(opened.splice(0).map((database) => database.close()))));
afterAll(() => mariadb?.remove());

describe("readiness", () => {
  it("follows the database as it goes down and comes up again", async () => {
    const api = await startApi(open());
    const ready = async () => (await api.request(contract.health.readyPath)).status;
    expect(await ready()).toBe(200);
    await mariadb.crash();
    expect(await ready()).toBe(503);
    expect((await api.request(contract.health.livePath)).status).toBe(200);
    expect((await api.request("/patients/1", { as: "admin" })).status).toBe(503);
    await mariadb.restart();
    expect(await ready()).toBe(200);
    api.server.closeAllConnections();
    api.server.close();
  });
});

it("readiness answers within the load balancer's timeout though the database is silent", async () => {
  const api = await startApi(fakeDatabase({ ping: () => new Promise<never>(() => undefined) }));
  const tooLate = sleep(contract.health.timeout * 1000, "too late", { ref: false });
  const answer = api.request(contract.health.readyPath).then(({ status }) => status);
  expect(await Promise.race([answer, tooLate])).toBe(503);
  await api.close();
});

describe("the pool", () => {
  it("gives up on a server that falls silent, and gets its only connection back", async () => {
    const database = open({ poolSize: 1, queryTimeoutMs: 1000, acquireTimeoutMs: 1000 });
    await database.ping();
    await mariadb.freeze();
    try {
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailable);
      await expect(database.ping()).rejects.toThrow(DatabaseUnavailable);
    } finally {
      mariadb.thaw();
    }
    await expect(eventually(() => database.query("SELECT 1 AS one"))).resolves.toEqual([{ one: 1 }]);
  });

  it("does not let a request wait for a connection longer than the limit, and refuses when the queue is full", async () => {
    const database = open({ poolSize: 1, queue: 1, acquireTimeoutMs: 1000 });
    await database.ping();
    const slow = database.query("SELECT SLEEP(3)");
    const waiting = database.ping().catch((error: unknown) => error);
    await expect(database.ping()).rejects.toMatchObject({ cause: { message: "Queue limit reached." } });
    expect(await waiting).toMatchObject({
      name: "DatabaseUnavailable",
      cause: { message: "no free connection within 1000 ms" },
    });
    await slow;
    await expect(eventually(() => database.ping())).resolves.toBeUndefined();
  });

  it("drops a connection after an error, so that nobody inherits its state", async () => {
    const database = open({ poolSize: 1 });
    const id = async () => (await database.query<{ id: number }>("SELECT CONNECTION_ID() AS id"))[0]?.id;
    const first = await id();
    expect(await id()).toBe(first);
    await expect(database.query("SELECT nothing FROM nowhere")).rejects.toMatchObject({ code: "ER_NO_SUCH_TABLE" });
    expect(await id()).not.toBe(first);
  });

  it("sends values as values", async () => {
    const text = "'; DROP TABLE patients; -- \\";
    expect(await open().query("SELECT ? AS text, ? AS nothing", [text, null])).toEqual([{ text, nothing: null }]);
  });
});

describe("TLS", () => {
  const cipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";

  it("is used, with the server checked, once there is an authority", async () => {
    const [plain] = await open().query<{ Value: string }>(cipher);
    expect(plain?.Value).toBe("");
    const [secure] = await open({}, { ca: mariadb.certificate, host: "localhost" }).query<{ Value: string }>(cipher);
    expect(secure?.Value).toMatch(/^TLS_/);
  });

  it("refuses a server whose certificate is for another name", async () => {
    await mariadb.crash();
    await mariadb.restart("elsewhere.example");
    const impostor = open({}, { ca: mariadb.certificate, host: "localhost" });
    await expect(impostor.ping()).rejects.toMatchObject({ cause: { message: expect.stringContaining("elsewhere") } });
  });
});

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await work();
    } catch {
      // The server is still waking up.
    }
  }
  return work();
}
