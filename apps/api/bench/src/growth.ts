import type { Database } from "../../src/database.ts";
import { load } from "./load.ts";
import { median, rounds } from "./rounds.ts";
import { ours } from "./servers.ts";
import { onStage } from "./stage.ts";
import { table } from "./table.ts";

// Whether a late page costs what the first does, however many patients there are.
const sizes = [10_000, 100_000, 1_000_000];
const latePage = 10_000;
/** As many on a page as the API gives unasked, fewer where page 10,000 would not exist. */
const pageSizeOf = (size: number) => Math.min(20, size / latePage);

await onStage({ memory: 512, patients: sizes[0] ?? 0 }, async ({ database, head, serve }) => {
  const server = await serve(ours());
  const read = async (path: string) =>
    await load({
      port: server.port,
      connections: 4,
      seconds: 1,
      expect: 200,
      next: () => `${head("GET", path)}\r\n`,
    });

  const rows: string[][] = [];
  for (const size of sizes) {
    await grow(database, size);
    const pageSize = pageSizeOf(size);
    const cursor = await cursorOf(database, latePage, pageSize);
    const pairs = [];
    for (let round = -1; round < rounds; round += 1) {
      const first = await read(`/patients?limit=${pageSize}`);
      const late = await read(`/patients?limit=${pageSize}&cursor=${cursor}`);
      if (first.wrong + late.wrong > 0) throw new Error(`${first.wrong + late.wrong} answers were not 200`);
      if (round >= 0) pairs.push({ first: first.p50, late: late.p50 });
    }
    rows.push([
      String(size),
      String(pageSize),
      median(pairs.map(({ first }) => first)).toFixed(2),
      median(pairs.map(({ late }) => late)).toFixed(2),
      median(pairs.map(({ first, late }) => late / first)).toFixed(2),
    ]);
  }
  console.log(table(["patients", "on a page", "p50 ms of page 1", `p50 ms of page ${latePage}`, "ratio"], rows));
});

/** Copies those who are there, as new people with other names. */
async function grow(database: Database, size: number): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ count: number }>("SELECT COUNT(*) AS count FROM patients");
    const missing = size - (row?.count ?? 0);
    if (missing <= 0) break;
    await database.execute(
      `INSERT INTO patients (family_name, given_name, birth_date)
       SELECT CONCAT(family_name, CHAR(97 + id % 26), CHAR(97 + id % 17)), given_name, birth_date FROM patients LIMIT ?`,
      [Math.min(missing, 20_000)],
    );
  }
  await database.query("ANALYZE TABLE patients");
}

/** Where the page before that one ends. */
async function cursorOf(database: Database, page: number, pageSize: number): Promise<string> {
  const [row] = await database.query<{ familyName: string; givenName: string; id: number }>(
    `SELECT family_name AS familyName, given_name AS givenName, id FROM patients
     ORDER BY family_name, given_name, id LIMIT 1 OFFSET ?`,
    [(page - 1) * pageSize - 1],
  );
  if (row === undefined) throw new Error("there is no such page");
  return Buffer.from(JSON.stringify([row.familyName, row.givenName, row.id])).toString("base64url");
}
