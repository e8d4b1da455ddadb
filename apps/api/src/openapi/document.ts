import { contract } from "@mainstay/contract";
import * as z from "zod";
import { staleHeaders } from "../degradation/stale.ts";
import type { Answer, Route } from "../http/route.ts";

type Json = Readonly<Record<string, unknown>>;
type Describe = (schema: z.ZodType, io: "input" | "output") => Json;

const ProblemSchema = z
  .strictObject({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "For people" }),
    requestId: z.string().meta({ description: "Say it when you ask for help: it finds the line of the log" }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().meta({ description: "Where in the body, a JSON pointer" }),
          parameter: z.string().optional(),
          header: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: "Every field that is wrong" }),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

/** The contract of the whole API, made from the routes themselves: OpenAPI 3.1. */
export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const schemas: Record<string, Json> = {};
  const describe: Describe = (schema, io) => jsonSchema(schema, io, schemas);
  describe(ProblemSchema, "output");
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, describe) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Mainstay clinic",
      version: "1",
      description:
        "Patients, appointments and documents of a clinic. Sign in with `POST /sessions`, then send the access token.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas,
      securitySchemes: { accessToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

function operation(route: Route, describe: Describe): Json {
  const { summary, description, access, answers } = route;
  return {
    summary,
    ...(description && { description: `${description}\n\n${who(route)}` }),
    ...(!description && { description: who(route) }),
    tags: [tagOf(route.path)],
    operationId: operationId(route),
    ...(access !== "public" && { security: [{ accessToken: [] }] }),
    parameters: [
      ...parameters(route.params, "path", describe),
      ...parameters(route.query, "query", describe),
      ...headerParameters(route),
    ],
    ...requestBody(route, describe),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          response(withAge(route, answer as Answer), describe),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(refusals(route)).map(([status, what]) => [status, problemResponse(Number(status), what)]),
      ),
    },
  };
}

function who({ access }: Route): string {
  if (access === "public") return "For everyone.";
  if (access === "signedIn") return "For everyone who is signed in.";
  return access === "oneTime"
    ? "For everyone who is signed in, with a one-time password too."
    : `For ${[...new Set([...access, "admin"])].join(", ")}.`;
}

/** Statuses other than success that a route may answer, its own and those that come before it. */
export function refusals(route: Route): Record<number, string> {
  const { access, problems = {} } = route;
  const writes = route.method !== "GET";
  const hasBody = writes && (route.body !== undefined || route.stream !== undefined);
  return {
    400: "Parameters, headers or body are not well formed.",
    ...(access !== "public" && { 401: "No valid access token.", 403: "Not for this role." }),
    ...(hasBody && { 413: "The body is too large.", 415: "The body is of another type." }),
    ...(writes && route.body !== undefined && { 422: "Fields of the body are not right: all are named." }),
    ...(writes && route.versioned && { 412: "Changed by somebody else meanwhile.", 428: "If-Match is missing." }),
    ...(route.method === "POST" && {
      409: "The answer to this Idempotency-Key is not known any more.",
      422: "Fields of the body are not right, or the Idempotency-Key was used for another request.",
    }),
    429: `More than ${contract.requests.perMinute} requests in a minute.`,
    500: "A fault of ours.",
    503: "The database or the file system is away. Try again after Retry-After.",
    ...problems,
  };
}

function parameters(schema: z.ZodType | undefined, where: "path" | "query", describe: Describe): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = describe(schema, "input") as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

function headerParameters(route: Route): Json[] {
  if (route.method === "GET") return [];
  const header = (name: string, required: boolean, description: string, schema: Json) => [
    { name, in: "header", required, description, schema: { type: "string", ...schema } },
  ];
  return [
    ...(route.versioned ? header("If-Match", true, "The ETag that you read", { examples: ['"7"'] }) : []),
    ...(route.method === "POST"
      ? header(
          "Idempotency-Key",
          route.idempotency !== "optional",
          "New for each thing that you want done, the same when you try again",
          { minLength: 8, maxLength: 128, examples: ["5f1c8a52-7d0e-4c39-9e7b-0d3f0c5f6a11"] },
        )
      : []),
  ];
}

function requestBody(route: Route, describe: Describe): Json {
  if (route.method === "GET") return {};
  if (route.stream !== undefined) {
    const content = Object.fromEntries(route.stream.map((type: string) => [type, {}]));
    return { requestBody: { required: true, content } };
  }
  if (route.body === undefined) return {};
  return {
    requestBody: { required: true, content: { "application/json": { schema: describe(route.body, "input") } } },
  };
}

const always = {
  "X-Request-Id": { description: "Of this request", required: true, schema: { type: "string" } },
};

/** What a refusal that may pass says. */
const again = {
  "Retry-After": { description: "Seconds until it may be tried again", required: true, schema: { type: "string" } },
};

/** Headers of answers that are there only when there is something to say; all others always are. */
const sometimes = new Set(["Link", ...Object.keys(staleHeaders)]);

/** What an answer says of its age, where it may have one. */
function withAge(route: Route, answer: Answer): Answer {
  const stale = "mayBeStale" in route && route.mayBeStale;
  return stale ? { ...answer, headers: { ...answer.headers, ...staleHeaders } } : answer;
}

function response({ description, body, media, headers = {} }: Answer, describe: Describe): Json {
  const described = Object.entries(headers).map(([name, what]) => [
    name,
    { description: what, required: !sometimes.has(name), schema: { type: "string" } },
  ]);
  const schema = body && describe(body, "output");
  return {
    description,
    headers: { ...always, ...Object.fromEntries(described) },
    ...(schema && { content: { "application/json": { schema } } }),
    ...(media && { content: { [media]: {} } }),
  };
}

function problemResponse(status: number, description: string): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  const headers = status === 429 || status === 503 ? { ...always, ...again } : always;
  return { description, headers, content: { "application/problem+json": { schema } } };
}

/** A schema as JSON Schema. Those with a name (`meta({ id })`) are kept in `named`, and referred to. */
function jsonSchema(schema: z.ZodType, io: "input" | "output", named: Record<string, Json>): Json {
  const { $defs = {}, ...own } = z.toJSONSchema(schema, {
    io,
    override: ({ zodSchema, jsonSchema: made }) => document(zodSchema as unknown as z.ZodType, made),
  }) as Record<string, unknown> & { $defs?: Record<string, Json> };
  for (const [id, definition] of Object.entries($defs)) named[id] ??= plain(definition);
  return plain(own);
}

/** WHY: what a transformation takes in cannot be told from its code. Such a schema says itself how it is documented. */
function document(schema: z.ZodType, made: Record<string, unknown>): void {
  const { documented } = (schema.meta() ?? {}) as { documented?: Json };
  if (documented !== undefined) {
    const { description } = made;
    for (const key of Object.keys(made)) delete made[key];
    Object.assign(made, documented, description === undefined ? {} : { description });
  }
}

/** Without what only zod needs, and with references into the components. */
function plain(schema: Json): Json {
  const own = Object.entries(schema).filter(([key]) => !["$schema", "id", "documented"].includes(key));
  return JSON.parse(JSON.stringify(Object.fromEntries(own)).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function tagOf(path: string): string {
  if (path.startsWith("/.well-known/")) return "keys";
  return path.split("/").find((part) => part !== "" && !part.startsWith(":")) ?? "other";
}

function operationId({ method, path }: Route): string {
  const words = path
    .split("/")
    .filter(Boolean)
    .map((part) => part.replaceAll(/\W+/g, " ").trim());
  return [method.toLowerCase(), ...words.flatMap((part) => part.split(" "))]
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}
