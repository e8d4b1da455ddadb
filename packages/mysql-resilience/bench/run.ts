import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPool, type PoolOptions, type RowDataPacket } from "mysql2/promise";
import { createResilientPool } from "../src/index.ts";
import { database, startMariadb, user } from "../src/testing/mariadb.ts";

/**
 * Throughput of this layer against bare mysql2 (its own pool, `getConnection` and `release`), on one real MariaDB, in one process,
 * in turn. Prints the ratio of neighbours; nothing here fails by being slow.
 */
const rounds = Number(process.env.ROUNDS ?? 100);
const connections = 10;
const roundMs = 150;

interface Figures {
  readonly perSecond: number;
  /** CPU time of this process for one piece of work: steadier than throughput on a machine that does other things too. */
  readonly cpuMicros: number;
}

interface Contestant {
  readonly read: () => Promise<unknown>;
  readonly transaction: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

const select = "SELECT id, note FROM bench WHERE id = ?";
const update = "UPDATE bench SET note = ? WHERE id = ?";
const row = () => 1 + Math.floor(Math.random() * 1000);

const mariadb = await startMariadb(1, ["--innodb-flush-log-at-trx-commit=0"]);
await mariadb.admin("CREATE TABLE bench (id INT PRIMARY KEY, note VARCHAR(40)) ENGINE=InnoDB");
await mariadb.admin("INSERT INTO bench SELECT seq, UUID() FROM seq_1_to_1000");
const server = { host: "127.0.0.1", port: mariadb.port, database };
const ours = layer();
const peers = { mysql2: mysql2({}), "mysql2 without trace": mysql2({ trace: false }) };
for (const { read, transaction } of [ours, ...Object.values(peers)]) {
  await load(read, roundMs * 4);
  await load(transaction, roundMs * 4);
}

const results: Record<string, Awaited<ReturnType<typeof compare>>> = {};
for (const [peer, bare] of Object.entries(peers)) {
  for (const kind of ["read", "transaction"] as const) results[`${kind}s against ${peer}`] = await compare(kind, bare);
}
for (const { close } of [ours, ...Object.values(peers)]) await close();
await mariadb.remove();

const place = join(import.meta.dirname, "../.results");
mkdirSync(place, { recursive: true });
const result = { results, rounds, connections, node: process.version };
writeFileSync(join(place, "bench.json"), `${JSON.stringify(result, null, 2)}\n`);
console.log(
  `${connections} connections, medians of ${rounds} pairs; mysql2's default keeps a stack trace per statement`,
);
for (const [name, { perSecond, cpuMicros }] of Object.entries(results)) {
  console.log(name);
  console.log(`  per second    ${describe(perSecond)}`);
  console.log(`  CPU, us each  ${describe(cpuMicros)}`);
}

function describe({ layer: withLayer, mysql2: without, ratio, low, high }: ReturnType<typeof figures>): string {
  return `layer ${withLayer}  mysql2 ${without}  ratio ${ratio} (quartiles ${low} to ${high})`;
}

async function compare(kind: "read" | "transaction", bare: Contestant) {
  const pairs: { readonly ours: Figures; readonly bare: Figures }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // WHY in turn, and each first in half of the rounds: a machine gets warm, and a server's caches too.
    const oursFirst = round % 2 === 0;
    const early = await load((oursFirst ? ours : bare)[kind], roundMs);
    const late = await load((oursFirst ? bare : ours)[kind], roundMs);
    pairs.push(oursFirst ? { ours: early, bare: late } : { ours: late, bare: early });
  }
  return { perSecond: figures(pairs, "perSecond"), cpuMicros: figures(pairs, "cpuMicros") };
}

function figures(pairs: readonly { readonly ours: Figures; readonly bare: Figures }[], name: keyof Figures) {
  const ratios = pairs.map((pair) => pair.ours[name] / pair.bare[name]);
  const middle = (who: "ours" | "bare") =>
    Math.round(
      quantile(
        pairs.map((pair) => pair[who][name]),
        0.5,
      ),
    );
  return {
    layer: middle("ours"),
    mysql2: middle("bare"),
    ratio: quantile(ratios, 0.5).toFixed(3),
    low: quantile(ratios, 0.25).toFixed(3),
    high: quantile(ratios, 0.75).toFixed(3),
  };
}

/** As much work as goes into `ms`, with one caller per connection. */
async function load(work: () => Promise<unknown>, ms: number): Promise<Figures> {
  const end = performance.now() + ms;
  let done = 0;
  const caller = async () => {
    while (performance.now() < end) {
      await work();
      done += 1;
    }
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, caller));
  const seconds = (performance.now() - begun) / 1000;
  const { user: inUser, system } = process.cpuUsage(cpu);
  return { perSecond: done / seconds, cpuMicros: (inUser + system) / done };
}

function layer(): Contestant {
  const pool = createResilientPool({ connection: server, credentials: user, limits: { connections } });
  return {
    read: () => pool.read((session) => session.query<RowDataPacket[]>(select, [row()])),
    transaction: () =>
      pool.transaction(async (session) => {
        const id = row();
        await session.query<RowDataPacket[]>(select, [id]);
        await session.query(update, ["x", id]);
      }),
    close: () => pool.close(1000),
  };
}

function mysql2(options: PoolOptions): Contestant {
  const pool = createPool({ ...server, ...options, ...user, connectionLimit: connections });
  return {
    read: async () => {
      const connection = await pool.getConnection();
      try {
        return await connection.query<RowDataPacket[]>(select, [row()]);
      } finally {
        connection.release();
      }
    },
    transaction: async () => {
      const connection = await pool.getConnection();
      try {
        const id = row();
        await connection.beginTransaction();
        await connection.query<RowDataPacket[]>(select, [id]);
        await connection.query(update, ["x", id]);
        await connection.commit();
      } finally {
        connection.release();
      }
    },
    close: () => pool.end(),
  };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}
