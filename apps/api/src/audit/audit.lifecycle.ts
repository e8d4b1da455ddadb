import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createDatabase, type Database } from "../database.ts";
import { migrate } from "../migrations/migrate.ts";
import { insist, startApi } from "../testing/api.ts";
import { ada, type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
const request: Clinic["api"]["request"] = (...words) => clinic.api.request(...words);

beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.remove());

interface Line {
  readonly account: number;
  readonly action: string;
  readonly subjectId: number;
  readonly requestId: string;
}

async function log(query = ""): Promise<{ items: Line[]; next: string | null }> {
  const response = await request(`/audit?${query}`, { as: staff.admin });
  expect(response.status).toBe(200);
  return (await response.json()) as { items: Line[]; next: string | null };
}

describe("the audit log", () => {
  it("says who saw and changed what, and by which request", async () => {
    const id = await clinic.addPatient();
    const seen = await request(`/patients/${id}`, { as: staff.clinician });
    await request("/patients?limit=5", { as: staff.clinician });
    const headers = { "If-Match": '"1"' };
    await request(`/patients/${id}`, { method: "PUT", as: staff.receptionist, json: ada, headers });
    const { items } = await log(`subject=patient&subjectId=${id}`);
    expect(items.map(({ account, action }) => [account, action])).toEqual([
      [staff.receptionist.account, "patient.updated"],
      [staff.clinician.account, "patient.read"],
      [staff.receptionist.account, "patient.created"],
    ]);
    expect(items[1]?.requestId).toBe(seen.headers.get("x-request-id"));
    const listed = (await log("subject=patient&account=2&limit=1")).items[0];
    expect(listed).toMatchObject({ action: "patient.listed", detail: { ids: expect.arrayContaining([id]) } });
  });

  it("names no patient", async () => {
    await clinic.addPatient({ familyName: "Geheim", givenName: "Gundula", phone: "+49 30 987654" });
    await request("/patients?familyName=Geheim", { as: staff.clinician });
    const rows = await clinic.database.query("SELECT * FROM audit_log");
    expect(JSON.stringify(rows)).not.toMatch(/Geheim|Gundula|987654/i);
  });

  it("has the line before the answer leaves: what cannot be logged is not shown", async () => {
    const id = await clinic.addPatient();
    await clinic.database.execute("RENAME TABLE audit_log TO hidden");
    const response = await request(`/patients/${id}`, { as: staff.clinician });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("Lovelace");
    await clinic.database.execute("RENAME TABLE hidden TO audit_log");
  });

  it("has a line for each of many readings at once", async () => {
    const id = await clinic.addPatient();
    // WHY again: who is turned away has seen nothing, and leaves no line.
    const read = async () => (await insist(() => request(`/patients/${id}`, { as: staff.clinician }))).status;
    const statuses = await Promise.all(Array.from({ length: 100 }, () => read()));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const [row] = await clinic.database.query<{ count: number }>(
      "SELECT COUNT(*) AS count FROM audit_log WHERE action = 'patient.read' AND subject_id = ?",
      [id],
    );
    expect(row?.count).toBe(100);
  });

  it("has one line of a change whose transaction was undone and done again", async () => {
    const undone = new Error("undone");
    const database: Database = {
      ...clinic.database,
      close: async () => undefined,
      transaction: async (work, outcome) => {
        const first = clinic.database.transaction(async (transaction) => {
          await work(transaction);
          throw undone;
        });
        await expect(first).rejects.toBe(undone);
        return clinic.database.transaction(work, outcome);
      },
    };
    const api = await startApi(database);
    const response = await api.request("/patients", { method: "POST", as: staff.receptionist, json: ada });
    const id = Number(response.headers.get("location")?.split("/").at(-1));
    const requestId = response.headers.get("x-request-id");
    const { items } = await log("subject=patient&limit=5");
    expect(items.filter((line) => line.requestId === requestId)).toMatchObject([{ subjectId: id }]);
    await api.close();
  });

  it("has no line of what did not happen", async () => {
    const id = await clinic.addPatient();
    const headers = { "If-Match": '"9"' };
    expect((await request(`/patients/${id}`, { method: "PUT", as: "receptionist", json: ada, headers })).status).toBe(
      412,
    );
    expect((await log(`subject=patient&subjectId=${id}`)).items).toHaveLength(1);
  });

  it("is read in pages, and reading it is a line too", async () => {
    const first = await log("limit=3");
    const second = await log(`limit=3&cursor=${first.next}`);
    expect(new Set([...first.items, ...second.items].map((line) => JSON.stringify(line))).size).toBe(6);
    expect((await log("subject=audit")).items.length).toBeGreaterThan(2);
  });

  it("has rows that the database lets nobody change or remove; no statement of ours tries, nor empties the table", async () => {
    for (const sql of ["UPDATE audit_log SET account_id = 7", "DELETE FROM audit_log"]) {
      await expect(clinic.database.execute(sql)).rejects.toMatchObject({ sqlState: "45000" });
    }
    const sources = readdirSync(join(import.meta.dirname, ".."), { recursive: true, encoding: "utf8" });
    const ours = sources.filter(
      (path) => path.endsWith(".ts") && !/\.(lifecycle|test)\.ts$|migrations|testing/.test(path),
    );
    const statements = ours.map((path) => readFileSync(join(import.meta.dirname, "..", path), "utf8"));
    expect(statements.some((text) => text.includes("INTO audit_log"))).toBe(true);
    expect(
      statements.filter((text) => /(UPDATE|DELETE FROM|REPLACE INTO|TRUNCATE( TABLE)?)\s+audit_log/i.test(text)),
    ).toEqual([]);
  });
});

