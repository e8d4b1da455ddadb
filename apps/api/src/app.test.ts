import { afterEach, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import type { Dependencies } from "./app.ts";
import { type Database, OutcomeUnknown } from "./database.ts";
import { fakeDatabase, startApi, type TestApi, unavailable } from "./testing/api.ts";

const { livePath, readyPath } = contract.health;
const ada = { familyName: "Lovelace", givenName: "Ada", birthDate: "1815-12-10" };
let api: TestApi;

async function start(behaviour?: Partial<Database>, change?: Partial<Dependencies>): Promise<TestApi> {
  api = await startApi(fakeDatabase(behaviour), change);
  return api;
}

afterEach(() => api.close());

describe("health", () => {
  it("is answered however often a load balancer asks", async () => {
    const { request } = await start({}, { requestsPerMinute: 1 });
    for (const path of [livePath, readyPath, livePath, readyPath]) expect((await request(path)).status).toBe(200);
  });

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

  it("is live but not ready while the process stops, and until the schema is up to date", async () => {
    const { request, lifecycle } = await start();
    expect((await request(readyPath)).status).toBe(200);
    lifecycle.phase = "lameDuck";
    expect((await request(readyPath)).status).toBe(503);
    lifecycle.phase = "serving";
    lifecycle.migrated = false;
    expect((await request(readyPath)).status).toBe(503);
    expect((await request(livePath)).status).toBe(200);
  });
});

describe("problems", () => {
  it.each([
    ["a path that is not there", "/nothing", "GET", 404],
    ["a path with a trailing segment", `${livePath}/more`, "GET", 404],
    ["a path that is no URL", "/patients/%zz", "GET", 404],
    ["a method that is not there", "/patients/1", "POST", 405],
    ["a method that nothing has", "/patients/1", "PATCH", 405],
    ["an id that is none", "/patients/one", "GET", 400],
    ["an id with a zero before it", "/patients/01", "GET", 400],
    ["an id that is too large", "/patients/4294967296", "GET", 400],
    ["a parameter that is not there", "/patients/1?verbose=true", "GET", 400],
    ["a parameter twice", "/patients?limit=1&limit=2", "GET", 400],
    ["a patient that is not there", "/patients/1", "GET", 404],
    ["a body without a length or type", "/patients", "POST", 415],
    ["a change without a version", "/patients/1", "PUT", 428],
  ])("answers %s as RFC 9457 says", async (_, path, method, status) => {
    const { request } = await start();
    const response = await request(path, { method, as: "admin" });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      type: "about:blank",
      title: expect.any(String),
      status,
      detail: expect.any(String),
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("answers 503 with the time to try again where nobody knows what was done, and how to find out", async () => {
    const lost = () => Promise.reject(new OutcomeUnknown("key", { cause: new Error("connection lost") }));
    const { request } = await start({ transaction: lost });
    const response = await request("/patients", { method: "POST", as: "admin", json: ada });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("same Idempotency-Key") });
  });

  it("names the methods that the path has", async () => {
    const { request } = await start();
    const response = await request("/patients/1", { method: "POST", as: "admin" });
    expect(response.headers.get("allow")).toBe("GET, HEAD, PUT, DELETE");
    const options = await request("/patients/1", { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, PUT, DELETE"]);
  });

  it("names every field that is wrong at once, where it is and what is allowed, and not what was said", async () => {
    const { request } = await start();
    const json = { familyName: " Curie", givenName: 7, birthDate: "1867-02-30", "a/b~c": "x", phone: "call me" };
    const response = await request("/patients", { method: "POST", as: "admin", json });
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      detail: "5 fields are not right.",
      errors: [
        { pointer: "/familyName", detail: "No blanks at the beginning or end." },
        { pointer: "/givenName", detail: "Text." },
        { pointer: "/birthDate", detail: "A day of the calendar, as in 1815-12-10." },
        { pointer: "/phone", detail: "A phone number, as in +49 30 123456." },
        { pointer: "/a~1b~0c", detail: "This field is unknown." },
      ],
    });
    expect(text).not.toMatch(/Curie|1867-02-30|call me/);
  });

  it.each([
    ["not JSON", Buffer.from('{"familyName": '), {}, 400],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400],
    ["empty", Buffer.alloc(0), {}, 400],
    ["no object", Buffer.from("[]"), {}, 422],
    ["a way into the prototype", Buffer.from('{"__proto__": {"role": "admin"}}'), {}, 422],
    ["one byte too long", Buffer.alloc(contract.requests.maxBytes + 1, 32), {}, 413],
    ["XML", Buffer.from("<patient/>"), { "Content-Type": "application/xml" }, 415],
    ["JSON in another charset", Buffer.from("{}"), { "Content-Type": "application/json; charset=latin1" }, 415],
    ["compressed", Buffer.from("{}"), { "Content-Encoding": "gzip" }, 415],
  ])("refuses a body that is %s", async (_, body, headers, status) => {
    const { request } = await start();
    const options = { method: "POST", as: "admin", body, headers: { "Content-Type": "application/json", ...headers } };
    const response = await request("/patients", options as never);
    expect(response.status).toBe(status);
  });

  it("refuses a body that is longer than it says nothing of", async () => {
    const { request } = await start();
    let pieces = 0;
    const body = new ReadableStream({
      pull(controller) {
        pieces += 1;
        if (pieces > 40) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const headers = { "Content-Type": "application/json" };
    const response = await request("/patients", {
      method: "POST",
      as: "admin",
      body,
      headers,
      duplex: "half",
    } as never);
    expect(response.status).toBe(413);
  });

  it("accepts a body of just the length that is allowed", async () => {
    const { request } = await start();
    const text = JSON.stringify(ada);
    const body = text + " ".repeat(contract.requests.maxBytes - text.length);
    const headers = { "Content-Type": "application/json; charset=UTF-8" };
    expect((await request("/patients", { method: "POST", as: "admin", body, headers })).status).toBe(201);
  });

  it("answers 503 with the time to try again when the database is away, and nothing of our inside", async () => {
    const { request } = await start({ query: unavailable });
    const response = await request("/patients/1", { as: "admin" });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.text()).not.toMatch(/ECONNREFUSED|10\.0\.0\.7/);
  });

  it("answers 500 to an error that nobody foresaw, and nothing of our inside", async () => {
    const { request } = await start({
      query: () => Promise.reject(new TypeError("undefined has no property 'secret'")),
    });
    const response = await request("/patients/1", { as: "admin" });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|TypeError| at /);
  });
});

describe("an access token", () => {
  it("is needed", async () => {
    const { request } = await start();
    for (const header of [undefined, "Bearer", "Basic YTpi", "Bearer x.y.z", `Bearer ${"x".repeat(5000)}`]) {
      const response = await request("/patients/1", header === undefined ? {} : { headers: { Authorization: header } });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
  });

  it("is refused when it is changed by a letter, unsigned, signed by another, or late", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const { request, token } = await start({}, { now: () => now });
    const status = async (text: string) =>
      (await request("/patients/1", { headers: { Authorization: `Bearer ${text}` } })).status;
    const good = await token("clinician");
    expect(await status(good)).toBe(404);
    const [header = "", payload = "", signature = ""] = good.split(".");
    const edited = (part: string, change: object) =>
      Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, "base64url").toString()), ...change })).toString(
        "base64url",
      );
    expect(await status([header, edited(payload, { role: "admin" }), signature].join("."))).toBe(401);
    expect(await status([edited(header, { alg: "none" }), payload, ""].join("."))).toBe(401);
    expect(await status([edited(header, { alg: "HS256" }), payload, signature].join("."))).toBe(401);
    expect(await status([edited(header, { kid: "another" }), payload, signature].join("."))).toBe(401);
    now += contract.accounts.accessToken * 1000 + 1;
    expect(await status(good)).toBe(401);
    expect(await status(await token("clinician"))).toBe(404);
  });
});

