import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import { writeContext } from "./context.ts";
import { createDatabase } from "./database.ts";
import { buildBaseImage, buildImage, podman, withoutContainers } from "./testing/containers.ts";
import { type Mariadb, startMariadb } from "./testing/mariadb.ts";
import { freePort } from "./testing/ports.ts";

const reason = await withoutContainers();
const base = `localhost/mainstay-base:test-${process.pid}`;
const image = `localhost/mainstay-api:test-${process.pid}`;
const container = `mainstay-api-test-${process.pid}`;
const name = reason === undefined ? "the image" : `the image (skipped: ${reason})`;

(reason === undefined ? describe : describe.skip)(name, () => {
  let mariadb: Mariadb;
  let address: string;
  /** As strict as the task definition: nothing can be written, not even /tmp, and nothing is permitted. */
  let options: string[];

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    [mariadb] = await Promise.all([startMariadb(), build()]);
    options = [
      ..."--network=host --read-only --read-only-tmpfs=false --cap-drop=all --no-healthcheck".split(" "),
      ..."--security-opt=no-new-privileges --ulimit=nofile=4096:4096 --ulimit=nproc=4096:4096".split(" "),
      ...Object.entries({
        [variables.port]: port,
        [variables.databaseHost]: mariadb.config.host,
        [variables.databasePort]: mariadb.config.port,
        [variables.databaseUser]: mariadb.config.user,
        [variables.databasePassword]: mariadb.config.password,
      }).map(([variable, value]) => `--env=${variable}=${value}`),
    ];
  }, 120_000);

  afterAll(async () => {
    await mariadb?.remove();
    await podman("rm", "--force", "--ignore", container);
    // WHY: after a build that failed there may be none, and its error is the one to show.
    await podman("rmi", "--force", image, base).catch(() => undefined);
  }, 60_000);

  it("migrates the database, then serves it as an unprivileged user", async () => {
    expect(await podman("run", "--rm", ...options, image, "/app/migrate.mjs")).toBe("The schema is up to date.");
    const database = createDatabase(mariadb.config);
    await database.query("INSERT INTO patients VALUES (1, 'Lovelace', 'Ada', '1815-12-10')");
    await database.close();

    await podman("run", "--detach", "--name", container, ...options, image);
    await ready();
    const patient = await fetch(`${address}/patients/1`);
    expect(await patient.json()).toEqual({ id: 1, familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" });

    const status = await readFile(`/proc/${await pid()}/status`, "utf8");
    expect(status).toMatch(new RegExp(`^Uid:(\\s+${contract.user}){4}$`, "m"));
    expect(status).toMatch(new RegExp(`^Gid:(\\s+${contract.user}){4}$`, "m"));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
  }, 60_000);

  it("has nothing in it that can be changed, and no sources", async () => {
    const write = "try { fs.writeFileSync('/tmp/x', ''); console.log('written'); } catch (e) { console.log(e.code); }";
    expect(await inside("-e", write)).toMatch(/^(EROFS|ENOENT)$/);
    expect(await inside("-e", write.replace("/tmp/x", "/app/x"))).toBe("EROFS");
    expect(JSON.parse(await inside("-p", "JSON.stringify(fs.readdirSync('/app').sort())"))).toEqual([
      "healthcheck.mjs",
      "healthcheck.mjs.map",
      "main.mjs",
      "main.mjs.map",
      "migrate.mjs",
      "migrate.mjs.map",
      "schema.sql",
    ]);
  });

  it("passes the health check that it brings along", async () => {
    const [, ...command] = JSON.parse(await inspect("json .HealthCheck.Test"));
    await expect(podman("exec", container, ...command)).resolves.toBe("");
  });

  it("on SIGTERM serves on as a lame duck, then ends with 0 before ECS would kill it", async () => {
    const start = performance.now();
    process.kill(await pid(), "SIGTERM");
    const exit = podman("wait", container);
    await sleep(1000);
    expect((await fetch(address + contract.health.readyPath)).status).toBe(503);
    expect((await fetch(`${address}/patients/1`)).status).toBe(200);
    expect(await exit).toBe("0");
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(contract.shutdown.lameDuck);
    expect(seconds).toBeLessThan(contract.shutdown.stopTimeout);
  }, 60_000);

  it("prints its figures", async () => {
    const [whole, below] = await Promise.all(
      [image, base].map((tag) => podman("image", "inspect", "--format={{.Size}}", tag)),
    );
    const own = Number(whole) - Number(below);
    console.log(`image: ${mib(Number(whole))}, of which ours: ${mib(own)}`);
    expect(own).toBeLessThan(16 * 2 ** 20);
  });

  async function ready(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await fetch(address + contract.health.readyPath).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(50);
    }
    throw new Error(`not ready after 5 s:\n${await podman("logs", container)}`);
  }
});

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
