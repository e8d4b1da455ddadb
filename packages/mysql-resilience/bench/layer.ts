import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { Dialled } from "../src/link.ts";
import { settle } from "../src/options.ts";
import { createPool } from "../src/pool.ts";

/**
 * What this layer itself costs: processor time of one piece of work with a driver that answers at once, without a server or a
 * network. `bench/run.ts` has all of it, most of which is mysql2's and the kernel's.
 */
const rounds = 5;
const pieces = 300_000;
const callers = 10;

const settings = settle({ connection: {}, credentials: { user: "", password: "" }, limits: { connections: callers } });
const pool = createPool(settings, async () => {
  const socket = Object.assign(new EventEmitter(), { destroyed: false, bytesRead: 0, destroy: () => undefined });
  const query = (...words: unknown[]) => {
    socket.bytesRead += 1;
    queueMicrotask(() => (words.at(-1) as (...answer: unknown[]) => void)(null, [], []));
  };
  const connection = { query: async () => [[]], end: async () => undefined };
  const server = { engine: "mysql", writable: true, identity: "", gtid: "none" };
  // WHY the cast: a driver has a hundred methods, of which the pool uses two.
  return { driver: { query, execute: query }, connection, socket, server } as unknown as Dialled;
});

const work = {
  read: () => pool.read((session) => session.query("SELECT 1")),
  write: () => pool.write((session) => session.query("UPDATE orders SET amount = ? WHERE id = ?", [1, 1])),
  "transaction of two statements": () =>
    pool.transaction(async (session) => {
      await session.query("SELECT amount FROM orders WHERE id = ?", [1]);
      await session.query("UPDATE orders SET amount = ? WHERE id = ?", [1, 1]);
    }),
};

for (const [kind, piece] of Object.entries(work)) {
  await cpuMicros(piece, pieces / 4);
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) figures.push(await cpuMicros(piece, pieces));
  const sorted = figures.toSorted((a, b) => a - b).map((figure) => figure.toFixed(2));
  console.log(`${kind}: ${sorted[(rounds - 1) / 2]} us of CPU (${rounds} rounds: ${sorted.join(", ")})`);
}
await pool.close(0);

async function cpuMicros(piece: () => Promise<unknown>, count: number): Promise<number> {
  let left = count;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await piece();
      // WHY: answers that come in microtasks would keep every timer waiting.
      if (left % 1_000 === 0) await turn();
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: callers }, caller));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
