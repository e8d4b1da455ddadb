import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import { freePort } from "@mainstay/mysql-resilience/testing";
import { readConfig } from "./config.ts";
import { seed } from "./embedded/seed.ts";
import { startService } from "./service.ts";
import { testSecret } from "./testing/api.ts";
import { type Mariadb, startMariadb } from "./testing/mariadb.ts";
import { checkedFetch } from "./testing/openapi.ts";

let mariadb: Mariadb;
let directory: string;

beforeAll(async () => {
  [mariadb, directory] = await Promise.all([startMariadb(), mkdtemp(join(tmpdir(), "mainstay-documents-"))]);
});
afterAll(async () => {
  await mariadb?.remove();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

describe("the service", () => {
  it("migrates an empty database, is ready then, serves metrics beside, and ends", async () => {
    const { host, port, user, password, name } = mariadb.config;
    const metricsPort = await freePort();
    const config = readConfig({
      [variables.port]: String(await freePort()),
      [variables.databaseUrl]: `mysql://${user}:${password}@${host}:${port}/${name}`,
      [variables.tokenKey]: testSecret,
      [variables.logLevel]: "silent",
      [variables.metricsPort]: String(metricsPort),
      [variables.tracesEndpoint]: "http://127.0.0.1:9",
      [variables.documentsDirectory]: directory,
    });
    const service = await startService(config, { host: "127.0.0.1" });
    await service.migrated;
    const address = `http://127.0.0.1:${service.port}`;
    const request = checkedFetch(address);
    expect((await request(contract.health.readyPath)).status).toBe(200);
    expect((await request("/patients/1")).status).toBe(401);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toContain('route="/patients/:id",status="401"} 1');

    expect(await seed(service.database, 2500)).toBe(true);
    expect(await seed(service.database, 2500)).toBe(false);
    const [row] = await service.database.query<{ count: number; names: number }>(
      "SELECT COUNT(*) AS count, COUNT(DISTINCT family_name, given_name) AS names FROM patients",
    );
    expect(row?.count).toBe(2500);
    expect(row?.names).toBeGreaterThan(2000);

    await service.stop({ lameDuck: 0, drain: 5, closePool: 2 });
    await expect(fetch(address)).rejects.toThrow("fetch failed");
  });
});
