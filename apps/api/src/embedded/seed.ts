import { insertAccount } from "../accounts/queries.ts";
import type { Database, Queryable, Value } from "../database.ts";
import { familyNames, givenNames } from "./names.ts";

const rowsAtOnce = 1000;

/** Fills an empty clinic: people who work there, without passwords, and `count` patients. Does nothing to one that is not empty. */
export async function seed(database: Database, count: number): Promise<boolean> {
  const [row] = await database.query<{ patients: number }>("SELECT COUNT(*) AS patients FROM patients");
  if (row === undefined || row.patients > 0) return false;
  await database.transaction(async (transaction) => {
    for (const [email, name] of [
      ["grace@clinic.example", "Dr. Grace Okafor"],
      ["henrik@clinic.example", "Dr. Henrik Lindqvist"],
      ["mei@clinic.example", "Dr. Mei Tanaka"],
    ] as const) {
      await insertAccount(transaction, { email, name, role: "clinician" });
    }
    await insertAccount(transaction, { email: "desk@clinic.example", name: "Front desk", role: "receptionist" });
  });
  for (let first = 0; first < count; first += rowsAtOnce) {
    await insertMany(database, first, Math.min(rowsAtOnce, count - first));
  }
  return true;
}

async function insertMany(database: Queryable, first: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => person(first + index));
  await database.execute(
    `INSERT INTO patients (family_name, given_name, birth_date, email, phone) VALUES ${rows.map(() => "(?, ?, ?, ?, ?)").join(", ")}`,
    rows.flat(),
  );
}

/** The same person for the same number, every time: spread over names and days as a clinic's are, roughly. */
export function person(number: number): Value[] {
  const mixed = (salt: number) => ((number + 1) * 2_654_435_761 + salt * 40_503) % 4_294_967_296;
  const family = familyNames[mixed(1) % familyNames.length] ?? "";
  const given = givenNames[Math.floor(mixed(2) / 7) % givenNames.length] ?? "";
  const born = new Date(Date.UTC(1930, 0, 1) + (Math.floor(mixed(3) / 13) % 33_000) * 86_400_000);
  const phone = `+49 30 ${String(1_000_000 + (number % 9_000_000))}`;
  return [family, given, born.toISOString().slice(0, 10), null, phone];
}
