import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createResilientPool, type ResilientPool } from "./index.ts";
import { barrier, eventually } from "./testing/eventually.ts";
import { type Lab, number, startLab } from "./testing/lab.ts";

let lab: Lab<ResilientPool>;

beforeAll(async () => {
  lab = await startLab(createResilientPool, 20_000);
});
afterEach(() => lab?.tidy());
afterAll(() => lab?.remove());

const counters = (pool: ResilientPool) => pool.metrics().counters;
const one = (pool: ResilientPool) => number(pool, "SELECT 1");

/** Has `size` connections lent at the same time. */
async function open(pool: ResilientPool, size: number): Promise<void> {
  const meet = barrier(size);
  await Promise.all(Array.from({ length: size }, () => pool.read(meet)));
}

describe("generations", () => {
  it("item 4: the first sign of failover retires every connection at once", async () => {
    const pool = await lab.open();
    await open(pool, 4);
    expect(pool.metrics().writer.idle).toBe(4);
    lab.network.cutAt("'sign'", "before");
    await pool.read((session) => session.query("SELECT 'sign'"));
    expect(counters(pool)).toMatchObject({
      "connection-closed.writer.generation": 3,
      "connection-closed.writer.lost": 1,
      "generation-raised.writer.lost": 1,
    });
    expect(pool.metrics().writer).toMatchObject({ generation: 2, idle: 1, breaker: "closed" });
  });

  it("item 4: a connection of an older generation that is lent dies when it comes back", async () => {
    const pool = await lab.open();
    const other = Promise.withResolvers<void>();
    const held = pool.read(async (session) => {
      await session.query("SELECT 1");
      await other.promise;
    });
    await eventually(() => expect(pool.metrics().writer.busy).toBe(1));
    lab.network.cutAt("'sign'", "before");
    await pool.read((session) => session.query("SELECT 'sign'"));
    other.resolve();
    await held;
    expect(counters(pool)["connection-closed.writer.generation"]).toBe(1);
  });

  it("item 4: another server at the same address retires the connections to the old one", async () => {
    const pool = await lab.open();
    const hold = Promise.withResolvers<void>();
    const held = pool.read(() => hold.promise);
    await eventually(() => expect(pool.metrics().writer.busy).toBe(1));
    await lab.cluster.switchOver();
    lab.follow();
    await one(pool);
    expect(counters(pool)["generation-raised.writer.moved"]).toBe(1);
    hold.resolve();
    await held;
    expect(counters(pool)["connection-closed.writer.generation"]).toBe(1);
  });

  it("any-writer: several servers behind one address are no failover", async () => {
    const pool = await lab.open({ topology: "any-writer" });
    const hold = Promise.withResolvers<void>();
    const held = pool.read(() => hold.promise);
    await eventually(() => expect(pool.metrics().writer.busy).toBe(1));
    await lab.cluster.switchOver();
    lab.follow();
    await one(pool);
    hold.resolve();
    await held;
    expect(pool.metrics().writer.generation).toBe(1);
  });
});

describe("silence", () => {
  it("is noticed before the statement's own limit, and the statement is repeated on a server that answers", async () => {
    const pool = await lab.open({ limits: { silenceMs: 200, pingMs: 300, statementMs: 9_000 } });
    await one(pool);
    lab.network.silence();
    const read = one(pool);
    await eventually(() => expect(counters(pool)["generation-raised.writer.silent"]).toBe(1));
    lab.network.pass();
    await read.catch(() => undefined);
    expect(Object.keys(counters(pool))).not.toContain("statement-timeout.writer");
    expect(await eventually(() => one(pool))).toBe(1);
  });

  it("of a connection at rest is noticed before it is lent", async () => {
    const pool = await lab.open({ limits: { trustIdleMs: 1, pingMs: 200, roleCheckMs: 60_000, statementMs: 9_000 } });
    await one(pool);
    await sleep(10);
    lab.network.silenceOpen();
    expect(await one(pool)).toBe(1);
    expect(counters(pool)).toMatchObject({
      "connection-closed.writer.silent": 1,
      "generation-raised.writer.silent": 1,
    });
  });

  it("of a slow statement is not mistaken for a dead server", async () => {
    const pool = await lab.open({ limits: { statementMs: 800, silenceMs: 100 }, retry: { repeats: 0 } });
    await expect(pool.read((session) => session.query("SELECT SLEEP(3)"))).rejects.toMatchObject({
      reason: "silent",
      cause: { name: "StatementTimeout" },
    });
    expect(counters(pool)).toMatchObject({ "statement-timeout.writer": 1, "connection-closed.writer.silent": 1 });
    expect(pool.metrics().writer).toMatchObject({ generation: 1, breaker: "closed" });
  });

  it("is also asked about on a new connection: when another server answers there, nobody waits for the old one", async () => {
    const pool = await lab.open({
      limits: { silenceMs: 200, statementMs: 9_000, pingMs: 10_000, trustIdleMs: 60_000, roleCheckMs: 60_000 },
    });
    await one(pool);
    await lab.cluster.switchOver();
    lab.follow();
    lab.network.silenceOpen();
    expect(await one(pool)).toBe(1);
    expect(counters(pool)).toMatchObject({ "generation-raised.writer.moved": 1, "retry.read.lost": 1 });
  });
});

describe("the breaker", () => {
  it("item 7: is not opened by errors of statements", async () => {
    const pool = await lab.open({ limits: { connections: 1, breakerFailures: 1 } });
    for (let count = 0; count < 10; count += 1) {
      await expect(pool.read((session) => session.query("SELECT nothing"))).rejects.toMatchObject({ errno: 1054 });
      await expect(
        pool.transaction((session) => session.query("INSERT INTO nowhere VALUES (1)")),
      ).rejects.toMatchObject({
        errno: 1146,
      });
    }
    expect(pool.metrics()).toMatchObject({ writer: { breaker: "closed", generation: 1, idle: 1 }, retryBudget: 20 });
    expect(counters(pool)["connection-opened.writer"]).toBe(1);
  });

  it("closes by itself once the server is back, though nobody asks", async () => {
    const pool = await lab.open();
    await one(pool);
    await lab.network.refuse();
    await eventually(async () => {
      await one(pool).catch(() => undefined);
      expect(pool.metrics().writer.breaker).toBe("open");
    });
    await lab.network.accept();
    await eventually(() => expect(pool.metrics().writer).toMatchObject({ breaker: "closed", idle: 1 }));
    expect(counters(pool)).toMatchObject({ "breaker-opened.writer": 1, "breaker-closed.writer": 1 });
  });

  it("goes on trying while the server is away for long, and no faster", async () => {
    const pool = await lab.open({ limits: { healFirstMs: 20, healMaxMs: 40 } });
    await lab.network.refuse();
    await one(pool).catch(() => undefined);
    await eventually(() => expect(counters(pool)["connection-failed.writer.unreachable"]).toBeGreaterThan(8));
    expect(counters(pool)["breaker-opened.writer"]).toBe(1);
    expect(pool.metrics().writer.connecting).toBeLessThanOrEqual(1);
  });
});
