import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import * as sdk from "@opentelemetry/sdk-trace";
import type { Queryable } from "../database.ts";
import { describeError } from "../log.ts";
import { parentOf } from "./parent.ts";
import type { Tracing } from "./tracing.ts";

/** Sends spans to a collector: OTLP over HTTP, as an OpenTelemetry collector and the one of AWS for X-Ray take it. */
export function createTracing(endpoint: string): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ "service.name": "mainstay-api" }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("mainstay-api");
  const current = new AsyncLocalStorage<Context>();

  async function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error).type });
      throw error;
    } finally {
      span.end();
    }
  }

  /** WHY only the statement: its values may name a person. */
  function traced(it: Queryable): Queryable {
    const statement = <T>(sql: string, work: () => Promise<T>) => {
      const attributes = { "db.system.name": "mysql", "db.query.text": sql.replace(/\s+/g, " ").slice(0, 500) };
      const name = sql.trimStart().split(/\s/, 1)[0] ?? "query";
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, attributes },
        current.getStore() ?? context.active(),
      );
      return inSpan(span, work);
    };
    return {
      query: (sql, values) => statement(sql, () => it.query(sql, values)),
      execute: (sql, values) => statement(sql, () => it.execute(sql, values)),
    };
  }

  return {
    middleware: async (koa, next) => {
      const parent = parentOf(koa.req.headers);
      const root = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      const span = tracer.startSpan(koa.method, { kind: SpanKind.SERVER }, root);
      await current.run(trace.setSpan(root, span), () => next());
      const { route = "none", requestId } = koa.state;
      span.updateName(`${koa.method} ${route}`);
      span.setAttributes({
        "http.request.method": koa.method,
        "http.route": route,
        "http.response.status_code": koa.status,
        "mainstay.request_id": requestId,
      });
      if (koa.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    observe: (database) => ({
      ...database,
      ...traced(database),
      transaction: (work, outcome) => database.transaction((transaction) => work(traced(transaction)), outcome),
    }),
    stop: () => provider.shutdown(),
  };
}
