import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { largestId } from "../http/texts.ts";
import { ada, type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
const as = staff.receptionist;
const request: Clinic["api"]["request"] = (...words) => clinic.api.request(...words);

beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.remove());

async function list(query: string) {
  const response = await request(`/patients?${query}`, { as });
  expect(response.status).toBe(200);
  return (await response.json()) as {
    items: { id: number; familyName: string; givenName: string }[];
    next: string | null;
  };
}

describe("GET /patients/:id", () => {
  it.each([
    [largestId - 1_000_001, "Skłodowska-Curie", "Marie 🧪", "1867-11-07"],
    [largestId - 1_000_000, "O'Brien", "Seán", "1970-01-01"],
  ])("gives patient %i with every letter and the day as stored", async (id, familyName, givenName, birthDate) => {
    await clinic.database.execute(
      "INSERT INTO patients (id, family_name, given_name, birth_date) VALUES (?, ?, ?, ?)",
      [id, familyName, givenName, birthDate],
    );
    const response = await request(`/patients/${id}`, { as });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ id, familyName, givenName, birthDate, email: null, phone: null });
    await clinic.database.execute("DELETE FROM patients WHERE id = ?", [id]);
  });

  it("answers 404 for a patient that is not there", async () => {
    const response = await request("/patients/4000000", { as });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 404, detail: "There is no patient with this id." });
  });

  it("answers many at once, each the right one", async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => clinic.addPatient({ givenName: `Many ${n}` })));
    const found = await Promise.all(ids.map(async (id) => (await request(`/patients/${id}`, { as })).json()));
    expect(found).toEqual(ids.map((id, n) => expect.objectContaining({ id, givenName: `Many ${n}` })));
  });

  it("answers 304 where the caller has it already", async () => {
    const path = `/patients/${await clinic.addPatient()}`;
    const tag = (await request(path, { as })).headers.get("etag") ?? "";
    expect((await request(path, { as, headers: { "If-None-Match": tag } })).status).toBe(304);
    expect((await request(path, { as, headers: { "If-None-Match": '"9"' } })).status).toBe(200);
  });

  it("answers 500 without details, and stays useful, when the table is gone", async () => {
    const path = `/patients/${await clinic.addPatient()}`;
    await clinic.database.execute("RENAME TABLE patients TO hidden");
    const response = await request(path, { as });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/hidden|SELECT/);
    await clinic.database.execute("RENAME TABLE hidden TO patients");
    expect((await request(path, { as })).status).toBe(200);
  });
});

describe("a patient's record", () => {
  it("is created, read, changed and removed; each version is kept", async () => {
    const created = await request("/patients", { method: "POST", as, json: { ...ada, phone: "+44 20 7946 0000" } });
    expect(created.status).toBe(201);
    const path = created.headers.get("location") ?? "";
    expect(created.headers.get("etag")).toBe('"1"');

    const changed = await request(path, {
      method: "PUT",
      as,
      json: { ...ada, familyName: "King" },
      headers: { "If-Match": '"1"' },
    });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).toBe('"2"');
    expect(await changed.json()).toMatchObject({ familyName: "King", phone: null });

    const found = async () => (await list("familyName=King&givenName=Ada")).items.map(({ id }) => `/patients/${id}`);
    expect((await request(path, { method: "DELETE", as, headers: { "If-Match": '"1"' } })).status).toBe(412);
    expect(await found()).toEqual([path]);
    expect((await request(path, { method: "DELETE", as, headers: { "If-Match": '"2"' } })).status).toBe(204);
    expect((await request(path, { as })).status).toBe(404);
    expect(await found()).toEqual([]);
    expect((await request(path, { method: "DELETE", as, headers: { "If-Match": '"3"' } })).status).toBe(404);

    const history = await (await request(`${path}/history`, { as: staff.clinician })).json();
    expect(history).toMatchObject({
      items: [
        { version: 3, kind: "deleted", familyName: "King" },
        { version: 2, kind: "updated", familyName: "King", phone: null },
        { version: 1, kind: "created", familyName: "Lovelace", phone: "+44 20 7946 0000", account: as.account },
      ],
      next: null,
    });
    const first = (await (await request(`${path}/history?limit=2`, { as })).json()) as { next: string };
    const second = await (await request(`${path}/history?limit=2&cursor=${first.next}`, { as })).json();
    expect(second).toMatchObject({ items: [{ version: 1 }], next: null });
  });

  it("is changed by one of two who read the same version", async () => {
    const path = `/patients/${await clinic.addPatient()}`;
    const change = (givenName: string) =>
      request(path, { method: "PUT", as, json: { ...ada, givenName }, headers: { "If-Match": '"1"' } });
    const answers = await Promise.all(["Augusta", "Ada Augusta"].map(change));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    const refused = answers.find(({ status }) => status === 412);
    expect(refused?.headers.get("etag")).toBe('"2"');
  });

  it("cannot be changed unseen", async () => {
    const path = `/patients/${await clinic.addPatient()}`;
    expect((await request(path, { method: "PUT", as, json: ada })).status).toBe(428);
    for (const tag of ["*", "7", '"0"', 'W/"1"', '"1", "2"']) {
      const headers = { "If-Match": tag };
      expect((await request(path, { method: "PUT", as, json: ada, headers })).status).toBe(400);
    }
  });

  it("has no history where there is no patient", async () => {
    expect((await request("/patients/4000000/history", { as })).status).toBe(404);
  });
});

