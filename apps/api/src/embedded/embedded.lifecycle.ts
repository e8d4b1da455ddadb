import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { variables } from "@mainstay/contract";
import { createDatabase } from "../database.ts";
import { startMariadb } from "../testing/mariadb.ts";
import { checkedFetch } from "../testing/openapi.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mainstay-embedded-"));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function run(words: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], {
    env: {
      PATH: process.env.PATH,
      MAINSTAY_API_FOLDER: folder,
      MAINSTAY_MYSQLD: process.env.MAINSTAY_MYSQLD,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function ended(child: ReturnType<typeof run>) {
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

/** Everything that the clinic says until it is open. */
async function opened(child: ReturnType<typeof run>): Promise<string> {
  let said = "";
  for await (const part of child.stdout) {
    said += String(part);
    if (said.includes("Ctrl-C")) return said;
  }
  throw new Error(`not opened: ${said}`);
}

async function close(child: ChildProcess): Promise<number> {
  const exit = once(child, "exit");
  child.kill("SIGINT");
  const [code] = await exit;
  return code;
}

/** What is between "Sign in" and "Ctrl-C", run by a shell as a person would. */
async function tryIt(said: string): Promise<string> {
  const script = said.slice(said.indexOf("TOKEN="), said.indexOf("Ctrl-C"));
  const { stdout } = await promisify(execFile)("sh", ["-c", script]);
  return stdout;
}

describe("npm run api", () => {
  it("opens a clinic with 10,000 patients, and what it says to try works; the next time all is still there", async () => {
    const first = run([]);
    const said = await opened(first);
    expect(said).toContain("patients        10000, made up");
    expect(JSON.parse(await tryIt(said))).toMatchObject({ id: 1, familyName: expect.any(String) });
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    const request = checkedFetch(address);
    expect((await request("/docs")).status).toBe(200);

    expect(await ended(run([]))).toMatchObject({ code: 1, err: `The clinic is open already: ${address}\n` });
    const renewed = await ended(run(["admin"]));
    expect(renewed).toMatchObject({ code: 0, err: "" });
    const password = renewed.out.trim().split("\n").at(-1) ?? "";
    const signIn = await request("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "admin@clinic.example", password }),
    });
    expect(await signIn.json()).toMatchObject({ mustChangePassword: false });
    expect(await close(first)).toBe(0);

    const second = run([]);
    expect(await opened(second)).toContain("password        shown at the first start; another: npm run api -- admin");
    expect(await close(second)).toBe(0);
  });

  it("works with a database that is there already, and puts nothing in it but the schema and an admin", async () => {
    const mariadb = await startMariadb();
    const { host, port, user, password, name } = mariadb.config;
    const environment = { [variables.databaseUrl]: `mysql://${user}:${password}@${host}:${port}/${name}` };
    const child = run([], environment);
    const said = await opened(child);
    expect(said).toContain("yours: the schema was brought up to date");
    const database = createDatabase(mariadb.config);
    const [row] = await database.query<{ patients: number }>("SELECT COUNT(*) AS patients FROM patients");
    expect(row?.patients).toBe(0);
    expect(await close(child)).toBe(0);
    const renewed = await ended(run(["admin"], environment));
    expect(renewed.out).toContain("has a new password, for the first sign-in:");
    await database.close();
    await mariadb.remove();
  });

  it("says how it is used, and that there is no clinic yet", async () => {
    expect(await ended(run(["open"]))).toMatchObject({ code: 2, err: expect.stringMatching(/^usage: npm run api/) });
    const elsewhere = join(folder, "elsewhere");
    expect(await ended(run(["admin"], { MAINSTAY_API_FOLDER: elsewhere }))).toMatchObject({
      code: 1,
      err: "There is no clinic yet. Open one: npm run api\n",
    });
    const wrong = await ended(run([], { MAINSTAY_API_FOLDER: elsewhere, [variables.databaseUrl]: "postgres://x" }));
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("DATABASE_URL is not mysql://") });
  });
});
