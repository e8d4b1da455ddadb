import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "@mainstay/mysql-resilience/testing";
import { enterAll } from "../audit/enter.ts";
import { createAuditJournal, journalIn } from "../audit/journal.ts";
import { type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.remove());

const linesAbout = (requestId: string) =>
  clinic.database.query<{ at: string; action: string; account: number }>(
    "SELECT at, action, account_id AS account FROM audit_log WHERE request_id = ?",
    [requestId],
  );

describe("an outage of the database", () => {
  it("shows what was known, and every reading is in the audit log afterwards, at its time, once", async () => {
    const { api, mariadb, database } = clinic;
    const id = await clinic.addPatient();
    const path = `/patients/${id}`;
    expect((await api.request(path, { as: staff.clinician })).status).toBe(200);

    await mariadb.crash();
    const stale = await eventually(async () => {
      const response = await api.request(path, { as: staff.receptionist });
      expect(response.headers.get("age")).not.toBeNull();
      return response;
    });
    const seenAt = Date.now();
    expect(await stale.json()).toMatchObject({ id, familyName: "Lovelace" });
    const requestId = stale.headers.get("x-request-id") ?? "";
    const upload = await api.request(`${path}/documents?name=a.txt`, {
      method: "POST",
      as: staff.clinician,
      headers: { "Content-Type": "text/plain" },
      body: "one page",
    });
    expect([upload.status, upload.headers.get("retry-after")]).toEqual([503, "1"]);

    await mariadb.restart();
    await eventually(() => database.query("SELECT 1"));
    expect(await linesAbout(requestId)).toEqual([]);
    // Two processes at the same time, as after an outage: each segment is entered by one of them.
    const journal = createAuditJournal(journalIn(api.directory));
    for (const name of readdirSync(journalIn(api.directory))) {
      // As its owner closes it after a while.
      const from = join(journalIn(api.directory), name);
      if (name.endsWith(".open")) renameSync(from, from.replace(".open", ".jsonl"));
    }
    await Promise.all([enterAll(journal, database), enterAll(createAuditJournal(journalIn(api.directory)), database)]);
    const lines = await linesAbout(requestId);
    expect(lines).toMatchObject([{ action: "patient.read", account: staff.receptionist.account }]);
    expect(Math.abs(Date.parse(`${lines[0]?.at.replace(" ", "T")}Z`) - seenAt)).toBeLessThan(10_000);
    expect(readdirSync(journalIn(api.directory))).toEqual([]);

    // The upload left nothing, and works again.
    const files = readdirSync(api.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name)).toEqual([]);
    const again = await api.request(`${path}/documents?name=a.txt`, {
      method: "POST",
      as: staff.clinician,
      headers: { "Content-Type": "text/plain" },
      body: "one page",
    });
    expect(again.status).toBe(201);
  });
});
