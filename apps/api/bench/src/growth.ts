import { insertAccount } from "../../src/accounts/queries.ts";
import { createTokens } from "../../src/accounts/tokens.ts";
import { createDatabase } from "../../src/database.ts";
import { seed } from "../../src/embedded/seed.ts";
import { migrate } from "../../src/migrations/migrate.ts";
import { startMariadb } from "../../src/testing/mariadb.ts";
import { load } from "./load.ts";
import { secret, start } from "./servers.ts";

// Whether a late page costs what the first does, however many patients there are.
const sizes = [10_000, 100_000, 1_000_000];
const pageSize = 20;
const latePage = 10_000;
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);

const mariadb = await startMariadb({ memory: 512 });
const database = createDatabase(mariadb.config, { queryTimeoutMs: 600_000 });
const stops: (() => void)[] = [];
try {
  await migrate(mariadb.config);
  const account = await insertAccount(database, { email: "bench@clinic.example", name: "Bench", role: "clinician" });
  const token = await createTokens([secret]).issue({ account, role: "clinician", session: 1, oneTime: false });
  await seed(database, sizes[0] ?? 0);
  const server = await start({ name: "mainstay", file: "mainstay.ts" }, mariadb.config);
  stops.push(server.stop);
  const read = (path: string) => ({
    port: server.port,
    connections: 4,
    seconds: 1,
    expect: 200,
    next: () => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  });

  console.log(`${"patients".padStart(9)}  ${"page".padStart(6)}  p50 ms of page 1  p50 ms of that page  ratio`);
  for (const size of sizes) {
    await growTo(size);
    const late = Math.min(latePage, Math.floor(size / pageSize) - 1);
    const cursor = await cursorOf(late);
    const pairs = [];
    for (let round = -1; round < rounds; round += 1) {
      const first = await load(read(`/patients?limit=${pageSize}`));
      const deep = await load(read(`/patients?limit=${pageSize}&cursor=${cursor}`));
      if (round >= 0 && first.wrong + deep.wrong === 0) pairs.push({ first: first.p50, deep: deep.p50 });
    }
    const [one, other] = [median(pairs.map(({ first }) => first)), median(pairs.map(({ deep }) => deep))];
    const ratio = median(pairs.map(({ first, deep }) => deep / first));
    console.log(
      `${String(size).padStart(9)}  ${String(late).padStart(6)}  ${one.toFixed(2).padStart(16)}  ${other.toFixed(2).padStart(19)}  ${ratio.toFixed(2).padStart(5)}`,
    );
  }
} finally {
  for (const stop of stops) stop();
  await database.close();
  await mariadb.remove();
}

/** Copies those who are there, as new people with other names. */
async function growTo(size: number): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ count: number }>("SELECT COUNT(*) AS count FROM patients");
    const missing = size - (row?.count ?? 0);
    if (missing <= 0) break;
    await database.execute(
      `INSERT INTO patients (family_name, given_name, birth_date)
       SELECT CONCAT(family_name, CHAR(97 + id % 26), CHAR(97 + id % 17)), given_name, birth_date FROM patients LIMIT ?`,
      [Math.min(missing, 50_000)],
    );
  }
  await database.query("ANALYZE TABLE patients");
}

/** Where the page before that one ends. */
async function cursorOf(page: number): Promise<string> {
  const [row] = await database.query<{ familyName: string; givenName: string; id: number }>(
    `SELECT family_name AS familyName, given_name AS givenName, id FROM patients
     ORDER BY family_name, given_name, id LIMIT 1 OFFSET ?`,
    [(page - 1) * pageSize - 1],
  );
  if (row === undefined) throw new Error("there is no such page");
  return Buffer.from(JSON.stringify([row.familyName, row.givenName, row.id])).toString("base64url");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