describe("the search", () => {
  it("finds by how names begin, whatever case and accents, and by day of birth", async () => {
    await clinic.addPatient({ familyName: "Zürcher", givenName: "Émilie", birthDate: "1901-02-03" });
    await clinic.addPatient({ familyName: "Zurbriggen", givenName: "Pirmin" });
    await clinic.addPatient({ familyName: "Z%rcher", givenName: "Percent" });
    const names = async (query: string) => (await list(query)).items.map(({ givenName }) => givenName);
    expect(await names("familyName=zur")).toEqual(["Pirmin", "Émilie"]);
    expect(await names("familyName=ZÜR&givenName=emi")).toEqual(["Émilie"]);
    expect(await names("birthDate=1901-02-03")).toEqual(["Émilie"]);
    expect(await names("familyName=z%25")).toEqual(["Percent"]);
    expect(await names("familyName=z_r")).toEqual([]);
    expect(await names(`familyName=${encodeURIComponent("Z' OR 1=1 -- ")}x`)).toEqual([]);
  });

  it("shows each patient once, in order, while others are added and removed between the pages", async () => {
    const family = "Seite";
    const before = await Promise.all(
      Array.from({ length: 25 }, (_, n) => clinic.addPatient({ familyName: family, givenName: `P${n % 7}` })),
    );
    const seen: number[] = [];
    let next: string | null = "";
    for (let step = 0; next !== null; step += 1) {
      const page = await list(`familyName=${family}&limit=4${next && `&cursor=${next}`}`);
      seen.push(...page.items.map(({ id }) => id));
      ({ next } = page);
      await clinic.addPatient({ familyName: family, givenName: "A earlier than all" });
      await clinic.addPatient({ familyName: family, givenName: `P${step % 7}` });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => before.includes(id)).toSorted((a, b) => a - b)).toEqual(
      before.toSorted((a, b) => a - b),
    );
  });

  it("reads no more rows for a late page than for the first", async () => {
    for (let thousand = 0; thousand < 20; thousand += 1) {
      const rows = Array.from({ length: 1000 }, (_, n) => [
        `Growth ${thousand}`,
        `G${thousand * 100 + Math.floor(n / 10)}`,
      ]);
      await clinic.database.execute(
        `INSERT INTO patients (family_name, given_name, birth_date) VALUES ${rows.map(() => "(?, ?, '2000-01-01')").join(", ")}`,
        rows.flat(),
      );
    }
    await clinic.database.query("ANALYZE TABLE patients");
    const readBy = async (query: string) => {
      const before = await rowsRead();
      await list(query);
      return (await rowsRead()) - before;
    };
    const key = ["Growth 7", "G750", 1];
    const late = Buffer.from(JSON.stringify(key)).toString("base64url");
    const overhead = await readBy("familyName=nobody-is-called-so");
    const first = (await readBy("familyName=Growth&limit=20")) - overhead;
    const deep = (await readBy(`familyName=Growth&limit=20&cursor=${late}`)) - overhead;
    expect(first).toBeGreaterThanOrEqual(20);
    expect(deep).toBeLessThanOrEqual(first + 20);
  });

  it("refuses a cursor that is none", async () => {
    for (const cursor of [
      "x",
      Buffer.from("[1]").toString("base64url"),
      Buffer.from('["a","b",0]').toString("base64url"),
    ]) {
      expect((await request(`/patients?cursor=${cursor}`, { as })).status).toBe(400);
    }
  });
});

async function rowsRead(): Promise<number> {
  const rows = await clinic.database.query<{ Value: string }>(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_read_key', 'Handler_read_next', 'Handler_read_rnd_next')",
  );
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
