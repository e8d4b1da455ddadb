import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { eventually } from "@mainstay/mysql-resilience/testing";
import { createConnection } from "mysql2/promise";
import { pino } from "pino";
import { insertAccount } from "../accounts/queries.ts";
import { createDatabase, type Database, serverOptions } from "../database.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { startApi, type TestApi } from "../testing/api.ts";
import { ada, staff } from "../testing/clinic.ts";
import { type Mariadb, startMariadb } from "../testing/mariadb.ts";
import { migrations } from "./index.ts";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migration.ts";
import { migrateUntilDone } from "./until-done.ts";

let mariadb: Mariadb;
let database: Database;

beforeAll(async () => {
  mariadb = await startMariadb();
  database = createDatabase(mariadb.config);
});
afterAll(async () => {
  await database?.close();
  await mariadb?.remove();
});

const applied = async () =>
  (await database.query<{ name: string }>("SELECT name FROM schema_migrations ORDER BY name")).map(({ name }) => name);

const silent = pino({ level: "silent" });

describe("a migration", () => {
  it("runs once, though ten tasks start at the same time", async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => migrate(mariadb.config)));
    expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(migrations.map(({ name }) => name));
    expect(outcomes.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(await applied()).toEqual(migrations.map(({ name }) => name));
  });

  it("has nothing to do afterwards", async () => {
    expect(await migrate(mariadb.config)).toEqual({ applied: [], warnings: [] });
  });

  it("that was cut short goes on where it was", async () => {
    const name = "0900-cut-short";
    const steps = [
      "CREATE TABLE cut_one (id INT)",
      "CREATE TABLE cut_two (id INT)",
      "ALTER TABLE cut_one ADD COLUMN more INT NULL",
    ];
    const broken: Migration = {
      name,
      kind: "expand",
      statements: [...steps.slice(0, 1), "CREATE NONSENSE", ...steps.slice(1)],
    };
    await expect(migrate(mariadb.config, [...migrations, broken])).rejects.toThrow("Migration 0900-cut-short");
    expect(await applied()).not.toContain(name);
    const mended: Migration = { name, kind: "expand", statements: [...steps, steps[2] ?? ""] };
    expect((await migrate(mariadb.config, [...migrations, mended])).applied).toEqual([name]);
    await database.query("SELECT more FROM cut_one");
  });

  it("waits for another task, and gives up with a word when that takes too long", async () => {
    const { user, password } = mariadb.config;
    const other = await createConnection({ ...serverOptions(mariadb.config), user, password });
    await other.query("SELECT GET_LOCK('clinic.migrations', 1)");
    const pending: Migration = { name: "0901-waits", kind: "expand", statements: ["CREATE TABLE waited (id INT)"] };
    const late = migrate(mariadb.config, [...migrations, pending]);
    await expect(late).rejects.toThrow("another task has been migrating for more than 10 s");
    const inTime = migrate(mariadb.config, [...migrations, pending]);
    await eventually(async () => {
      const waiting = "SELECT id FROM information_schema.processlist WHERE state = 'User lock'";
      expect(await database.query(waiting)).toHaveLength(1);
    });
    // WHY destroyed and not released: a task that is killed must block nobody.
    other.destroy();
    expect((await inTime).applied).toEqual(["0901-waits"]);
  });

  it("runs in a schema whose name is as long as a lock's may be", async () => {
    const other = await startMariadb({ name: "s".repeat(64) });
    const outcomes = await Promise.all([migrate(other.config), migrate(other.config)]);
    expect(outcomes.flatMap((outcome) => outcome.applied)).toEqual(migrations.map(({ name }) => name));
    await other.remove();
  });

  it("says what the server does not allow, and does the rest", async () => {
    const migration: Migration = {
      name: "0902-optional",
      kind: "expand",
      statements: [
        { sql: "SET GLOBAL read_only = 0", unless: [1227], otherwise: "without the privilege" },
        "CREATE TABLE rest (id INT)",
      ],
    };
    expect(await migrate(mariadb.config, [...migrations, migration])).toEqual({
      applied: ["0902-optional"],
      warnings: ["without the privilege"],
    });
    await database.query("SELECT * FROM rest");
  });
});

describe("readiness", () => {
  it("waits until the schema is there, however long the database is away", async () => {
    await mariadb.crash();
    const lifecycle: Lifecycle = { phase: "serving", migrated: false };
    const failed = Promise.withResolvers<void>();
    const log = pino({ level: "warn" }, { write: () => failed.resolve() });
    const done = migrateUntilDone(mariadb.config, lifecycle, log);
    await failed.promise;
    expect(lifecycle.migrated).toBe(false);
    await mariadb.restart();
    await done;
    expect(lifecycle.migrated).toBe(true);
  });

  it("does not wait where the process is about to stop", async () => {
    const lifecycle: Lifecycle = { phase: "draining", migrated: false };
    await migrateUntilDone(mariadb.config, lifecycle, silent);
    expect(lifecycle.migrated).toBe(false);
  });
});

