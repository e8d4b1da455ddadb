import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createResilientPool, LeaseExpired, type ResilientPool } from "./index.ts";
import { connectionId, type Lab, number, place, startLab } from "./testing/lab.ts";

let lab: Lab<ResilientPool>;

beforeAll(async () => {
  lab = await startLab(createResilientPool, 20_000);
});
afterEach(() => lab?.tidy());
afterAll(() => lab?.remove());

const counters = (pool: ResilientPool) => pool.metrics().counters;
const one = (pool: ResilientPool) => number(pool, "SELECT 1");

describe("the outcome", () => {
  it("item 6: of a COMMIT that was lost is unknown when nothing resolves it", async () => {
    const pool = await lab.open();
    await one(pool);
    lab.network.cutAt("COMMIT", "after");
    await expect(
      pool.transaction((session) => session.query("INSERT INTO orders (request) VALUES ('unknown')")),
    ).rejects.toMatchObject({ name: "OutcomeUnknown", cause: { code: "ECONNRESET" } });
  });

  it("item 6: is resolved after a failover that takes a while", async () => {
    const pool = await lab.open();
    await place(pool, "warm");
    const unknown = Promise.withResolvers<void>();
    pool.events.once("outcome-unknown", () => void lab.network.refuse().then(unknown.resolve));
    lab.network.cutAt("COMMIT", "after");
    const placed = place(pool, "slow");
    await unknown.promise;
    await lab.cluster.switchOver();
    lab.follow();
    await lab.network.accept();
    expect(await placed).toBe("slow");
    expect(await number(pool, "SELECT COUNT(*) FROM orders WHERE request = 'slow'")).toBe(1);
  });

  it("item 6: stays unknown when the time is over, and says for which key", async () => {
    const pool = await lab.open({ limits: { operationMs: 1_500, statementMs: 1_000, acquireMs: 500 } });
    await place(pool, "warm");
    pool.events.once("outcome-unknown", () => void lab.network.refuse());
    lab.network.cutAt("COMMIT", "after");
    await expect(place(pool, "never")).rejects.toMatchObject({ name: "OutcomeUnknown", idempotencyKey: "never" });
  });

  it("item 6: of a lost write is unknown, unless it is idempotent", async () => {
    const pool = await lab.open();
    await place(pool, "row");
    lab.network.cutAt("amount + 1", "after");
    const add = "UPDATE orders SET amount = amount + 1";
    await expect(pool.write((session) => session.query(add))).rejects.toMatchObject({ name: "OutcomeUnknown" });
    lab.network.cutAt("amount = 7", "after");
    const set = pool.write((session) => session.query("UPDATE orders SET amount = 7"), { idempotent: true });
    await expect(set).resolves.toBeDefined();
    expect(await number(pool, "SELECT amount FROM orders")).toBe(7);
  });

  it("item 6: of a write that a read-only server refused is none: it is repeated where writes are taken", async () => {
    const pool = await lab.open();
    await one(pool);
    await lab.cluster.switchOver();
    lab.follow();
    await pool.write((session) => session.query("INSERT INTO orders (request) VALUES ('refused')"));
    expect(counters(pool)).toMatchObject({ "retry.write.read-only": 1, "generation-raised.writer.read-only": 1 });
  });
});

describe("a lease", () => {
  it("ends after its time, and the connection with it", async () => {
    const late = Promise.withResolvers<void>();
    const pool = await lab.open({ limits: { leaseMs: 300, statementMs: 200, connections: 1 } });
    const held = pool.transaction(async (session) => {
      await session.query("INSERT INTO orders (request) VALUES ('held')");
      await late.promise;
    });
    await expect(held).rejects.toMatchObject({ reason: "silent", cause: { name: LeaseExpired.name } });
    expect(await number(pool, "SELECT COUNT(*) FROM orders")).toBe(0);
    late.resolve();
    await sleep(0);
    expect(counters(pool)["connection-closed.writer.lease-timeout"]).toBe(1);
  });

  it("that ends during COMMIT leaves the outcome unknown", async () => {
    const pool = await lab.open({ limits: { leaseMs: 600, statementMs: 500, silenceMs: 60_000 } });
    await one(pool);
    await expect(
      pool.transaction(async (session) => {
        await session.query("INSERT INTO orders (request) VALUES ('late')");
        await sleep(300);
        lab.network.silenceOpen();
      }),
    ).rejects.toMatchObject({ name: "OutcomeUnknown" });
  });

  it("is over with its function: nothing can be sent any more, and nothing may be left running", async () => {
    const pool = await lab.open({ limits: { connections: 1 } });
    const late = await pool.read(async (session) => {
      session.query("SELECT SLEEP(0.2)").catch(() => undefined);
      return { session };
    });
    await expect(late.session.query("SELECT 1")).rejects.toMatchObject({ name: "SessionEnded" });
    expect(counters(pool)["connection-closed.writer.unclean"]).toBe(1);
  });

  it("of a function that fails is rolled back, and the connection lent again", async () => {
    const pool = await lab.open({ limits: { connections: 1 } });
    const first = await connectionId(pool);
    const mistake = new Error("mine");
    await expect(
      pool.transaction(async (session) => {
        await session.query("INSERT INTO orders (request) VALUES ('undone')");
        throw mistake;
      }),
    ).rejects.toBe(mistake);
    await expect(
      pool.transaction(() => {
        throw mistake;
      }),
    ).rejects.toBe(mistake);
    expect(await number(pool, "SELECT COUNT(*) FROM orders")).toBe(0);
    expect(await connectionId(pool)).toBe(first);
  });

  it("whose function hides a lost connection or a deadlock does not commit half of the work", async () => {
    const pool = await lab.open();
    await place(pool, "row");
    let attempts = 0;
    await pool.transaction(async (session) => {
      attempts += 1;
      await session.query("UPDATE orders SET amount = amount + 1");
      if (attempts === 1) lab.network.cutAt("'hidden'", "before");
      await session.query("SELECT 'hidden'").catch(() => undefined);
    });
    expect(attempts).toBe(2);
    expect(await number(pool, "SELECT amount FROM orders")).toBe(1);
  });

  it("takes prepared statements as well, and mysql2's own options", async () => {
    const pool = await lab.open();
    const [rows] = await pool.read((session) => session.execute("SELECT ? AS value", ["prepared"]));
    expect(rows).toEqual([{ value: "prepared" }]);
    const [arrays] = await pool.read((session) => session.query({ sql: "SELECT 1", rowsAsArray: true }));
    expect(arrays).toEqual([[1]]);
  });

  it("starts on a connection that was prepared", async () => {
    const pool = await lab.open({
      prepare: async (connection) => void (await connection.query("SET SESSION time_zone = '+05:00'")),
    });
    const [rows] = await pool.read((session) => session.query("SELECT @@time_zone AS zone"));
    expect(rows).toEqual([{ zone: "+05:00" }]);
  });
});
