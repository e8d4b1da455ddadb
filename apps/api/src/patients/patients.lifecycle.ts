import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createDatabase, type Database } from "../database.ts";
import { applySchema } from "../schema.ts";
import { startApi, type TestApi } from "../testing/api.ts";
import { type Mariadb, startMariadb } from "../testing/mariadb.ts";
import { largestId } from "./id.ts";

let mariadb: Mariadb;
let database: Database;
let api: TestApi;

beforeAll(async () => {
  mariadb = await startMariadb();
  await applySchema(mariadb.config);
  database = createDatabase(mariadb.config);
  api = await startApi(database);
}, 30_000);

afterAll(async () => {
  await api?.close();
  await mariadb?.remove();
});

describe("GET /patients/:id", () => {
  it.each([
    [1, "Skłodowska-Curie", "Marie 🧪", "1867-11-07"],
    [largestId, "O'Brien", "Seán", "1970-01-01"],
  ])(
    "gives patient %i with every letter and the day as they were stored",
    async (id, familyName, givenName, birthDate) => {
      await database.query("INSERT INTO patients (id, family_name, given_name, birth_date) VALUES (?, ?, ?, ?)", [
        id,
        familyName,
        givenName,
        birthDate,
      ]);
      const response = await api.request(`/patients/${id}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.json()).toEqual({ id, familyName, givenName, birthDate });
    },
  );

  it("answers 404 for a patient that is not there", async () => {
    const response = await api.request("/patients/2");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 404, detail: "There is no patient with this id." });
  });

  it("applies the schema again and keeps what is there", async () => {
    await database.query("INSERT INTO patients VALUES (7, 'Noether', 'Emmy', '1882-03-23')");
    await Promise.all([applySchema(mariadb.config), applySchema(mariadb.config)]);
    expect((await api.request("/patients/7")).status).toBe(200);
  });

  it("answers 500 without details, and stays useful, when the table is gone", async () => {
    await database.query("RENAME TABLE patients TO hidden");
    const response = await api.request("/patients/1");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/hidden|patients|SELECT/);
    await database.query("RENAME TABLE hidden TO patients");
    expect((await api.request("/patients/1")).status).toBe(200);
  });
});
