import { createPool, type Pool } from "mysql2/promise";

/** The pool of the bare servers: as many connections as ours, and nothing else that costs. */
export function openPool(): Pool {
  const { host, port, user, password, name } = JSON.parse(process.env.BENCH_DATABASE ?? "{}");
  return createPool({ host, port, user, password, database: name, connectionLimit: 10, dateStrings: true });
}

export const byId = `SELECT id, family_name AS familyName, given_name AS givenName, birth_date AS birthDate, email, phone
  FROM patients WHERE id = ? AND deleted_at IS NULL`;

export const byName = `SELECT id, family_name AS familyName, given_name AS givenName, birth_date AS birthDate, email, phone
  FROM patients WHERE family_name LIKE ? AND deleted_at IS NULL ORDER BY family_name, given_name, id LIMIT 20`;

export const insert = "INSERT INTO patients (family_name, given_name, birth_date, email, phone) VALUES (?, ?, ?, ?, ?)";

export interface NewPatient {
  readonly familyName: string;
  readonly givenName: string;
  readonly birthDate: string;
}

/** Tells the bench that the server listens, and where. */
export function announce(port: number): void {
  process.send?.({ port });
}