describe("the rate limit", () => {
  it("is for each account, and for each address that is not signed in; the answer says when to come again", async () => {
    const { request } = await start({}, { requestsPerMinute: 3, proxies: 1 });
    const ask = async (account: number) => request("/accounts/me", { as: { account } });
    const statuses = async (account: number) => {
      const answers = [];
      for (let n = 0; n < 4; n += 1) answers.push((await ask(account)).status);
      return answers;
    };
    expect(await statuses(1)).toEqual([404, 404, 404, 429]);
    expect(await statuses(2)).toEqual([404, 404, 404, 429]);
    expect(Number((await ask(1)).headers.get("retry-after"))).toBeGreaterThan(0);

    const from = (address: string) => request("/openapi.json", { headers: { "X-Forwarded-For": address } });
    for (let n = 0; n < 3; n += 1) expect((await from("spoofed, 203.0.113.1")).status).toBe(200);
    expect((await from("other spoof, 203.0.113.1")).status).toBe(429);
    expect((await from("203.0.113.1, 203.0.113.2")).status).toBe(200);
    for (let n = 0; n < 5; n += 1) expect((await request(livePath)).status).toBe(200);
  });
});

describe("what browsers are told", () => {
  it("is to keep, guess, frame and share nothing", async () => {
    const { request } = await start();
    for (const path of [livePath, "/nothing"]) {
      const { headers } = await request(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": expect.stringContaining("default-src 'none'"),
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "strict-transport-security": expect.stringContaining("max-age="),
        "x-content-type-options": "nosniff",
      });
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("is that pages of the listed origins may call, and of no other", async () => {
    const { request } = await start({}, { corsOrigins: ["https://clinic.example"] });
    const preflight = (origin: string) =>
      request("/patients/1", {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "PUT" },
      });
    const listed = await preflight("https://clinic.example");
    expect(listed.status).toBe(204);
    expect(Object.fromEntries(listed.headers)).toMatchObject({
      "access-control-allow-origin": "https://clinic.example",
      "access-control-allow-methods": expect.stringContaining("PUT"),
      "access-control-allow-headers": expect.stringContaining("If-Match"),
      vary: "Origin",
    });
    expect(listed.headers.get("access-control-allow-credentials")).toBeNull();
    expect((await preflight("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    const plain = await request(livePath, { headers: { Origin: "https://clinic.example" } });
    expect(plain.headers.get("access-control-expose-headers")).toContain("ETag");
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
