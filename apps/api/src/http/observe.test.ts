import { afterEach, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import type { Database } from "../database.ts";
import { fakeDatabase, startApi, type TestApi, unavailable } from "../testing/api.ts";

const { livePath, readyPath } = contract.health;
let api: TestApi;

async function start(behaviour?: Partial<Database>): Promise<TestApi> {
  api = await startApi(fakeDatabase(behaviour));
  return api;
}

afterEach(() => api.close());

describe("the log", () => {
  it("has one line for each request, with the route and not the path", async () => {
    const { request, lines } = await start();
    const response = await request("/patients/4711", { as: { account: 9, role: "clinician" } });
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        requestId: response.headers.get("x-request-id"),
        method: "GET",
        route: "/patients/:id",
        status: 404,
        ms: expect.any(Number),
        account: 9,
        msg: "request",
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/\b4711\b/);
  });

  it("keeps what MySQL quotes of a person out, and the code in", async () => {
    const error = Object.assign(new Error("Duplicate entry 'Marie Curie' for key 'name'"), {
      code: "ER_DUP_ENTRY",
      sqlState: "23000",
      sql: "SELECT 'Marie Curie'",
    });
    const { request, lines } = await start({ query: () => Promise.reject(error) });
    await request("/patients/1", { as: "admin" });
    expect(lines).toEqual([expect.objectContaining({ error: expect.objectContaining({ code: "ER_DUP_ENTRY" }) })]);
    expect(JSON.stringify(lines)).not.toContain("Curie");
  });

  it("says why the database was away", async () => {
    const { request, lines } = await start({ ping: unavailable });
    await request(readyPath);
    expect(JSON.stringify(lines)).toContain("ECONNREFUSED");
  });

  it("is quiet about health while all is well", async () => {
    const { request, lines } = await start();
    await Promise.all([request(livePath), request(readyPath)]);
    expect(lines.map(({ level }) => level)).toEqual([20, 20]);
  });
});
