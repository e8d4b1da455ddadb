import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import type { Database } from "./database.ts";
import { fakeDatabase, startApi, type TestApi, unavailable } from "./testing/api.ts";

const { livePath, readyPath } = contract.health;
let api: TestApi;

async function start(behaviour?: Partial<Database>): Promise<TestApi> {
  api = await startApi(fakeDatabase(behaviour));
  return api;
}

afterEach(() => api.close());

describe("health", () => {
  it("is live without asking the database", async () => {
    let asked = 0;
    const count = async () => {
      asked += 1;
      return unavailable();
    };
    const { request } = await start({ ping: count, query: count });
    expect((await request(livePath)).status).toBe(200);
    expect(asked).toBe(0);
  });

  it("answers within the load balancer's timeout though the database is silent", async () => {
    const { request } = await start({ ping: () => new Promise<never>(() => undefined) });
    const tooLate = sleep(contract.health.timeout * 1000, "too late", { ref: false });
    expect(await Promise.race([request(readyPath).then(({ status }) => status), tooLate])).toBe(503);
  });

  it("is live but not ready while the process stops", async () => {
    const { request, lifecycle } = await start();
    expect((await request(readyPath)).status).toBe(200);
    lifecycle.phase = "lameDuck";
    expect((await request(readyPath)).status).toBe(503);
    expect((await request(livePath)).status).toBe(200);
  });
});

describe("problems", () => {
  it.each([
    ["a path that is not there", "/nothing", "GET", 404],
    ["a path with a trailing segment", `${livePath}/more`, "GET", 404],
    ["a method that is not there", "/patients/1", "DELETE", 405],
    ["an id that is none", "/patients/one", "GET", 400],
    ["a patient that is not there", "/patients/1", "GET", 404],
  ])("answers %s as RFC 9457 says", async (_, path, method, status) => {
    const { request } = await start();
    const response = await request(path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "about:blank",
      title: { 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed" }[status],
      status,
      detail: expect.any(String),
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("names the methods that the path has", async () => {
    const { request } = await start();
    const response = await request("/patients/1", { method: "PUT" });
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  it("answers 503 with the time to try again when the database is away, and nothing of our inside", async () => {
    const { request } = await start({ query: unavailable });
    const response = await request("/patients/1");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe(String(contract.health.interval));
    expect(await response.text()).not.toMatch(/ECONNREFUSED|10\.0\.0\.7/);
  });

  it("answers 500 to an error that nobody foresaw, and nothing of our inside", async () => {
    const { request } = await start({
      query: () => Promise.reject(new TypeError("undefined has no property 'secret'")),
    });
    const response = await request("/patients/1");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|TypeError| at /);
  });
});

describe("a request's id", () => {
  it("is kept where the caller's is plain, and replaced where it is not", async () => {
    const { request } = await start();
    const idFor = async (offered: string) =>
      (await request(livePath, { headers: { "X-Request-Id": offered } })).headers.get("x-request-id");
    expect(await idFor("abc-1.2_3")).toBe("abc-1.2_3");
    expect(await idFor('"}{"level":"fatal')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor("a".repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the log", () => {
  it("has one line for each request, with the route and not the path", async () => {
    const { request, lines } = await start();
    const response = await request("/patients/4711?name=Curie");
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        requestId: response.headers.get("x-request-id"),
        method: "GET",
        route: "/patients/:id",
        status: 404,
        ms: expect.any(Number),
        msg: "request",
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/4711|Curie/);
  });

  it("keeps what MySQL quotes of a person out, and the code in", async () => {
    const error = Object.assign(new Error("Duplicate entry 'Marie Curie' for key 'name'"), {
      code: "ER_DUP_ENTRY",
      sqlState: "23000",
      sql: "SELECT 'Marie Curie'",
    });
    const { request, lines } = await start({ query: () => Promise.reject(error) });
    await request("/patients/1");
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
