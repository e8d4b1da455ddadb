import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import { freePort } from "@mainstay/mysql-resilience/testing";
import { insertAccount } from "../accounts/queries.ts";
import { createTokens } from "../accounts/tokens.ts";
import { createDatabase, type Database } from "../database.ts";
import { migrate } from "../migrations/migrate.ts";
import { testSecret } from "../testing/api.ts";
import { type Mariadb, startMariadb } from "../testing/mariadb.ts";
import { checkAnswer } from "../testing/openapi.ts";

const root = join(import.meta.dirname, "../..");

let mariadb: Mariadb;
let database: Database;
let directory: string;
let port: number;
let token: string;
let api: ChildProcess;

beforeAll(async () => {
  mariadb = await startMariadb();
  await migrate(mariadb.config);
  database = createDatabase(mariadb.config);
  const account = await insertAccount(database, { email: "c@clinic.example", name: "C", role: "clinician" });
  await database.execute("INSERT INTO patients (family_name, given_name, birth_date) VALUES ('A', 'B', '2000-01-01')");
  token = await createTokens([testSecret]).issue({ account, role: "clinician", session: 1, oneTime: false });
  directory = await mkdtemp(join(tmpdir(), "mainstay-documents-"));
  port = await freePort();
  api = await startProcess();
});

afterAll(async () => {
  api?.kill("SIGKILL");
  await database?.close();
  await mariadb?.remove();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

/** What the image sets for its process: `NAME=value` of its ENV. */
const imageEnvironment = Object.fromEntries(
  (/^ENV (NODE_ENV=.*)$/m.exec(readFileSync(join(root, "Dockerfile"), "utf8"))?.[1] ?? "")
    .split(" ")
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
);

/** A process of its own, bundled and set up as in the image: what is measured is its memory and nobody else's. */
async function startProcess(): Promise<ChildProcess> {
  const { host, port: databasePort, user, password } = mariadb.config;
  await promisify(execFile)(process.execPath, [join(root, "src/bundle.ts"), join(directory, "bundle")]);
  const child = spawn(process.execPath, [join(directory, "bundle/main.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...imageEnvironment,
      [variables.port]: String(port),
      [variables.databaseHost]: host,
      [variables.databasePort]: String(databasePort),
      [variables.databaseUser]: user,
      [variables.databasePassword]: password,
      [variables.tokenKey]: testSecret,
      [variables.documentsDirectory]: join(directory, "documents"),
    },
  });
  await once(child.stdout, "data");
  child.stdout.resume();
  return child;
}

function post(path: string, headers: Record<string, string | number>) {
  return request({
    port,
    host: "127.0.0.1",
    path,
    method: "POST",
    agent: false,
    headers: {
      Authorization: `Bearer ${token}`,
      "Idempotency-Key": crypto.randomUUID(),
      "Content-Type": "application/pdf",
      ...headers,
    },
  });
}

/**
 * As a client does it: again after a while, with the same key, on 503, and where it was cut off. On a busy machine a connection may not be free in
 * time, and two gigabytes take a slow disk longer than a request may take.
 */
async function upload(bytes: number): Promise<number | undefined> {
  const key = crypto.randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    const status = await send(bytes, key).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ECONNRESET") throw error;
      return 408;
    });
    if ((status !== 503 && status !== 408) || attempt === 30) return status;
    await sleep(1000);
  }
}

/** A PDF of that size, made piece by piece: this process must not hold a hundred either. */
async function send(bytes: number, key: string): Promise<number | undefined> {
  const sent = post("/patients/1/documents?name=large.pdf", { "Content-Length": bytes, "Idempotency-Key": key });
  const answer = once(sent, "response");
  // WHY: of what is cut off both fail.
  answer.catch(() => undefined);
  await pipeline(Readable.from(pieces(bytes)), sent);
  const [response] = await answer;
  const body = response.statusCode === 204 ? null : await buffer(response);
  const described = { status: response.statusCode, headers: response.headers as Record<string, string> };
  await checkAnswer("POST", "/patients/1/documents", new Response(body, described));
  return response.statusCode;
}

const piece = randomBytes(65_536);

function* pieces(bytes: number): Generator<Buffer> {
  yield Buffer.from("%PDF-");
  for (let left = bytes - 5; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length));
}

/** The most memory that the process has had, in MiB. */
function peak(): number {
  const status = readFileSync(`/proc/${api.pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("100 uploads of 20 MB at once", () => {
  it("are all kept, with less than 200 MiB of memory", async () => {
    const before = peak();
    const statuses = await Promise.all(Array.from({ length: 100 }, () => upload(20_000_000)));
    expect(new Set(statuses)).toEqual(new Set([201]));
    console.log(`100 uploads of 20 MB: ${before.toFixed(0)} MiB before, at most ${peak().toFixed(0)} MiB`);
    expect(peak()).toBeLessThan(200);
    const [row] = await database.query<{ count: number; bytes: string }>(
      "SELECT COUNT(*) AS count, SUM(bytes) AS bytes FROM documents",
    );
    expect([row?.count, Number(row?.bytes)]).toEqual([100, 2_000_000_000]);
  }, 300_000);
});

describe("a process that is killed while it receives", () => {
  it("leaves no document, and a file that only the sweep sees", async () => {
    const before = (await database.query("SELECT id FROM documents")).length;
    const sent = post("/patients/1/documents?name=half.pdf", { "Content-Length": contract.documents.maxBytes });
    sent.on("error", () => undefined);
    sent.write(Buffer.concat([Buffer.from("%PDF-"), piece]));
    const incoming = () => filesIn(join(directory, "documents/incoming"));
    while (incoming().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    api.kill("SIGKILL");
    await once(api, "exit");
    expect((await database.query("SELECT id FROM documents")).length).toBe(before);
    expect(incoming()).toHaveLength(1);
  });
});

function filesIn(path: string): string[] {
  try {
    return statSync(path).isDirectory() ? readdirSync(path) : [];
  } catch {
    return [];
  }
}
