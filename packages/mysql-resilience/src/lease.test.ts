import { afterEach, expect, it } from "@jest/globals";
import { settle } from "./options.ts";
import { createPool, type ResilientPool } from "./pool.ts";
import { fakeDial, fakeServer } from "./testing/fake.ts";

let pool: ResilientPool | undefined;

afterEach(() => pool?.close(0));

function open(): ResilientPool {
  const server = fakeServer({ hostname: "a", version: "8.4.0", read_only: "OFF" });
  const settings = settle({ connection: {}, credentials: { user: "", password: "" }, limits: { connections: 1 } });
  pool = createPool(
    settings,
    fakeDial(() => server),
  );
  return pool;
}

const again = (opened: ResilientPool) => opened.read((session) => session.query("SELECT 1"));

it("takes the connection back from a function that throws at once, or returns no promise", async () => {
  const opened = open();
  const mistake = new Error("mine");
  const throws = () => {
    throw mistake;
  };
  await expect(opened.read(throws)).rejects.toBe(mistake);
  await expect(opened.write(() => 5 as never)).resolves.toBe(5);
  await expect(opened.read(() => 6 as never)).resolves.toBe(6);
  await again(opened);
  expect(opened.metrics().counters["connection-opened.writer"]).toBe(1);
});

it("ends with the error of a listener, whether or not its function fails, and the pool goes on", async () => {
  const opened = open();
  const listener = () => {
    throw new Error("listener");
  };
  opened.events.on("connection-closed", listener);
  await expect(opened.write((session) => session.query("SET @mine = 1"))).rejects.toThrow("listener");
  const fails = opened.write(async (session) => {
    await session.query("SET @mine = 1");
    throw new Error("mine");
  });
  await expect(fails).rejects.toThrow("listener");
  opened.events.off("connection-closed", listener);
  await again(opened);
  expect(opened.metrics().writer).toMatchObject({ busy: 0, idle: 1 });
});
