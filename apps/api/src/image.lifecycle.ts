import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import { eventually, freePort } from "@mainstay/mysql-resilience/testing";
import { writeContext } from "./context.ts";
import { buildBaseImage, buildImage, podman, withoutContainers } from "./testing/containers.ts";
import { type Mariadb, startMariadb } from "./testing/mariadb.ts";
import { checkedFetch } from "./testing/openapi.ts";

const reason = await withoutContainers();
const base = `localhost/mainstay-base:test-${process.pid}`;
const image = `localhost/mainstay-api:test-${process.pid}`;
const container = `mainstay-api-test-${process.pid}`;
const name = reason === undefined ? "the image" : `the image (skipped: ${reason})`;

(reason === undefined ? describe : describe.skip)(name, () => {
  let mariadb: Mariadb;
  let address: string;
  let documents: string;
  let accessToken = "";
  const figures: string[] = [];
  /** As strict as the task definition: nothing can be written, not even /tmp, and nothing is permitted. */
  let options: string[];

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    documents = await mkdtemp(join(tmpdir(), "mainstay-documents-"));
    await chown(documents, contract.user, contract.user);
    [mariadb] = await Promise.all([startMariadb(), build()]);
    options = [
      ..."--network=host --read-only --read-only-tmpfs=false --cap-drop=all --no-healthcheck".split(" "),
      ..."--security-opt=no-new-privileges --ulimit=nofile=4096:4096 --ulimit=nproc=4096:4096".split(" "),
      `--volume=${documents}:${contract.documents.directory}`,
      ...Object.entries({
        [variables.tokenKey]: "only-for-tests-only-for-tests-only",
        [variables.port]: port,
        [variables.databaseHost]: mariadb.config.host,
        [variables.databasePort]: mariadb.config.port,
        [variables.databaseUser]: mariadb.config.user,
        [variables.databasePassword]: mariadb.config.password,
      }).map(([variable, value]) => `--env=${variable}=${value}`),
    ];
  });

  afterAll(async () => {
    await mariadb?.remove();
    await podman("rm", "--force", "--ignore", container);
    if (documents !== undefined) await rm(documents, { recursive: true });
    // WHY: after a build that failed there may be none, and its error is the one to show.
    await podman("rmi", "--force", image, base).catch(() => undefined);
  });

  it("migrates the database, makes an admin, then serves as an unprivileged user", async () => {
    expect(await podman("run", "--rm", ...options, image, "/app/migrate.mjs")).toBe(
      "applied 0001-clinic\nThe schema is up to date.",
    );
    const made = await podman("run", "--rm", ...options, image, "/app/admin.mjs", email);
    const password = made.split("\n").at(-1) ?? "";
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);

    const began = performance.now();
    await podman("run", "--detach", "--name", container, ...options, image);
    await ready();
    figures.push(`start to ready, with podman: ${Math.round(performance.now() - began)} ms`);
    const idle = await resident();
    figures.push(`idle: ${mib(idle)}`);
    expect(idle).toBeLessThan(90 * 2 ** 20);
    await signIn(password);

    const status = await readFile(`/proc/${await pid()}/status`, "utf8");
    expect(status).toMatch(new RegExp(`^Uid:(\\s+${contract.user}){4}$`, "m"));
    expect(status).toMatch(new RegExp(`^Gid:(\\s+${contract.user}){4}$`, "m"));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
  });

  it("keeps a patient and a document, and gives them back", async () => {
    const created = await call("/patients", {
      json: { familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" },
    });
    expect(created.status).toBe(201);
    const path = created.headers.get("location") ?? "";
    expect(await (await call(path)).json()).toMatchObject({ familyName: "Lovelace" });
    const body = `%PDF-1.7 ${"x".repeat(100_000)}`;
    const uploaded = await call(`${path}/documents?name=a.pdf`, { body, type: "application/pdf" });
    expect(uploaded.status).toBe(201);
    const content = await call(`${uploaded.headers.get("location")}/content`);
    expect(await content.text()).toBe(body);
    expect((await call("/docs/swagger-ui-bundle.js")).status).toBe(200);
  });

  it("has nothing in it that can be changed, and no sources", async () => {
    const write = "try { fs.writeFileSync('/tmp/x', ''); console.log('written'); } catch (e) { console.log(e.code); }";
    expect(await inside("-e", write)).toMatch(/^(EROFS|ENOENT)$/);
    expect(await inside("-e", write.replace("/tmp/x", "/app/x"))).toBe("EROFS");
    const files: string[] = JSON.parse(await inside("-p", "JSON.stringify(fs.readdirSync('/app', {recursive: true}))"));
    const own = files.filter((file) => !/^[\w-]+-[A-Z0-9]{8}\.mjs$/.test(file)).toSorted();
    expect(own).toEqual([
      "admin.mjs",
      "docs",
      "docs/swagger-ui-bundle.js",
      "docs/swagger-ui.css",
      "healthcheck.mjs",
      "main.mjs",
      "migrate.mjs",
      "sbom.cdx.json",
    ]);
  });

  it("says what it is made of", async () => {
    const bill = JSON.parse(await inside("-p", "fs.readFileSync('/app/sbom.cdx.json', 'utf8')"));
    const names = bill.components.map((component: { name: string }) => component.name);
    expect(names).toEqual(expect.arrayContaining(["node", "koa", "mysql2", "jose", "zod", "swagger-ui-dist"]));
    expect(names).not.toEqual(expect.arrayContaining(["esbuild"]));
    expect(names).not.toContain("@rushstack/ts-command-line");
  });

  it("passes the health check that it brings along", async () => {
    const [, ...command] = JSON.parse(await inspect("json .HealthCheck.Test"));
    await expect(podman("exec", container, ...command)).resolves.toBe("");
  });

  it("gives back the memory that requests took", async () => {
    figures.push(`resident after the requests above: ${mib(await resident())}`);
    expect(await resident()).toBeLessThan(130 * 2 ** 20);
  });

  it("on SIGTERM serves on as a lame duck, then ends with 0 before ECS would kill it", async () => {
    const start = performance.now();
    process.kill(await pid(), "SIGTERM");
    const exit = podman("wait", container);
    await eventually(async () => expect((await call(contract.health.readyPath)).status).toBe(503));
    expect((await call("/patients/1")).status).toBe(200);
    expect(await exit).toBe("0");
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(contract.shutdown.lameDuck);
    expect(seconds).toBeLessThan(contract.shutdown.stopTimeout);
  });

  it("prints its figures", async () => {
    const [whole, below] = await Promise.all(
      [image, base].map((tag) => podman("image", "inspect", "--format={{.Size}}", tag)),
    );
    const own = Number(whole) - Number(below);
    const size = `image, on Node and its libraries as the base: ${mib(Number(whole))}, of which ours: ${mib(own)}`;
    console.log([size, ...figures].join("\n"));
    expect(own).toBeLessThan(16 * 2 ** 20);
    expect(Number(whole)).toBeLessThan(160e6);
  });

  async function signIn(password: string): Promise<void> {
    const first = await call("/sessions", { json: { email, password } });
    ({ accessToken } = (await first.json()) as { accessToken: string });
    const change = await call("/accounts/me/password", { method: "PUT", json: { current: password, next: own } });
    expect(change.status).toBe(204);
    const second = await call("/sessions", { json: { email, password: own } });
    expect(second.status).toBe(201);
    ({ accessToken } = (await second.json()) as { accessToken: string });
  }

  function call(path: string, { method, json, body, type = "application/json" }: Sent = {}): Promise<Response> {
    const sent = json === undefined ? body : JSON.stringify(json);
    return checkedFetch(address)(path, {
      method: method ?? (sent === undefined ? "GET" : "POST"),
      ...(sent !== undefined && { body: sent }),
      headers: {
        "Content-Type": type,
        "Idempotency-Key": crypto.randomUUID(),
        ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
      },
    });
  }

  async function ready(): Promise<void> {
    try {
      await eventually(async () => expect((await call(contract.health.readyPath)).status).toBe(200), 60_000);
    } catch (error) {
      throw new Error(`not ready:\n${await podman("logs", container)}`, { cause: error });
    }
  }
});

const email = "admin@clinic.example";
const own = "correct horse battery staple";

interface Sent {
  readonly method?: string;
  readonly json?: object;
  readonly body?: string;
  readonly type?: string;
}

async function build(): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), "mainstay-context-"));
  try {
    writeContext(context);
    await buildBaseImage(base);
    await buildImage(context, image, `--build-arg=BASE_IMAGE=${base}`);
  } finally {
    await rm(context, { recursive: true });
  }
}

/** Bytes of memory that are the process's at the moment. */
async function resident(): Promise<number> {
  const status = await readFile(`/proc/${await pid()}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}

async function pid(): Promise<number> {
  return Number(await podman("inspect", "--format={{.State.Pid}}", container));
}

function inspect(expression: string): Promise<string> {
  return podman("image", "inspect", `--format={{${expression}}}`, image);
}

function inside(...words: string[]): Promise<string> {
  return podman("exec", container, "node", ...words);
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
