import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { ResilientPoolOptions } from "./options.ts";
import { settle } from "./options.ts";
import { createPool, type ResilientPool } from "./pool.ts";
import { eventually } from "./testing/eventually.ts";
import { type FakeServer, fakeDial, fakeServer } from "./testing/fake.ts";

const mysql = { hostname: "a", server_id: "1", server_uuid: "u1", version: "8.4.3", gtid_mode: "ON", read_only: "OFF" };
const mysqlReplica = { ...mysql, hostname: "b", server_uuid: "u2", read_only: "ON" };
const aurora = { ...mysql, aurora_version: "3.08.0", gtid_mode: "OFF", innodb_read_only: "OFF" };
const auroraReader = { ...aurora, hostname: "b", innodb_read_only: "ON" };
const readOnly = Object.assign(new Error("running with the --read-only option"), { errno: 1290 });
const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED", fatal: true });

const opened: ResilientPool[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((pool) => pool.close(0)))));

function open(
  servers: { writer: FakeServer | Error; reader?: FakeServer | Error },
  options: Partial<ResilientPoolOptions> = {},
) {
  const reader = servers.reader && { reader: { connection: { host: "reader" } } };
  const settings = settle({ connection: {}, credentials: { user: "", password: "" }, ...reader, ...options });
  const pool = createPool(
    settings,
    fakeDial((name) => servers[name] ?? refused),
  );
  opened.push(pool);
  return pool;
}

const insert = (pool: ResilientPool) => pool.transaction((session) => session.query("INSERT"));
const select = (pool: ResilientPool) => pool.read((session) => session.query("SELECT 1"));
const counters = (pool: ResilientPool) => pool.metrics().counters;

describe("with MySQL", () => {
  it("a read waits on the replica for what the writer had executed", async () => {
    const writer = fakeServer(mysql, { "SELECT @@global.gtid": [{ position: "u1:1-7" }] });
    const reader = fakeServer(mysqlReplica, { "SELECT WAIT_FOR": [{ late: 0 }] });
    const pool = open({ writer, reader });
    await insert(pool);
    expect(writer.asked).toEqual([
      "START TRANSACTION",
      "INSERT",
      "COMMIT",
      "SELECT @@global.gtid_executed AS position",
    ]);
    expect(pool.position()).toBe("mysql:u1:1-7");
    await select(pool);
    await select(pool);
    expect(reader.asked).toEqual(["SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS late", "SELECT 1", "SELECT 1"]);
  });

  it("a position that cannot be read costs nothing but time: reads stay with the writer", async () => {
    for (const answer of [[], new Error("no privilege")]) {
      const servers = {
        writer: fakeServer(mysql, { "SELECT @@global.gtid": answer }),
        reader: fakeServer(mysqlReplica),
      };
      const pool = open(servers);
      await insert(pool);
      expect(pool.position()).toMatch(/^time:\d+$/);
      await select(pool);
      expect(servers.reader.asked).toEqual([]);
    }
  });
});

describe("with Aurora", () => {
  it("reads stay with the writer after a write, for nothing numbers the transactions", async () => {
    const servers = { writer: fakeServer(aurora), reader: fakeServer(auroraReader) };
    const pool = open(servers);
    await select(pool);
    await pool.write((session) => session.query("UPDATE"));
    await select(pool);
    expect(servers.reader.asked).toEqual(["SELECT 1"]);
    expect(servers.writer.asked).toEqual(["UPDATE", "SELECT 1"]);
  });

  it("pain 18: a writer that became a reader is left, and the connection to it closed", async () => {
    const old = fakeServer(aurora);
    const young = fakeServer({ ...aurora, hostname: "c" });
    const servers = { writer: old };
    const pool = open(servers);
    await insert(pool);
    old.answers.INSERT = readOnly;
    servers.writer = young;
    await insert(pool);
    expect(young.asked).toEqual(["START TRANSACTION", "INSERT", "COMMIT"]);
    await eventually(() => expect(old.open.size).toBe(0));
    expect(counters(pool)).toMatchObject({ "generation-raised.writer.read-only": 1 });
  });
});

it("item 6: a COMMIT that a read-only server refused was not done, and is repeated elsewhere", async () => {
  const old = fakeServer(mysql, { COMMIT: readOnly });
  const young = fakeServer({ ...mysql, hostname: "c" });
  const servers = { writer: old };
  const pool = open(servers);
  await select(pool);
  servers.writer = young;
  await insert(pool);
  expect(young.asked).toEqual(["START TRANSACTION", "INSERT", "COMMIT"]);
  expect(Object.keys(counters(pool))).not.toContain("outcome-unknown");
});

it("item 6: what was committed is reported as such, though its position cannot be read in time", async () => {
  const writer = fakeServer(mysql, { "SELECT @@global.gtid": "never" });
  const limits = { leaseMs: 1_000, statementMs: 1_000 };
  const pool = open({ writer, reader: fakeServer(mysqlReplica) }, { limits });
  const work = async () => {
    await sleep(600);
    return "done";
  };
  expect(await pool.transaction(work)).toBe("done");
});