describe("the next release", () => {
  /** As a release after this one would bring it: an optional column, a column with a default, a table, an index. */
  const next: Migration = {
    name: "0903-next-release",
    kind: "expand",
    statements: [
      "ALTER TABLE patients ADD COLUMN insurance VARCHAR(40) NULL, ADD COLUMN language CHAR(2) NOT NULL DEFAULT 'en' AFTER given_name",
      "ALTER TABLE patient_versions ADD COLUMN insurance VARCHAR(40) NULL",
      ...[
        "accounts",
        "sessions",
        "refresh_tokens",
        "appointments",
        "documents",
        "idempotency_keys",
        "audit_log",
      ].flatMap((table) => [
        `ALTER TABLE ${table} ADD COLUMN note VARCHAR(40) NULL`,
        `ALTER TABLE ${table} ADD COLUMN kind_of_note CHAR(2) NOT NULL DEFAULT 'en'`,
      ]),
      "CREATE TABLE insurances (id INT PRIMARY KEY)",
      "CREATE INDEX by_insurance ON patients (insurance)",
    ],
  };
  /** And as the one after that would take away what nobody uses any more. */
  const afterwards: Migration = {
    name: "0904-contract",
    kind: { contract: true, after: "the next release" },
    statements: ["DROP TABLE insurances"],
  };
  let api: TestApi;

  beforeAll(async () => {
    for (const [name, { role }] of Object.entries(staff)) {
      await insertAccount(database, { email: `${name.toLowerCase()}@clinic.example`, name, role });
    }
    api = await startApi(
      { ...database, close: async () => undefined },
      { now: () => Date.parse("2026-01-01T00:00:00Z") },
    );
  });
  afterAll(() => api.close());

  /** One use of each feature; what it answered, with the repetition of a POST under its key. */
  async function useEverything(): Promise<Record<string, number[]>> {
    const as = staff.admin;
    const send = async (path: string, method: string, json?: object, headers: Record<string, string> = {}) =>
      await api.request(path, { as, method, headers, ...(json && { json }) });
    const statuses = async (...answers: Promise<Response>[]) =>
      (await Promise.all(answers)).map(({ status }) => status);
    const at = (response: Response) => response.headers.get("location") ?? "";
    const same = { "Idempotency-Key": crypto.randomUUID() };

    const created = await send("/patients", "POST", ada, same);
    const patient = at(created);
    const patientId = Number(patient.split("/").at(-1));
    const patients = [
      created.status,
      (await send("/patients", "POST", ada, same)).status,
      (await send(patient, "PUT", ada, { "If-Match": '"1"' })).status,
      ...(await statuses(
        send(patient, "GET"),
        send(`${patient}/history`, "GET"),
        send("/patients?familyName=L", "GET"),
      )),
    ];

    // Each its own day, of which no two uses ever want the same.
    day += 1;
    const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
    const startsAt = (time: string) => `${date}T${time}`;
    const when = { timeZone: "UTC", minutes: 30 };
    const booked = await send("/appointments", "POST", {
      patientId,
      clinicianId: 2,
      startsAt: startsAt("09:00"),
      ...when,
    });
    const appointments = [
      booked.status,
      (await send(at(booked), "PUT", { startsAt: startsAt("10:00"), ...when }, { "If-Match": '"1"' })).status,
      ...(await statuses(send(at(booked), "GET"), send("/appointments?clinicianId=2", "GET"))),
      (await send(at(booked), "DELETE", undefined, { "If-Match": '"2"' })).status,
    ];

    const uploaded = await api.request(`${patient}/documents?name=a.txt`, {
      as,
      method: "POST",
      headers: { "Content-Type": "text/plain" },
      body: "one page",
    });
    const documents = [
      uploaded.status,
      ...(await statuses(
        send(at(uploaded), "GET"),
        send(`${at(uploaded)}/content`, "GET"),
        send(`${patient}/documents`, "GET"),
      )),
      (await send(at(uploaded), "DELETE")).status,
    ];

    const email = `p${patientId}@clinic.example`;
    const opened = await send("/accounts", "POST", { email, name: "P", role: "receptionist" });
    const { password } = (await opened.json()) as { password: string };
    const signedIn = await send("/sessions", "POST", { email, password });
    const { refreshToken } = (await signedIn.json()) as { refreshToken: string };
    const accounts = [
      opened.status,
      signedIn.status,
      (await send("/sessions/refresh", "POST", { refreshToken })).status,
      ...(await statuses(send(at(opened), "GET"), send("/accounts", "GET"))),
    ];
    const audit = await statuses(send(`/audit?subject=patient&subjectId=${patientId}`, "GET"));
    const removed = await statuses(send(patient, "DELETE", undefined, { "If-Match": '"2"' }));
    return { patients, appointments, documents, accounts, audit, removed };
  }
  let day = 0;
  const fine = {
    patients: [201, 201, 200, 200, 200, 200],
    appointments: [201, 200, 200, 200, 204],
    documents: [201, 200, 200, 200, 204],
    accounts: [201, 201, 201, 200, 200],
    audit: [200],
    removed: [204],
  };

  it("can expand the schema while this one serves, and this one starts beside it", async () => {
    const traffic = { going: true };
    const seen: object[] = [];
    const done = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (traffic.going) seen.push(await useEverything());
      }),
    );
    const until = async (count: number) => {
      await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(count), 120_000);
    };
    await until(4);
    await migrate(mariadb.config, [...migrations, next]);
    await until(seen.length + 8);
    traffic.going = false;
    await done;
    for (const statuses of seen) expect(statuses).toEqual(fine);
    // A task of this release that starts now finds names it does not know, and leaves them alone.
    expect(await migrate(mariadb.config)).toEqual({ applied: [], warnings: [] });
    expect(await useEverything()).toEqual(fine);
  });

  it("can contract it again when nobody uses the old shape", async () => {
    expect((await migrate(mariadb.config, [...migrations, next, afterwards])).applied).toEqual(["0904-contract"]);
    expect(await useEverything()).toEqual(fine);
  });
});