describe("with a user that may not change the schema, as the README grants it", () => {
  /** The statement of the README, and what it prints. */
  async function grantsOfReadme(): Promise<string[]> {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
    const [, statement = ""] = /```sql\n(SELECT CONCAT\('GRANT[^`]*);\n```/.exec(readme) ?? [];
    const rows = await clinic.database.query<Record<string, string>>(statement);
    expect(rows.length).toBeGreaterThan(8);
    return ["CREATE USER 'clinic_api'@'%' IDENTIFIED BY 'only-for-tests'", ...rows.flatMap(Object.values)];
  }

  it("the API does all that it does, and nobody can empty or drop the audit log with its credentials", async () => {
    await clinic.mariadb.administer(...(await grantsOfReadme()));
    const config = { ...clinic.mariadb.config, user: "clinic_api" };
    expect(await migrate(config)).toEqual({ applied: [], warnings: [] });
    const database = createDatabase(config);
    const api = await startApi(database);
    const created = await api.request("/patients", { method: "POST", as: staff.receptionist, json: ada });
    const path = created.headers.get("location") ?? "";
    const headers = { "If-Match": created.headers.get("etag") ?? "" };
    const as = staff.clinician;
    expect([
      created.status,
      (await api.request(path, { as })).status,
      (await api.request(path, { method: "PUT", as, json: ada, headers })).status,
      (await api.request(path, { method: "DELETE", as, headers: { "If-Match": '"2"' } })).status,
      (await api.request("/audit", { as: staff.admin })).status,
    ]).toEqual([201, 200, 200, 204, 200]);
    for (const sql of [
      "TRUNCATE TABLE audit_log",
      "DROP TABLE audit_log",
      "RENAME TABLE audit_log TO hidden",
      "ALTER TABLE audit_log DROP COLUMN detail",
      "DROP TRIGGER audit_log_never_update",
      "UPDATE audit_log SET account_id = 7",
      "DELETE FROM audit_log",
    ]) {
      await expect(database.execute(sql)).rejects.toMatchObject({ sqlState: expect.stringMatching(/^(42000|45000)$/) });
    }
    await api.close();
  });
});

describe("the log of the process", () => {
  it("has no word of what people are called, where they are, or what they are let in with", async () => {
    const person = {
      familyName: "Zebedäus",
      givenName: "Xanthippe",
      birthDate: "1933-04-05",
      email: "xanthippe@home.example",
      phone: "+49 170 5551234",
    };
    const id = await clinic.addPatient(person);
    const as = staff.clinician;
    await request(`/patients?familyName=Zebed&givenName=Xanth&birthDate=1933-04-05`, { as });
    await request(`/patients/${id}`, { method: "PUT", as, json: person, headers: { "If-Match": '"7"' } });
    await request("/patients", { method: "POST", as, json: { ...person, nickname: "Xanthippe" } });
    await request("/patients", {
      method: "POST",
      as,
      body: '{"familyName": "Zebedäus',
      headers: { "Content-Type": "application/json" },
    });
    await request(`/patients/${id}/documents?name=Zebed%C3%A4us.pdf`, {
      method: "POST",
      as,
      body: "%PDF-",
      headers: { "Content-Type": "application/pdf" },
    });
    await request("/sessions", {
      method: "POST",
      json: { email: "xanthippe@home.example", password: "Xanthippe-secret" },
    });
    await clinic.database.execute("RENAME TABLE patient_versions TO hidden");
    expect((await request("/patients", { method: "POST", as, json: person })).status).toBe(500);
    await clinic.database.execute("RENAME TABLE hidden TO patient_versions");

    const text = JSON.stringify(clinic.api.lines);
    expect(clinic.api.lines.length).toBeGreaterThan(7);
    for (const word of [...Object.values(person), "xanthippe", "zebed", "secret", "eyJ", "1933-04"]) {
      expect(text.toLowerCase()).not.toContain(word.toLowerCase());
    }
  });
});