describe("the pool", () => {
  it("item 4: retires a connection that was begun before a failover and made after it", async () => {
    const lost = Object.assign(new Error("lost"), { errno: 1053 });
    const old = fakeServer(mysql, { UPDATE: lost });
    const young = fakeServer({ ...mysql, hostname: "c" });
    let current = old;
    let dials = 0;
    const slow = Promise.withResolvers<void>();
    const dial = fakeDial(() => current);
    const pool = createPool(settle({ connection: {}, credentials: { user: "", password: "" } }), async (...args) => {
      dials += 1;
      const dialled = dial(...args);
      if (dials === 2) await slow.promise;
      return dialled;
    });
    opened.push(pool);
    const failing = Promise.withResolvers<void>();
    const first = pool.read(async (session) => {
      await failing.promise;
      await session.query("UPDATE");
    });
    await eventually(() => expect(pool.metrics().writer.busy).toBe(1));
    const second = select(pool);
    await eventually(() => expect(dials).toBe(2));
    current = young;
    failing.resolve();
    await first;
    await second;
    slow.resolve();
    await eventually(() => expect(old.open.size).toBe(0), 5_000);
    expect(old.asked).toEqual(["UPDATE"]);
    expect(young.asked).toEqual(expect.arrayContaining(["UPDATE", "SELECT 1"]));
    expect(counters(pool)["connection-closed.writer.generation"]).toBe(1);
  });

  it("item 7: after a sign of failover one attempt that fails is enough; else it takes three", async () => {
    const lost = Object.assign(new Error("lost"), { errno: 1053 });
    const limits = { healFirstMs: 60_000, healMaxMs: 60_000 };
    const afterSign: { writer: FakeServer | Error } = { writer: fakeServer(mysql, { INSERT: lost }) };
    const alarmed = open(afterSign, { limits });
    await select(alarmed);
    afterSign.writer = refused;
    await expect(insert(alarmed)).rejects.toMatchObject({ reason: "breaker-open" });
    await expect(select(alarmed)).rejects.toMatchObject({ reason: "breaker-open", cause: refused });
    expect(counters(alarmed)).toMatchObject({ "connection-failed.writer.unreachable": 1, "breaker-opened.writer": 1 });

    const calm = open({ writer: refused }, { limits: { ...limits, healFirstMs: 4 } });
    await expect(select(calm)).rejects.toMatchObject({ reason: "breaker-open" });
    expect(counters(calm)["connection-failed.writer.unreachable"]).toBeGreaterThanOrEqual(3);
  });

  it("is not ready when no connection can be made, though one answered a moment ago", async () => {
    const server = fakeServer(mysql);
    const servers: { writer: FakeServer | Error } = { writer: server };
    const pool = open(servers, { limits: { healFirstMs: 4, healMaxMs: 60_000, breakerFailures: 1 } });
    await pool.ready();
    servers.writer = refused;
    for (const socket of server.open) socket.destroy();
    await eventually(() => expect(server.open.size).toBe(0));
    await expect(select(pool)).rejects.toMatchObject({ reason: "breaker-open" });
    await expect(pool.ready()).rejects.toMatchObject({ reason: "breaker-open" });
  });

  it("does not try more often because more callers come", async () => {
    const limits = { healFirstMs: 60_000, healMaxMs: 60_000, breakerFailures: 9, acquireMs: 20 };
    const pool = open({ writer: refused }, { limits });
    for (let caller = 0; caller < 3; caller += 1) {
      await expect(select(pool)).rejects.toMatchObject({ reason: "no-connection", cause: refused });
    }
    expect(counters(pool)["connection-failed.writer.unreachable"]).toBe(1);
  });

  it("is not ready by what it heard before a failover", async () => {
    const servers: { writer: FakeServer | Error } = { writer: fakeServer(mysql, { INSERT: readOnly }) };
    const pool = open(servers, { retry: { repeats: 0 } });
    await pool.ready();
    servers.writer = refused;
    await expect(insert(pool)).rejects.toMatchObject({ reason: "read-only" });
    await expect(pool.ready()).rejects.toMatchObject({ reason: "breaker-open" });
  });

  it("has never more connections than it may, whatever is asked of it", async () => {
    const server = fakeServer(mysql);
    const pool = open({ writer: server }, { limits: { connections: 3, queue: 100 } });
    let most = 0;
    const work = () =>
      pool.read(async (session) => {
        most = Math.max(most, server.open.size);
        await session.query("SELECT 1");
      });
    await Promise.all(Array.from({ length: 60 }, work));
    expect(most).toBe(3);
  });

  it("does not commit after a deadlock that its function hid", async () => {
    const deadlock = Object.assign(new Error("deadlock"), { errno: 1213 });
    const server = fakeServer(mysql, { UPDATE: deadlock });
    const pool = open({ writer: server }, { retry: { repeats: 0 } });
    await expect(
      pool.transaction(async (session) => {
        await session.query("UPDATE").catch(() => undefined);
        await session.query("INSERT");
      }),
    ).rejects.toMatchObject({ reason: "conflict", cause: deadlock });
    expect(server.asked).not.toContain("COMMIT");
    expect(server.asked.at(-1)).toBe("ROLLBACK");
  });

  it("closes a connection whose transaction cannot be rolled back", async () => {
    const server = fakeServer(mysql, { INSERT: new Error("mine"), ROLLBACK: new Error("no") });
    const pool = open({ writer: server });
    await expect(insert(pool)).rejects.toThrow("mine");
    expect(counters(pool)["connection-closed.writer.unclean"]).toBe(1);
  });

  it("closes a connection in a READ ONLY transaction that nobody began here, and sees no failover", async () => {
    const server = fakeServer(mysql, { INSERT: Object.assign(new Error("read only transaction"), { errno: 1792 }) });
    const pool = open({ writer: server });
    await expect(insert(pool)).rejects.toMatchObject({ errno: 1792 });
    await eventually(() => expect(server.open.size).toBe(0));
    expect(pool.metrics().writer.generation).toBe(1);
  });

  it("refuses a transaction with a key that returns nothing, before it commits", async () => {
    const server = fakeServer(mysql);
    const pool = open({ writer: server });
    const nothing = pool.transaction(async () => undefined, { idempotencyKey: "k", resolve: async () => undefined });
    await expect(nothing).rejects.toThrow(TypeError);
    expect(server.asked).not.toContain("COMMIT");
  });

  it("a duplicate that is not the key's own is the caller's", async () => {
    const duplicate = Object.assign(new Error("duplicate"), { errno: 1062 });
    const pool = open({ writer: fakeServer(mysql, { INSERT: duplicate }) });
    const resolve = async () => undefined;
    const work = pool.transaction(async (session) => (await session.query("INSERT"))[0], {
      idempotencyKey: "k",
      resolve,
    });
    await expect(work).rejects.toBe(duplicate);
  });

  it("an error of `resolve` leaves the outcome unknown", async () => {
    const server = fakeServer(mysql, { COMMIT: Object.assign(new Error("lost"), { errno: 1053 }) });
    const pool = open({ writer: server });
    let asked = 0;
    const resolve = () => {
      asked += 1;
      return Promise.reject(new Error("mistake"));
    };
    const work = pool.transaction(async () => 1, { idempotencyKey: "k", resolve });
    await expect(work).rejects.toMatchObject({
      name: "OutcomeUnknown",
      idempotencyKey: "k",
      cause: { message: "mistake" },
    });
    expect(asked).toBe(1);
  });

  it("an outcome stays unknown when the key is missing and nothing may be repeated", async () => {
    const server = fakeServer(mysql, { COMMIT: Object.assign(new Error("lost"), { errno: 1053 }) });
    const pool = open({ writer: server }, { retry: { repeats: 0 } });
    const work = pool.transaction(async () => 1, { idempotencyKey: "k", resolve: async () => undefined });
    await expect(work).rejects.toMatchObject({ name: "OutcomeUnknown", idempotencyKey: "k" });
    expect(counters(pool)).toMatchObject({ "outcome-unknown": 1, "outcome-resolved": 1 });
  });

  it("a demotion is found by asking when the only sign is that the server says so", async () => {
    const server = fakeServer(mysql, { "SELECT @@global.read_only": [{ read_only: 1, innodb_read_only: 0 }] });
    const pool = open({ writer: server }, { limits: { roleCheckMs: 20, silenceMs: 20 } });
    await select(pool);
    await eventually(() => expect(counters(pool)["generation-raised.writer.read-only"]).toBeGreaterThan(0));
    await eventually(() => expect(counters(pool)["connection-closed.writer.read-only"]).toBeGreaterThan(0));
  });

  it("ready hears what the server says when it asks, and all connections are retired", async () => {
    const server = fakeServer(mysql, { "SELECT @@global.read_only": readOnly });
    const pool = open({ writer: server }, { limits: { roleCheckMs: 60_000 } });
    await expect(pool.ready()).rejects.toMatchObject({ reason: "read-only", cause: readOnly });
    expect(pool.metrics().writer).toMatchObject({ generation: 2, idle: 0 });
  });

  it("a write among the reads is no failover of the replica that refuses it", async () => {
    const reader = fakeServer(mysqlReplica, { DELETE: readOnly });
    const pool = open({ writer: fakeServer(mysql), reader });
    await pool.read((session) => session.query("DELETE"));
    expect(pool.metrics().reader).toMatchObject({ generation: 1 });
  });

  it("what is wrong with the connection itself is told at once", async () => {
    const unknownDatabase = Object.assign(new Error("unknown database"), { errno: 1049 });
    const pool = open({ writer: unknownDatabase });
    await expect(select(pool)).rejects.toMatchObject({ reason: "statement", cause: unknownDatabase });
  });
});
