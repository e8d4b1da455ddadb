import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import type { Database } from "./database.ts";
import { shutDown } from "./shutdown.ts";
import { fakeDatabase, startApi, type TestApi } from "./testing/api.ts";

const { livePath, readyPath } = contract.health;

/** A database whose answers wait until `release` is called, and that says when it was closed. */
function gate(): { database: Database; release: () => void; events: string[] } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events: string[] = [];
  const database = fakeDatabase({
    query: async () => {
      await promise;
      return [];
    },
    close: async () => void events.push("closed"),
  });
  return { database, release: resolve, events };
}

/** Asks until the port is closed. */
async function refused(api: TestApi): Promise<void> {
  for (;;) {
    const answer = await api.request(livePath).catch(() => undefined);
    if (answer === undefined) return;
    await answer.text();
    await sleep(20);
  }
}

describe("the shutdown", () => {
  it("serves as a lame duck, then refuses, lets requests in flight end, and closes the pool last", async () => {
    const { database, release, events } = gate();
    const api = await startApi(database);
    api.server.on("request", ({ url }, response) => {
      if (url === "/patients/1") response.once("finish", () => events.push("answered"));
    });
    const stopped = shutDown(api, { lameDuck: 5, drain: 20, closePool: 2 }).then(() => events.push("stopped"));

    expect((await api.request(readyPath)).status).toBe(503);
    const served = await api.request(livePath);
    expect(served.status).toBe(200);
    expect(served.headers.get("connection")).toBe("keep-alive");
    const inFlight = api.request("/patients/1", { as: "admin" });

    await refused(api);
    expect(events).toEqual([]);
    release();
    const last = await inFlight;
    expect(last.status).toBe(404);
    expect(last.headers.get("connection")).toBe("close");
    await stopped;
    expect(events).toEqual(["answered", "closed", "stopped"]);
  });

  it("receives an upload to its end that began before the port closed, however slowly it comes", async () => {
    const row = { id: 1, patientId: 1, name: "a.txt", mediaType: "text/plain", bytes: 8, createdBy: 1 };
    const stored = { ...row, sha256: Buffer.alloc(32), createdAt: "2026-01-31 12:00:00.000" };
    const api = await startApi(fakeDatabase({ query: async <Row extends object>() => [stored] as unknown as Row[] }));
    const arrived = once(api.server, "request");
    const sent = request(`${api.address}/patients/1/documents?name=a.txt`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${await api.token("clinician")}`,
        "Content-Type": "text/plain",
        "Content-Length": 8,
        "Idempotency-Key": crypto.randomUUID(),
      },
    });
    const answered = once(sent, "response");
    sent.write("one ");
    await arrived;
    const stopped = shutDown(api, { lameDuck: 0, drain: 20, closePool: 2 });
    await refused(api);
    sent.end("page");
    const [answer] = await answered;
    expect([answer.statusCode, answer.headers.connection]).toEqual([201, "close"]);
    answer.resume();
    await stopped;
  });

  it("does not wait for a connection that was kept alive, nor for one that never asked", async () => {
    const api = await startApi(fakeDatabase());
    const silent = connect(Number(new URL(api.address).port), "127.0.0.1");
    silent.on("error", () => undefined);
    await once(api.server, "connection");
    await (await api.request(livePath)).text();
    // A wait would outlast the test.
    await expect(shutDown(api, { lameDuck: 0, drain: 300, closePool: 2 })).resolves.toBeUndefined();
  });

  it("cuts a request that outlasts the drain", async () => {
    const { database, events } = gate();
    const api = await startApi(database);
    const arrived = once(api.server, "request");
    const cut = api.request("/patients/1", { as: "admin" }).then(({ status }) => status, String);
    await arrived;
    await shutDown(api, { lameDuck: 0, drain: 0.2, closePool: 2 });
    expect(await cut).toBe("TypeError: fetch failed");
    expect(events).toEqual(["closed"]);
  });

  it("ends though the database never closes", async () => {
    const api = await startApi(fakeDatabase({ close: () => new Promise<void>(() => undefined) }));
    await expect(shutDown(api, { lameDuck: 0, drain: 0.1, closePool: 0.2 })).resolves.toBeUndefined();
  });
});
