import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { insertAccount } from "../../src/accounts/queries.ts";
import { createTokens } from "../../src/accounts/tokens.ts";
import { createDatabase } from "../../src/database.ts";
import { seed } from "../../src/embedded/seed.ts";
import { migrate } from "../../src/migrations/migrate.ts";
import { startMariadb } from "../../src/testing/mariadb.ts";
import { load, type Result } from "./load.ts";
import { peers, type Running, secret, start, variants } from "./servers.ts";

const connections = 64;
const patients = 10_000;
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const seconds = Number(process.env.BENCH_SECONDS ?? 2);

const mariadb = await startMariadb({ memory: 256 });
const database = createDatabase(mariadb.config);
const running: Running[] = [];
try {
  await migrate(mariadb.config);
  await seed(database, patients);
  const account = await insertAccount(database, { email: "bench@clinic.example", name: "Bench", role: "clinician" });
  const token = await createTokens([secret]).issue({ account, role: "clinician", session: 1, oneTime: false });
  for (const contender of [...peers, ...variants]) running.push(await start(contender, mariadb.config));

  const head = (method: string, path: string) =>
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
  const any = () => 1 + Math.floor(Math.random() * patients);
  const body = JSON.stringify({ familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" });
  let key = 0;
  const cases = {
    "GET /patients/:id": { expect: 200, next: () => `${head("GET", `/patients/${any()}`)}\r\n` },
    "GET /patients?familyName=Sa": { expect: 200, next: () => `${head("GET", "/patients?familyName=Sa")}\r\n` },
    "POST /patients": {
      expect: 201,
      next: () => {
        key += 1;
        return `${head("POST", "/patients")}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nIdempotency-Key: bench-${process.pid}-${key}\r\n\r\n${body}`;
      },
    },
  };

  console.log(
    `${connections} connections, ${rounds} rounds of ${seconds} s each, interleaved; ${cpus().length} cores for client, servers and database\n`,
  );
  const report: Record<string, unknown[]> = {};
  for (const [name, how] of Object.entries(cases)) {
    const results = new Map<Running, Result[]>(running.map((it) => [it, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const it of rotated(running, round)) {
        const result = await load({ port: it.port, connections, seconds: round < 0 ? 1 : seconds, ...how });
        if (round >= 0) results.get(it)?.push(result);
      }
    }
    report[name] = print(name, results);
  }
  mkdirSync(".results", { recursive: true });
  writeFileSync(".results/bench.json", JSON.stringify(report, null, 2));
} finally {
  for (const { stop } of running) stop();
  await database.close();
  await mariadb.remove();
}

/** Each contender comes first in turn, so that none always follows the same. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const at = ((by % list.length) + list.length) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function print(name: string, results: ReadonlyMap<Running, readonly Result[]>): unknown[] {
  const [bare] = results.values();
  const ratio = (all: readonly Result[], of: keyof Result) =>
    median(all.map((it, round) => it[of] / (bare?.[round]?.[of] ?? 1)));
  console.log(`${name}\n${"".padEnd(28)}   req/s   x node:http     p50 ms     p99 ms   p99 x node:http   wrong`);
  const rows = [...results].map(([{ name: who }, all]) => ({
    who,
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    ratio: ratio(all, "perSecond"),
    p50: median(all.map(({ p50 }) => p50)),
    p99: median(all.map(({ p99 }) => p99)),
    p99Ratio: ratio(all, "p99"),
    wrong: all.reduce((sum, { wrong }) => sum + wrong, 0),
  }));
  for (const { who, perSecond, ratio: times, p50, p99, p99Ratio, wrong } of rows) {
    const figures = [perSecond.toFixed(0).padStart(7), times.toFixed(2).padStart(13), p50.toFixed(2).padStart(10)];
    console.log(
      `${who.padEnd(28)} ${figures.join(" ")} ${p99.toFixed(2).padStart(10)} ${p99Ratio.toFixed(2).padStart(17)} ${String(wrong).padStart(7)}`,
    );
  }
  console.log();
  return rows;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
