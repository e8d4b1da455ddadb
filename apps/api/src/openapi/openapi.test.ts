import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describedRoutes } from "../app.ts";
import type { Services } from "../services.ts";
import { fakeDatabase, startApi, type TestApi } from "../testing/api.ts";
import { checkAnswer, description } from "../testing/openapi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi(fakeDatabase());
});
afterAll(() => api.close());

const routes = describedRoutes({} as Services, { phase: "serving", migrated: true });
const text = JSON.stringify(description);

describe("the description", () => {
  it("is what the API itself gives out", async () => {
    const response = await api.request("/openapi.json");
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual(JSON.parse(text));
    expect(description).toMatchObject({
      openapi: "3.1.0",
      info: { title: expect.any(String), version: expect.any(String) },
    });
  });

  it("has every route, and each its own name", () => {
    const operations = Object.values(description.paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(routes.length);
    const ids = operations.map((operation) => (operation as unknown as { operationId: string }).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("names no header that a page of a listed origin may not read", async () => {
    const origin = "https://clinic.example";
    const other = await startApi(fakeDatabase(), { corsOrigins: [origin] });
    const { headers } = await other.request("/openapi.json", { headers: { Origin: origin } });
    await other.close();
    const exposed = new Set(headers.get("access-control-expose-headers")?.split(", "));
    const named = Object.values(description.paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap(({ headers: described = {} }) => Object.keys(described));
    expect(new Set(named).size).toBeGreaterThan(8);
    expect([...new Set(named)].filter((name) => !exposed.has(name))).toEqual([]);
    // And those of limits and of all failures, which each answer may have.
    expect([...exposed]).toEqual(expect.arrayContaining(["RateLimit", "RateLimit-Policy", "Retry-After"]));
  });

  it("has no reference that leads nowhere, and only schemas that are schemas", () => {
    const { schemas } = description.components as { schemas: Record<string, object> };
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(schemas).toHaveProperty(name ?? "");
    expect(text).not.toMatch(/#\/\$defs|"documented"/);
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  it("says what each route wants: parameters of its path, keys, versions, a token", () => {
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
      const operation = description.paths[path]?.[route.method.toLowerCase()] as unknown as {
        parameters: { name: string; in: string; required: boolean }[];
        security?: object[];
        responses: Record<string, object>;
      };
      const named = (where: string) =>
        operation.parameters.filter((parameter) => parameter.in === where).map(({ name }) => name);
      expect(named("path")).toEqual([...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name));
      expect(named("header").includes("Idempotency-Key")).toBe(route.method === "POST");
      expect(named("header").includes("If-Match")).toBe(route.method !== "GET" && route.versioned === true);
      expect(operation.security === undefined).toBe(route.access === "public");
      expect("401" in operation.responses).toBe(route.access !== "public" || route.path.startsWith("/sessions"));
      for (const status of ["400", "429", "500", "503"]) expect(operation.responses).toHaveProperty(status);
    }
  });

  it("documents what people write with its limits, though the schema transforms it", () => {
    const { schemas } = description.components as { schemas: Record<string, { properties: Record<string, object> }> };
    expect(schemas.PatientInput?.properties.familyName).toEqual({ type: "string", minLength: 1, maxLength: 200 });
    expect(schemas.PatientInput?.properties.birthDate).toMatchObject({ type: "string", format: "date" });
  });
});

describe("the check that tests make of each answer", () => {
  const answer = (status: number, body: object | null, type = "application/json") =>
    new Response(body && JSON.stringify(body), {
      status,
      headers: { "X-Request-Id": "1", ETag: '"1"', ...(body && { "Content-Type": type }) },
    });
  const without = (name: string) => {
    const response = answer(200, ada);
    response.headers.delete(name);
    return response;
  };
  const ada = { id: 1, familyName: "L", givenName: "A", birthDate: "1815-12-10", email: null, phone: null };

  it("passes what is as described", async () => {
    await expect(checkAnswer("GET", "/patients/1", answer(200, ada))).resolves.toBeUndefined();
  });

  it.each([
    ["a field too many", answer(200, { ...ada, passwordHash: "x" })],
    ["a field too few", answer(200, { ...ada, email: undefined })],
    ["another type of a field", answer(200, { ...ada, id: "1" })],
    ["another format", answer(200, { ...ada, birthDate: "10.12.1815" })],
    ["no ETag, where one is described", without("ETag")],
    ["no request id", without("X-Request-Id")],
    ["another media type", answer(200, ada, "text/html")],
    ["a status that is not described", answer(418, ada)],
    ["a problem that is none", answer(404, { error: "not found" }, "application/problem+json")],
  ])("refuses %s", async (_, response) => {
    await expect(checkAnswer("GET", "/patients/1", response)).rejects.toThrow("is not as described");
  });
});

describe("the page", () => {
  it("is served from here, and needs no other host", async () => {
    const page = await api.request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(html).not.toMatch(/https?:|\/\//);
    expect(page.headers.get("content-security-policy")).toContain("connect-src 'self'");
    expect(page.headers.get("content-security-policy")).not.toMatch(/https?:|script-src[^;]*unsafe/);
    for (const [, path = ""] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const part = await api.request(path);
      expect(part.status).toBe(200);
      expect((await part.text()).length).toBeGreaterThan(50);
    }
    expect((await api.request("/docs/package.json")).status).toBe(404);
    expect((await api.request("/docs/..%2F..%2Fpackage.json")).status).toBe(404);
  });

  it("is dark where its reader likes that, with colours that the package has", async () => {
    expect(await (await api.request("/docs/start.js")).text()).toContain('classList.toggle("dark-mode"');
    expect(await (await api.request("/docs/swagger-ui.css")).text()).toContain("html.dark-mode .swagger-ui{");
  });

  it("is made by a package that reports nothing to anybody", () => {
    const lockfile = readFileSync(new URL("../../../../pnpm-lock.yaml", import.meta.url), "utf8");
    expect(lockfile).toContain("swagger-ui-dist@");
    expect(lockfile).not.toMatch(/@scarf\/scarf@\d/);
  });
});
