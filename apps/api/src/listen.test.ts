import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { fakeDatabase, startApi, type TestApi } from "./testing/api.ts";

let api: TestApi;
afterEach(() => api.close());

describe("the server", () => {
  it("has the timeouts that the load balancer counts on", async () => {
    api = await startApi(fakeDatabase());
    const { keepAlive, headers, request } = contract.connection;
    expect(api.server).toMatchObject({
      keepAliveTimeout: keepAlive * 1000,
      headersTimeout: headers * 1000,
      requestTimeout: request * 1000,
    });
    const { headers: answered } = await api.request(contract.health.livePath);
    expect(answered.get("keep-alive")).toBe(`timeout=${keepAlive}`);
  });
});

/** What comes back for these bytes until the server closes the connection. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(api.address).port), "127.0.0.1");
  socket.write(bytes);
  return await text(socket);
}

function parsed(answer: string) {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(": ", 2) as [string, string]));
  expect(Number(headers.get("content-length"))).toBe(Buffer.byteLength(body));
  return { status: Number(first.split(" ")[1]), headers, body: JSON.parse(body) };
}

const get = "GET /health/live HTTP/1.1\r\n";

describe("what is no request", () => {
  it.each([
    ["no HTTP", 400, "Ada Lovelace\r\n\r\n"],
    ["a header without a name", 400, `${get}Host: x\r\n: y\r\n\r\n`],
    ["two lengths", 400, "POST /sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ["headers that are too large", 431, `${get}Host: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
    ["no Host", 400, `${get}\r\n`],
    ["an expectation that nobody knows", 417, `${get}Host: x\r\nExpect: miracles\r\n\r\n`],
  ])(
    "%s is answered %d as a problem, with an id that the log has, and the connection ends",
    async (_, status, bytes) => {
      api = await startApi(fakeDatabase());
      const answer = parsed(await answerTo(bytes));
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.headers.get("connection")).toBe("close");
      const { requestId } = answer.body;
      expect(answer.body).toEqual({
        type: "about:blank",
        title: expect.any(String),
        status,
        detail: expect.any(String),
        requestId,
      });
      expect(answer.headers.get("x-request-id")).toBe(requestId);
      expect(api.lines).toContainEqual(expect.objectContaining({ requestId, status, msg: "refused unread" }));
      expect(JSON.stringify(api.lines)).not.toContain("Lovelace");
    },
  );

  it("and comes too late is answered 408", async () => {
    api = await startApi(fakeDatabase());
    const late = Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    const accepted = once(api.server, "connection");
    const socket = connect(Number(new URL(api.address).port), "127.0.0.1");
    const answer = text(socket);
    const [theirs] = await accepted;
    // As Node does when it finds one that is late; it looks every five seconds.
    theirs.emit("error", late);
    expect(parsed(await answer)).toMatchObject({
      status: 408,
      body: { detail: "The request did not arrive within 30 s." },
    });
  });

  it("ends nothing but its connection: a reset, or nonsense after an answer has begun", async () => {
    let begun = Promise.withResolvers<void>();
    api = await startApi(fakeDatabase());
    api.server.removeAllListeners("request");
    api.server.on("request", (_, response) => {
      response.writeHead(200, { "Content-Length": 10 });
      response.write("half ");
      begun.resolve();
    });
    for (const how of ["reset", "nonsense"] as const) {
      begun = Promise.withResolvers<void>();
      const socket = connect(Number(new URL(api.address).port), "127.0.0.1");
      socket.on("error", () => undefined);
      let got = "";
      socket.on("data", (part) => {
        got += String(part);
      });
      socket.write(`${get}Host: x\r\n\r\n`);
      await begun.promise;
      const closed = once(socket, "close");
      if (how === "reset") socket.resetAndDestroy();
      else socket.write("\0nonsense\r\n\r\n");
      await closed;
      expect(got).not.toContain("problem+json");
    }
    expect(api.server.listening).toBe(true);
  });
});
