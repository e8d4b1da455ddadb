import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { createDocumentFiles } from "../documents/files.ts";
import { clean } from "../maintenance.ts";
import { startApi } from "../testing/api.ts";
import { ada, type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
const as = staff.receptionist;

beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic?.remove());

let keys = 0;
function newKey(): string {
  keys += 1;
  return `test-key-${keys}`;
}
const post = (json: object, key: string | null, caller: object = as, path = "/patients") =>
  clinic.api.request(path, { method: "POST", as: caller, json, headers: { "Idempotency-Key": key ?? "" } });

async function named(familyName: string): Promise<number> {
  const [row] = await clinic.database.query<{ count: number }>(
    "SELECT COUNT(*) AS count FROM patients WHERE family_name = ?",
    [familyName],
  );
  return row?.count ?? -1;
}

describe("an Idempotency-Key", () => {
  it("makes a POST that is sent again have one effect, with the same answer and its headers", async () => {
    const key = newKey();
    const json = { ...ada, familyName: "Once" };
    const first = await post(json, key);
    const again = await post(json, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    for (const name of ["location", "etag"]) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect([first, again].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(await named("Once")).toBe(1);
  });

  it("holds when all come at once", async () => {
    const key = newKey();
    const json = { ...ada, familyName: "Burst" };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(json, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(await named("Burst")).toBe(1);
  });

  it("of another request is refused, of another account is another key", async () => {
    const key = newKey();
    const json = { ...ada, familyName: "Scope" };
    expect((await post(json, key)).status).toBe(201);
    expect((await post({ ...json, givenName: "Other" }, key)).status).toBe(422);
    expect((await post({ email: "scope@clinic.example", name: "x", role: "admin" }, key, as, "/accounts")).status).toBe(
      403,
    );
    expect((await post(json, key, staff.clinician)).status).toBe(201);
    expect(await named("Scope")).toBe(2);
    const again = await Promise.all([as, staff.clinician].map((caller) => post(json, key, caller)));
    const ids = await Promise.all(again.map(async (answer) => ((await answer.json()) as { id: number }).id));
    expect(ids[1]).toBe((ids[0] ?? 0) + 1);
  });

  it("of the same content at another path is refused", async () => {
    const key = newKey();
    const reset = (account: number) => {
      const headers = { "Idempotency-Key": key };
      return clinic.api.request(`/accounts/${account}/password`, { method: "POST", as: staff.admin, headers });
    };
    expect((await reset(2)).status).toBe(201);
    expect((await reset(3)).status).toBe(422);
  });

  it("is needed, and well formed", async () => {
    for (const key of [null, "short", "x".repeat(129), "with blanks in it", "ümlaut-ü"]) {
      const answer = await post(ada, key === "ümlaut-ü" ? Buffer.from(key).toString("latin1") : key);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ header: "Idempotency-Key" }] });
    }
  });

  it("is free again after a refusal: the same request may succeed later", async () => {
    const key = newKey();
    const booking = {
      patientId: await clinic.addPatient(),
      clinicianId: 2,
      startsAt: "2027-06-01T09:00",
      timeZone: "UTC",
      minutes: 30,
    };
    const blocker = await post(booking, newKey(), as, "/appointments");
    expect((await post({ ...booking }, key, as, "/appointments")).status).toBe(409);
    const { id } = (await blocker.json()) as { id: number };
    await clinic.api.request(`/appointments/${id}`, { method: "DELETE", as, headers: { "If-Match": '"1"' } });
    expect((await post({ ...booking }, key, as, "/appointments")).status).toBe(201);
  });

  it("keeps the answer unreadable in the database", async () => {
    await post({ ...ada, familyName: "Verborgen" }, newKey());
    const rows = await clinic.database.query<{ reply: Buffer }>("SELECT reply FROM idempotency_keys");
    expect(rows.some(({ reply }) => reply.includes("Verborgen"))).toBe(false);
  });

  it("outlives a rotation of the secret while the old one is known, and says so when it is not", async () => {
    const key = newKey();
    const json = { ...ada, familyName: "Rotated" };
    await post(json, key);
    const next = "another-secret-another-secret-another";
    const later = async (secrets: readonly [string, ...string[]]) => {
      const api = await startApi({ ...clinic.database, close: async () => undefined }, { secrets });
      const answer = await api.request("/patients", { method: "POST", as, json, headers: { "Idempotency-Key": key } });
      await api.close();
      return answer.status;
    };
    expect(await later([next, "only-for-tests-0123456789abcdef-0123456789"])).toBe(201);
    expect(await later([next])).toBe(409);
    expect(await named("Rotated")).toBe(1);
  });

  it("is forgotten after a day", async () => {
    await clinic.database.execute("UPDATE idempotency_keys SET created_at = created_at - INTERVAL ? SECOND", [
      contract.requests.idempotencyKept + 1,
    ]);
    const key = newKey();
    await post(ada, key);
    await clean(clinic.database, createDocumentFiles(clinic.api.directory), clinic.api.log);
    const left = await clinic.database.query<{ name: string }>("SELECT idempotency_key AS name FROM idempotency_keys");
    expect(left).toEqual([{ name: key }]);
  });
});

describe("the effect and its key", () => {
  it("are kept together or not at all", async () => {
    const key = newKey();
    const json = { ...ada, familyName: "Together" };
    await clinic.database.execute("RENAME TABLE audit_log TO hidden");
    expect((await post(json, key)).status).toBe(500);
    await clinic.database.execute("RENAME TABLE hidden TO audit_log");
    expect(await named("Together")).toBe(0);
    expect((await post(json, key)).status).toBe(201);
    expect(await named("Together")).toBe(1);
  });
});
