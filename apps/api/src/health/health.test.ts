import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import type { ReadRoute } from "../http/route.ts";
import { fakeDatabase, unavailable } from "../testing/api.ts";
import { healthRoutes } from "./routes.ts";

describe("readiness", () => {
  it("needs the database at first, outlasts a failover of it, and not more", async () => {
    let now = 0;
    let away = true;
    const database = fakeDatabase({ ping: async () => (away ? unavailable() : undefined) });
    const routes = healthRoutes(database, { phase: "serving", migrated: true }, () => now);
    const ready = routes.find(({ path }) => path === contract.health.readyPath) as ReadRoute;
    const ask = async () => {
      const { body } = await ready.handle({} as never, database);
      return (body as { database: string }).database;
    };
    await expect(ask()).rejects.toThrow("unavailable");
    away = false;
    expect(await ask()).toBe("there");
    away = true;
    now = contract.health.databaseAway * 1000;
    expect(await ask()).toBe("away");
    now += 1;
    await expect(ask()).rejects.toThrow("unavailable");
    away = false;
    expect(await ask()).toBe("there");
  });
});
