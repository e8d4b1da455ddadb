import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { journalIn } from "../audit/journal.ts";
import { type Database, OutcomeUnknown } from "../database.ts";
import { createAdmission } from "../overload/admission.ts";
import { fakeDatabase, startApi, type TestApi, unavailable } from "../testing/api.ts";
import { createAnswers } from "./remembered.ts";

const particulars = {
  version: 3,
  familyName: "Lovelace",
  givenName: "Ada",
  birthDate: "1815-12-10",
  email: null,
  phone: null,
};
const row = { id: 7, ...particulars };
const version = { ...particulars, kind: "created", at: "2026-01-31 12:00:00.000", account: 1 };
const rowsOf = (sql: string) => {
  if (sql.includes("appointments")) return [];
  return [sql.includes("patient_versions") ? version : row];
};
let api: TestApi;
let away = false;
let now = 0;

/** A database with one patient, that goes away when a test says so. */
async function start(change: Parameters<typeof startApi>[1] = {}): Promise<TestApi> {
  away = false;
  now = 0;
  const database: Partial<Database> = {
    query: async <Row extends object>(sql: string) => (away ? unavailable() : (rowsOf(sql) as unknown as Row[])),
    execute: async () => (away ? unavailable() : { affectedRows: 1, insertId: 1 }),
    transaction: (work) => (away ? unavailable() : work(fakeDatabase(database))),
  };
  const answers = createAnswers({ age: 900, bytes: 1e6 }, () => now);
  api = await startApi(fakeDatabase(database), { answers, ...change });
  return api;
}

const journal = () => {
  const directory = journalIn(api.directory);
  return readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
};

afterEach(() => api.close());

describe("in a crowd", () => {
  it("answers a reading from memory instead of letting it wait, and asks for what it does not know", async () => {
    let crowded = false;
    const admission = { ...createAdmission(), crowded: () => crowded };
    const { request } = await start({ admission });
    const ages = async (...paths: readonly string[]) => {
      const answers = await Promise.all(paths.map((path) => request(path, { as: "clinician" })));
      return answers.map(({ status, headers }) => [status, headers.get("age")]);
    };
    await ages("/patients", "/patients/7");
    crowded = true;
    now = 5_000;
    // One patient is asked for together with others: that waits for nobody's turn.
    expect(await ages("/patients", "/patients?limit=5", "/patients/7")).toEqual([
      [200, "5"],
      [200, null],
      [200, null],
    ]);
  });
});

describe("after a change by this process", () => {
  const as = "clinician";
  const shownBy = ["/patients/7", "/patients?familyName=Love", "/patients/7/history"];
  const ifMatch = { headers: { "If-Match": '"3"' } };
  const { familyName, givenName, birthDate } = row;
  const json = { familyName, givenName, birthDate };

  it.each([
    ["PUT", { method: "PUT", json, ...ifMatch }],
    ["DELETE", { method: "DELETE", ...ifMatch }],
  ])(
    "%s: nothing that shows it as it was is answered any more, in a crowd or while the database is away",
    async (_, change) => {
      let crowded = false;
      const { request } = await start({ admission: { ...createAdmission(), crowded: () => crowded } });
      const remembered = async () => {
        const answers = await Promise.all(shownBy.map((path) => request(path, { as })));
        return answers.map(({ headers }) => headers.get("age") !== null);
      };
      for (const path of shownBy) await request(path, { as });
      away = true;
      expect(await remembered()).toEqual([true, true, true]);
      away = false;
      crowded = true;
      // One patient is asked for together with others, and needs no memory.
      expect(await remembered()).toEqual([false, true, true]);
      crowded = false;
      expect((await request("/patients/7", { as, ...change })).ok).toBe(true);
      away = true;
      expect(await remembered()).toEqual([false, false, false]);
      away = false;
      crowded = true;
      expect(await remembered()).toEqual([false, false, false]);
    },
  );

  it("that failed, everything is answered as before; of one that may have been done, nothing", async () => {
    let fails: () => Promise<never> = unavailable;
    const { request } = await start({
      database: fakeDatabase({
        query: async <Row extends object>() => (away ? unavailable() : ([row] as unknown as Row[])),
        transaction: async (work) => {
          await work(fakeDatabase({ query: async <Row extends object>() => [row] as unknown as Row[] }));
          return fails();
        },
      }),
    });
    const change = async () => (await request("/patients/7", { as, method: "PUT", json, ...ifMatch })).status;
    await request("/patients/7", { as });
    expect(await change()).toBe(503);
    away = true;
    expect((await request("/patients/7", { as })).status).toBe(200);
    fails = async () => {
      throw new OutcomeUnknown(undefined, { cause: new Error("lost") });
    };
    expect(await change()).toBe(503);
    expect((await request("/patients/7", { as })).status).toBe(503);
  });

  it("that happened while it was read, what was read is not remembered", async () => {
    const slow = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { request } = await start({
      database: fakeDatabase({
        query: async <Row extends object>() => {
          asked.resolve();
          await slow.promise;
          return away ? unavailable() : ([row] as unknown as Row[]);
        },
        transaction: (work) => work(fakeDatabase({ query: async <Row extends object>() => [row] as unknown as Row[] })),
      }),
    });
    const before = request("/patients/7", { as });
    await asked.promise;
    expect((await request("/patients/7", { as, method: "PUT", json, ...ifMatch })).status).toBe(200);
    slow.resolve();
    expect((await before).status).toBe(200);
    away = true;
    expect((await request("/patients/7", { as })).status).toBe(503);
  });
});

