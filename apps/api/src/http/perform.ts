import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as z from "zod";
import type { AuditWriter } from "../audit/writer.ts";
import type { Database } from "../database.ts";
import type { Idempotency } from "../idempotency/idempotency.ts";
import { Problem } from "../problem.ts";
import { readJson } from "./body.ts";
import type { Context, Match, Middleware } from "./context.ts";
import { expectedVersion } from "./etag.ts";
import { accept, places } from "./fields.ts";
import type { AnyReply, Call, ReadRoute, Sighting, WriteRoute } from "./route.ts";

type AnyCall = Call<unknown, unknown, unknown>;

export interface Means {
  readonly database: Database;
  readonly audit: AuditWriter;
  readonly idempotency: Idempotency;
}

/** Checks the request against its route, has it handled, and sends the reply. */
export function perform(means: Means): Middleware {
  return async (context) => {
    const { match } = context.state;
    send(
      context,
      match.route.method === "GET" ? await see(context, match, means) : await change(context, match, means),
    );
  };
}

/**
 * WHY the lines before the answer: nobody sees anything of which no line tells. They are on their way as soon as they are noted,
 * while the database still looks for what was asked.
 */
async function see(context: Context, match: Match, { database, audit }: Means): Promise<AnyReply> {
  const route = match.route as ReadRoute;
  const kept: Promise<void>[] = [];
  const call = checked(context, match, (sighting) => kept.push(audit.record(lines(context, [sighting]))));
  const [reply] = await Promise.all([route.handle(call, database), ...kept]);
  // Those that were noted only when the answer was found.
  await Promise.all(kept);
  return reply;
}

async function change(context: Context, match: Match, { database, audit, idempotency }: Means): Promise<AnyReply> {
  const route = match.route as WriteRoute;
  let sightings: Sighting[] = [];
  const key = idempotency.keyOf(route, context.req.headers["idempotency-key"]);
  const call: AnyCall = checked(context, match, (sighting) => sightings.push(sighting));
  const json = route.body === undefined ? undefined : await readJson(context.req);
  const body: unknown = json && route.body && accept(route.body, json.value, 422, places.body);
  Object.assign(call, { body });

  const prepared = await route.prepare?.(call);
  const request = { key, scope: scopeOf(context), content: contentOf(context, json?.bytes, prepared?.fingerprint) };
  let kept = false;
  try {
    const outcome = await database.transaction(async (transaction) => {
      sightings = [];
      const earlier = await idempotency.claim(transaction, request);
      if (earlier !== undefined) return { reply: earlier, fresh: false };
      const reply: AnyReply | Problem = await route.handle(call, transaction, prepared ?? {});
      await audit.write(transaction, lines(context, sightings));
      await idempotency.keep(transaction, request, reply);
      return { reply, fresh: true };
    });
    kept = outcome.fresh && !(outcome.reply instanceof Problem);
    if (outcome.reply instanceof Problem) throw outcome.reply;
    return outcome.reply;
  } finally {
    if (!kept && prepared !== undefined) await route.discard?.(prepared);
  }
}

const nothing = z.strictObject({});

/** Everything of a request but its body. */
function checked(context: Context, match: Match, note: AnyCall["note"]): Call<unknown, unknown, undefined> {
  const { route, params } = match;
  const { state } = context;
  return {
    params: route.params && accept(route.params, params, 400, places.parameter),
    query: queryOf(context, route.query),
    body: undefined,
    get caller() {
      if (state.caller === undefined) throw new Error(`${route.path} is public and has no caller`);
      return state.caller;
    },
    address: state.address,
    version: "versioned" in route && route.versioned ? expectedVersion(context.req.headers["if-match"]) : 0,
    note,
    context,
  };
}

function queryOf(context: Context, schema: z.ZodType | undefined): unknown {
  if (schema === undefined && context.querystring === "") return undefined;
  return accept(schema ?? nothing, { ...context.query }, 400, places.parameter);
}

function scopeOf({ state }: Context): string {
  return state.caller === undefined ? "anonymous" : `account ${state.caller.account}`;
}

/** What two requests with one key must have in common. */
function contentOf({ method, url }: Context, bytes: Buffer | undefined, fingerprint: string | undefined): Buffer {
  return createHash("sha256")
    .update(`${method} ${url}\n`)
    .update(bytes ?? fingerprint ?? "")
    .digest();
}

function lines({ state }: Context, sightings: readonly Sighting[]) {
  return sightings.map((sighting) => ({
    ...sighting,
    account: state.caller?.account ?? null,
    requestId: state.requestId,
  }));
}

function send(context: Context, { status, headers, body }: AnyReply): void {
  const { res } = context;
  context.status = status;
  if (headers !== undefined) for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (body === null) return;
  if (body instanceof Buffer || body instanceof Readable) {
    context.body = body;
    return;
  }
  // WHY not left to Koa: it looks the type up in a table of all types each time.
  res.setHeader("Content-Type", "application/json; charset=utf-8");
  context.body = JSON.stringify(body);
}
