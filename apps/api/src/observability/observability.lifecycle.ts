import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Metrics } from "@mainstay/mysql-resilience";
import { freePort } from "@mainstay/mysql-resilience/testing";
import { fakeDatabase, startApi } from "../testing/api.ts";
import { startMetrics } from "./metrics-server.ts";
import { parentOf } from "./parent.ts";
import { startTracing } from "./tracing.ts";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: { readonly key: string; readonly value: Record<string, unknown> }[];
}

const busyPool: Metrics = {
  counters: { "generation-raised.writer.lost": 2 },
  writer: { generation: 3, breaker: "open", idle: 2, busy: 0, connecting: 0, waiting: 1 },
  reader: undefined,
  retryBudget: 20,
};

describe("metrics", () => {
  it("count requests per route and status, connections and the event loop, and name no path", async () => {
    const port = await freePort();
    const database = fakeDatabase({ metrics: () => busyPool });
    const metrics = await startMetrics(database, port, "127.0.0.1");
    if (metrics === undefined) throw new Error("no metrics");
    const api = await startApi(database, { metrics });
    await api.request("/patients/4711", { as: "admin" });
    await api.request("/nothing/4711");
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const text = await response.text();
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/patients/:id",status="404"} 1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="none",status="404"} 1');
    expect(text).toContain('database_pool_connections{state="waiting"} 1');
    expect(text).toContain("database_breaker_open 1");
    expect(text).toContain("database_generation 3");
    expect(text).toContain('database_events_total{event="generation-raised.writer.lost"} 2');
    expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
    // WHY labels: a number of bytes or seconds may have these digits.
    expect(text).not.toMatch(/\{[^}]*4711/);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await api.request("/metrics")).status).toBe(404);
    await api.close();
  });

  it("are not there where no port is given", async () => {
    expect(await startMetrics(fakeDatabase(), undefined)).toBeUndefined();
  });
});

describe("traces", () => {
  let collector: Server;
  let spans: Span[];

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { resourceSpans } = (await json(request)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  }

  beforeAll(async () => {
    spans = [];
    collector = createServer((request, response) => void receive(request, response));
    collector.listen(0, "127.0.0.1");
    await once(collector, "listening");
  });
  afterAll(() => void collector.close());

  it("go to the collector: a span per request, one per statement below it, joined to the caller's", async () => {
    const { port } = collector.address() as AddressInfo;
    const tracing = await startTracing(`http://127.0.0.1:${port}/`);
    if (tracing === undefined) throw new Error("no tracing");
    const api = await startApi(tracing.observe(fakeDatabase()), { tracing });
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    await api.request("/patients?familyName=Geheim", { as: "admin", headers });
    await api.request("/patients", {
      method: "POST",
      as: "admin",
      json: { familyName: "Geheim", givenName: "G", birthDate: "2000-01-01" },
    });
    await tracing.stop();
    await api.close();

    const request = spans.find(({ name }) => name === "GET /patients");
    expect(request).toMatchObject({ traceId: trace, parentSpanId: "b7ad6b7169203331" });
    const below = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(below.map(({ name }) => name)).toContain("SELECT");
    const posted = spans.find(({ name }) => name === "POST /patients");
    expect(spans.filter(({ parentSpanId }) => parentSpanId === posted?.spanId).length).toBeGreaterThan(2);
    expect(request?.attributes).toContainEqual({ key: "http.route", value: { stringValue: "/patients" } });
    expect(JSON.stringify(spans)).not.toContain("Geheim");
  });

  it("are not made, and their code not loaded, where no collector is named", async () => {
    expect(await startTracing(undefined)).toBeUndefined();
  });

  it("join what an AWS load balancer began", () => {
    const root = "Root=1-67891233-abcdef012345678912345678";
    expect(parentOf({ "x-amzn-trace-id": root })).toMatchObject({
      traceId: "67891233abcdef012345678912345678",
      traceFlags: 1,
    });
    expect(parentOf({ "x-amzn-trace-id": `Self=x;${root};Parent=53995c3f42cd8ad8;Sampled=0` })).toEqual({
      traceId: "67891233abcdef012345678912345678",
      spanId: "53995c3f42cd8ad8",
      traceFlags: 0,
      isRemote: true,
    });
    const none = ["", "00-zz", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, `00-${"a".repeat(32)}-${"0".repeat(16)}-01`];
    for (const traceparent of none) expect(parentOf({ traceparent })).toBeUndefined();
    expect(parentOf({})).toBeUndefined();
  });
});