describe("while the database is away", () => {
  it.each(["/patients/7", "/patients?familyName=Love"])(
    "answers %s as before, and says how old that is",
    async (path) => {
      const { request } = await start();
      const fresh = await request(path, { as: "clinician" });
      expect(fresh.headers.get("age")).toBeNull();
      const body = await fresh.json();
      away = true;
      now = 12_345;
      const stale = await request(path, { as: "receptionist" });
      expect(stale.status).toBe(200);
      expect(await stale.json()).toEqual(body);
      expect(stale.headers.get("age")).toBe("12");
      expect(stale.headers.get("cache-status")).toBe("clinic; hit; ttl=-12; detail=database-away");
      expect(stale.headers.get("etag")).toBe(fresh.headers.get("etag"));
    },
  );

  it("keeps a line of the audit log on disk before it shows anything, once for each reading", async () => {
    const { request } = await start();
    await request("/patients/7", { as: "clinician" });
    await request("/patients", { as: "clinician" });
    away = true;
    const one = await request("/patients/7", { as: { account: 9, role: "receptionist" } });
    const list = await request("/patients", { as: { account: 9, role: "receptionist" } });
    expect(journal()).toEqual([
      expect.objectContaining({
        action: "patient.read",
        id: 7,
        account: 9,
        requestId: one.headers.get("x-request-id"),
      }),
      expect.objectContaining({
        action: "patient.listed",
        detail: { ids: [7] },
        account: 9,
        requestId: list.headers.get("x-request-id"),
      }),
    ]);
    expect(JSON.stringify(journal())).not.toContain("Lovelace");
  });

  it("shows nothing to those who may not see it, nothing that it has not seen, and nothing too old", async () => {
    const { request } = await start();
    await request("/patients/7", { as: "clinician" });
    await request("/patients/7/documents", { as: "clinician" });
    away = true;
    expect((await request("/patients/7")).status).toBe(401);
    expect((await request("/patients/7/documents", { as: "receptionist" })).status).toBe(403);
    expect((await request("/patients/8", { as: "clinician" })).status).toBe(503);
    now = 901_000;
    const late = await request("/patients/7", { as: "clinician" });
    expect([late.status, late.headers.get("retry-after")]).toEqual([503, "1"]);
  });

  it("shows nothing when the line of the audit log cannot be kept anywhere", async () => {
    away = false;
    const refuse = async () => Promise.reject(new Error("ENOSPC"));
    const broken = { append: refuse, pending: () => false, segments: async () => [] };
    const database: Partial<Database> = {
      query: async <Row extends object>() => (away ? unavailable() : ([row] as unknown as Row[])),
      execute: async () => (away ? unavailable() : { affectedRows: 1, insertId: 1 }),
    };
    api = await startApi(fakeDatabase(database), { journal: broken });
    expect((await api.request("/patients/7", { as: "clinician" })).status).toBe(200);
    away = true;
    expect((await api.request("/patients/7", { as: "clinician" })).status).toBe(503);
  });

  it("does the same while the process is late: only what is known costs nothing", async () => {
    let late = 0;
    api = await startApi(fakeDatabase({ query: async <Row extends object>() => [row] as unknown as Row[] }), {
      lag: { ms: () => late },
    });
    const ask = (path: string) => api.request(path, { as: "clinician" });
    expect((await ask("/patients/7")).headers.get("age")).toBeNull();
    late = 1e6;
    const stale = await ask("/patients/7");
    expect([stale.status, stale.headers.get("age")]).toEqual([200, "0"]);
    expect((await ask("/patients/8")).status).toBe(503);
    expect((await ask("/documents/7/content")).status).toBe(503);
  });

  it("answers 304 to who has it, and 503 with the time to try again to changes", async () => {
    const { request } = await start();
    const { headers } = await request("/patients/7", { as: "clinician" });
    away = true;
    const known = await request("/patients/7", {
      as: "clinician",
      headers: { "If-None-Match": headers.get("etag") ?? "" },
    });
    expect([known.status, known.headers.get("age")]).toEqual([304, "0"]);
    const change = await request("/patients", {
      method: "POST",
      as: "receptionist",
      json: { ...row, id: undefined, version: undefined },
    });
    expect([change.status, change.headers.get("retry-after")]).toEqual([503, "1"]);
  });
});
