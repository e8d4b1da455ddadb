import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { eventually } from "@mainstay/mysql-resilience/testing";
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
});
afterEach(async () => void (await Promise.all(opened.splice(0).map((database) => database.close()))));
afterAll(() => mariadb?.remove());

describe("readiness", () => {
  it("begins with the database, and outlasts its failover", async () => {
    const api = await startApi(open());
    const ready = async () => {
      const response = await api.request(contract.health.readyPath);
      const { database } = (await response.json()) as { database?: string };
      return database ?? response.status;
    };
    await mariadb.crash();
    expect(await ready()).toBe(503);
    await mariadb.restart();
    await eventually(async () => expect(await ready()).toBe("there"));
    await mariadb.crash();
    expect((await api.request("/patients/1", { as: "admin" })).status).toBe(503);
    await eventually(async () => expect(await ready()).toBe("away"));
    expect((await api.request(contract.health.livePath)).status).toBe(200);
    await mariadb.restart();
    await eventually(async () => expect(await ready()).toBe("there"));
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
      await expect(database.query("SELECT 1")).rejects.toThrow(DatabaseUnavailable);
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
    const waiting = database.execute("DO 1").catch((error: unknown) => error);
    await expect(database.execute("DO 1")).rejects.toMatchObject({ reason: "queue-full" });
    expect(await waiting).toMatchObject({ name: "DatabaseUnavailable", reason: "no-connection" });
    await slow;
    await expect(eventually(() => database.ping())).resolves.toBeUndefined();
  });

  it("closes a connection that somebody has left in another state", async () => {
    const database = open({ poolSize: 1 });
    const id = async () => (await database.query<{ id: number }>("SELECT CONNECTION_ID() AS id"))[0]?.id;
    const first = await id();
    expect(await id()).toBe(first);
    await database.execute("SET SESSION time_zone = '+05:00'");
    expect(await id()).not.toBe(first);
    expect(await database.query("SELECT @@time_zone AS zone")).toEqual([{ zone: "+00:00" }]);
  });

  it("looks a lost COMMIT up, and says what the transaction has returned", async () => {
    const killing = open();
    const database = open({ poolSize: 1 });
    await database.execute("CREATE TABLE once (request VARCHAR(20) PRIMARY KEY)");
    let runs = 0;
    const done = await database.transaction(
      async (transaction) => {
        runs += 1;
        await transaction.execute("INSERT INTO once VALUES ('a')");
        const [row] = await transaction.query<{ id: number }>("SELECT CONNECTION_ID() AS id");
        // The connection ends before COMMIT arrives: nobody can tell from here whether it did.
        if (runs === 1) await killing.execute(`KILL ${row?.id}`);
        return "by this request";
      },
      {
        key: "a",
        resolve: async (asked) =>
          (await asked.query("SELECT 1 FROM once WHERE request = 'a'")).length > 0 ? "looked up" : undefined,
      },
    );
    expect(done).toBe("by this request");
    expect(await database.query("SELECT COUNT(*) AS count FROM once")).toEqual([{ count: 1 }]);
    expect(runs).toBe(2);
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
    await expect(impostor.ping()).rejects.toMatchObject({
      cause: { message: expect.stringContaining("elsewhere") },
    });
  });
});
