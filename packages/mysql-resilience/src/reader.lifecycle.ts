import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createResilientPool, type ResilientPool, type ResilientPoolOptions } from "./index.ts";
import { eventually } from "./testing/eventually.ts";
import { type Lab, number, place, startLab } from "./testing/lab.ts";
import { caughtUp } from "./testing/mariadb.ts";

let lab: Lab<ResilientPool>;

beforeAll(async () => {
  lab = await startLab(createResilientPool, 20_000);
});
afterEach(async () => {
  await lab.cluster.resume();
  await lab.tidy();
  await caughtUp(lab.cluster.primary, lab.cluster.replica);
});
afterAll(() => lab?.remove());

const counters = (pool: ResilientPool) => pool.metrics().counters;
const orders = "SELECT COUNT(*) FROM orders";
const whoAnswers = "SELECT @@server_id";

function open(reader: Partial<ResilientPoolOptions["reader"]> = {}, limits: ResilientPoolOptions["limits"] = {}) {
  return lab.open({ limits, reader: { connection: { port: lab.readerNetwork.port }, ...reader } });
}

async function ids() {
  const [primary] = await lab.cluster.primary.admin<{ id: number }>(`${whoAnswers} AS id`);
  const [replica] = await lab.cluster.replica.admin<{ id: number }>(`${whoAnswers} AS id`);
  return { primary: primary?.id, replica: replica?.id };
}

describe("reads", () => {
  it("go to the replica", async () => {
    const pool = await open();
    expect(await number(pool, whoAnswers)).toBe((await ids()).replica);
    expect(pool.metrics()).toMatchObject({ writer: { idle: 0 }, reader: { idle: 1 } });
  });

  it("see the writes of this pool: the replica waits for their GTID", async () => {
    const pool = await open({ waitMs: 10_000 });
    for (let count = 1; count <= 5; count += 1) {
      await place(pool, `order-${count}`);
      expect(await number(pool, orders)).toBe(count);
    }
    expect(pool.position()).toMatch(/^mariadb:0-\d+-\d+$|^mysql:[0-9a-f-]{36}:1-\d+/);
    expect(Object.keys(counters(pool))).not.toContain("read-from-writer.behind");
  });

  it("see the writes of this pool: they go to the writer while the replica is behind", async () => {
    const pool = await open({ waitMs: 50, stickyMs: 60_000 });
    await number(pool, orders);
    await lab.cluster.pause();
    await place(pool, "ahead");
    expect(await number(pool, orders)).toBe(1);
    expect(await number(pool, orders)).toBe(1);
    expect(counters(pool)).toMatchObject({ "read-from-writer.behind": 1, "read-from-writer.recent-write": 1 });
  });

  it("that may be old are answered by a replica that is behind", async () => {
    const pool = await open({ waitMs: 50 });
    await lab.cluster.pause();
    await place(pool, "ahead");
    const [rows] = await pool.read((session) => session.query(orders.replace("(*)", "(*) AS count")), {
      after: "anything",
    });
    expect(rows).toMatchObject([{ count: 0 }]);
  });

  it("see what another process wrote, by its position", async () => {
    const [one, other] = [await open(), await open({ waitMs: 10_000 })];
    await one.write((session) => session.query("INSERT INTO orders (request) VALUES ('theirs')"));
    const after = one.position() ?? "anything";
    const [rows] = await other.read((session) => session.query(orders.replace("(*)", "(*) AS count")), { after });
    expect(rows).toMatchObject([{ count: 1 }]);
    expect(Object.keys(counters(other))).not.toContain("connection-opened.writer");
  });

  it("stay with the writer for a while where only time can tell", async () => {
    const pool = await open({ stickyMs: 60_000 });
    await number(pool, orders);
    const after = `time:${Date.now()}` as const;
    await pool.read((session) => session.query("SELECT 1"), { after });
    expect(counters(pool)).toMatchObject({ "read-from-writer.recent-write": 1 });
  });

  it("go to the writer while the replicas are away, and come back", async () => {
    const pool = await open();
    const { primary, replica } = await ids();
    expect(await number(pool, whoAnswers)).toBe(replica);
    await lab.readerNetwork.refuse();
    await eventually(async () => expect(await number(pool, whoAnswers)).toBe(primary));
    expect(pool.metrics()).toMatchObject({ writer: { generation: 1 } });
    await lab.readerNetwork.accept();
    await eventually(async () => expect(await number(pool, whoAnswers)).toBe(replica));
  });

  it("that a replica lost are repeated on the writer", async () => {
    const pool = await open();
    await number(pool, whoAnswers);
    lab.readerNetwork.cutAt("@@server_id", "after");
    expect(await number(pool, whoAnswers)).toBe((await ids()).primary);
    expect(counters(pool)).toMatchObject({ "retry.read.lost": 1 });
  });

  it("of busy replicas are no burden to the writer", async () => {
    const pool = await open({}, { connections: 1, queue: 0 });
    const slow = pool.read((session) => session.query("SELECT SLEEP(0.5)"));
    await eventually(() => expect(pool.metrics().reader?.busy).toBe(1));
    await expect(number(pool, orders)).rejects.toMatchObject({ reason: "queue-full" });
    await slow;
    expect(Object.keys(counters(pool))).not.toContain("connection-opened.writer");
  });

  it("need no waiting where the reader's address leads to the writer", async () => {
    lab.readerNetwork.leadTo(lab.cluster.primary.port);
    const pool = await open({ waitMs: 20_000 });
    await place(pool, "alone");
    expect(await number(pool, orders)).toBe(1);
    expect(Object.keys(counters(pool))).not.toContain("read-from-writer.behind");
  });

  it("item 5: a replica that is read-only is what the reader wants, and no writer", async () => {
    lab.network.leadTo(lab.cluster.replica.port);
    const pool = await open();
    await expect(place(pool, "there")).rejects.toMatchObject({ cause: { name: "DemotedWriter" } });
    expect(await number(pool, whoAnswers)).toBe((await ids()).replica);
  });
});

it("close ends the connections to both", async () => {
  const pool = await open();
  await Promise.all([pool.ready(), number(pool, orders)]);
  expect(await pool.close(1_000)).toBe(0);
  expect(pool.metrics()).toMatchObject({ writer: { idle: 0, busy: 0 }, reader: { idle: 0, busy: 0 } });
});
