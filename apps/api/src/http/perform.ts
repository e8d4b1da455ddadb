import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as z from "zod";
import type { AuditWriter } from "../audit/writer.ts";
import { type Database, OutcomeUnknown, type Queryable } from "../database.ts";
import type { Answers } from "../degradation/remembered.ts";
import { isAway, remember, Slow, staleReply, unlessSlow } from "../degradation/stale.ts";
import type { Idempotency } from "../idempotency/idempotency.ts";
import { type Admission, Overloaded } from "../overload/admission.ts";
import { costOf } from "../overload/shed.ts";
import { Problem } from "../problem.ts";
import { readJson } from "./body.ts";
import type { Context, Match, Middleware } from "./context.ts";
import { expectedVersion, isKnown } from "./etag.ts";
import { accept, places } from "./fields.ts";
import type { AnyReply, Call, ReadRoute, Sighting, WriteRoute } from "./route.ts";

type AnyCall = Call<unknown, unknown, unknown>;

export interface Means {
  readonly database: Database;
  readonly audit: AuditWriter;
  readonly idempotency: Idempotency;
  readonly answers: Answers;
  readonly admission: Admission;
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
async function see(context: Context, match: Match, means: Means): Promise<AnyReply> {
  const { database, audit, answers, admission } = means;
  const route = match.route as ReadRoute;
  const sightings: Sighting[] = [];
  const kept: Promise<void>[] = [];
  const call = checked(context, match, (sighting) => {
    sightings.push(sighting);
    const recorded = audit.record(lines(context, [sighting]));
    // WHY: the lookup may fail first; nobody would hear of this failure then, and Node would end the process.
    recorded.catch(() => undefined);
    kept.push(recorded);
  });
  const work = async () => {
    const since = answers.mark();
    const reply = await route.handle(call, database);
    await Promise.all(kept);
    return route.mayBeStale ? remember(answers, context.url, reply, sightings, since) : reply;
  };
  try {
    // WHY not in the queue: in a crowd who has an earlier answer would wait in vain, and keep others waiting.
    const known = route.mayBeStale && answers.find(context.url) !== undefined;
    if (context.state.hurried || (known && !route.shared && admission.crowded())) throw new Overloaded();
    const asked = begun(route, admission, work);
    return await (known ? unlessSlow(asked) : asked);
  } catch (error) {
    const earlier = route.mayBeStale && isAway(error) ? answers.find(context.url) : undefined;
    if (earlier === undefined) throw error;
    // WHY: lines that were noted are in the journal already, unless the database has yet to say that it does not take them.
    if (kept.length === 0 || error instanceof Slow) {
      await audit.keepAside(lines(context, earlier.answer.sightings));
    } else await Promise.all(kept);
    const { ETag: tag = "" } = earlier.answer.headers;
    const reply = staleReply(earlier);
    const known = tag !== "" && isKnown(context.req.headers["if-none-match"], tag);
    return known ? { status: 304, ...(reply.headers && { headers: reply.headers }), body: null } : reply;
  }
}

function begun<T>(route: ReadRoute, admission: Admission, work: () => Promise<T>): Promise<T> {
  if (costOf(route) === "health") return work();
  return route.shared ? admission.share(work) : admission.run(work);
}

async function change(context: Context, match: Match, means: Means): Promise<AnyReply> {
  const { database, audit, idempotency, answers, admission } = means;
  const route = match.route as WriteRoute;
  let sightings: Sighting[] = [];
  const key = idempotency.keyOf(route, context.req.headers["idempotency-key"]);
  const call: AnyCall = checked(context, match, (sighting) => sightings.push(sighting));
  const json = route.body === undefined ? undefined : await readJson(context.req);
  const body: unknown = json && route.body && accept(route.body, json.value, 422, places.body);
  Object.assign(call, { body });

  if (route.prepare !== undefined && admission.crowded()) throw new Overloaded();
  const prepared = await route.prepare?.(call);
  const request = { key, scope: scopeOf(context), content: contentOf(context, json?.bytes, prepared?.fingerprint) };
  let kept = false;
  const work = async (transaction: Queryable): Promise<Done> => {
    sightings = [];
    const earlier = await idempotency.claim(transaction, request);
    if (earlier !== undefined) return { reply: earlier, fresh: false };
    const reply: AnyReply | Problem = await route.handle(call, transaction, prepared ?? {});
    await audit.write(transaction, lines(context, sightings));
    await idempotency.keep(transaction, request, reply);
    return { reply, fresh: true };
  };
  const resolve = async (asked: Queryable): Promise<Done | undefined> => {
    // WHY: from here on a COMMIT of ours may have been kept, or may yet come to be. What it names must stay; if nothing names it,
    // the sweep removes it.
    kept = true;
    const reply = await idempotency.find(asked, request);
    return reply && { reply, fresh: true };
  };
  try {
    const { reply, fresh } = await admission.run(() =>
      database.transaction(work, key === undefined ? undefined : { key, resolve }),
    );
    kept ||= fresh && !(reply instanceof Problem);
    if (fresh) answers.forget(sightings);
    if (reply instanceof Problem) throw reply;
    return reply;
  } catch (error) {
    if (error instanceof OutcomeUnknown) {
      kept = true;
      // WHY: it may have been done; nobody may be shown what was before.
      answers.forget(sightings);
    }
    throw error;
  } finally {
    if (!kept && prepared !== undefined) await route.discard?.(prepared);
  }
}

/** What a transaction has come to: done now, or by an earlier request with the same key. */
interface Done {
  readonly reply: AnyReply | Problem;
  readonly fresh: boolean;
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

function send(context: Context, { status, headers, body, json }: AnyReply): void {
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
  context.body = json ?? JSON.stringify(body);
}
