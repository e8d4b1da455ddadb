import type { Database } from "../database.ts";

export interface Patient {
  readonly id: number;
  readonly familyName: string;
  readonly givenName: string;
  /** Calendar day, `YYYY-MM-DD`. */
  readonly birthDate: string;
}

export async function findPatient(database: Database, id: number): Promise<Patient | undefined> {
  const [patient] = await database.query<Patient>(
    `SELECT id, family_name AS familyName, given_name AS givenName, birth_date AS birthDate
     FROM patients WHERE id = ?`,
    [id],
  );
  return patient;
}
