import { insertAccount } from "../accounts/queries.ts";
import type { Dependencies } from "../app.ts";
import { createDatabase, type Database } from "../database.ts";
import { migrate } from "../migrations/migrate.ts";
import { insist, startApi, type TestApi } from "./api.ts";
import { type Mariadb, startMariadb } from "./mariadb.ts";

/** The API with a database of its own, and people who work there: 1 is an admin, 2 and 3 are clinicians, 4 receives. */
export interface Clinic {
  readonly mariadb: Mariadb;
  readonly database: Database;
  readonly api: TestApi;
  /** Adds a patient, and says who it is. */
  readonly addPatient: (change?: object) => Promise<number>;
  readonly remove: () => Promise<void>;
}

export const staff = {
  admin: { account: 1, role: "admin" },
  clinician: { account: 2, role: "clinician" },
  otherClinician: { account: 3, role: "clinician" },
  receptionist: { account: 4, role: "receptionist" },
} as const;

export const ada = { familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" };

export async function startClinic(change: Partial<Dependencies> = {}): Promise<Clinic> {
  const mariadb = await startMariadb();
  await migrate(mariadb.config);
  const database = createDatabase(mariadb.config);
  for (const [name, { role }] of Object.entries(staff)) {
    await insertAccount(database, { email: `${name.toLowerCase()}@clinic.example`, name, role });
  }
  const api = await startApi(database, change);
  return {
    mariadb,
    database,
    api,
    async addPatient(other = {}) {
      const headers = { "Idempotency-Key": crypto.randomUUID() };
      const json = { ...ada, ...other };
      const response = await insist(() =>
        api.request("/patients", { method: "POST", as: staff.receptionist, headers, json }),
      );
      return ((await response.json()) as { id: number }).id;
    },
    async remove() {
      await api.close();
      await mariadb.remove();
    },
  };
}
