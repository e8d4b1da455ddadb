import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { describe, expect, it, jest } from "@jest/globals";
import { createClient } from "./client.ts";
import { startSlowUploads } from "./slow-uploads.ts";

describe("slow uploads", () => {
  it("are under way when each of the first is half there or has failed, and end when all have", async () => {
    jest.useFakeTimers();
    try {
      const sent: { half: () => void; end: () => void }[] = [];
      const uploads = startSlowUploads(({ half }) => new Promise((end) => sent.push({ half, end })));
      let underWay = false;
      void uploads.underWay.then(() => (underWay = true));
      const first = [...sent];
      expect(first.length).toBeGreaterThan(1);
      for (const { half } of first.slice(1)) half();
      await jest.advanceTimersByTimeAsync(0);
      expect(underWay).toBe(false);
      first[0]?.end();
      await uploads.underWay;

      await jest.advanceTimersByTimeAsync(10_000);
      expect(sent.length).toBeGreaterThan(first.length);
      let stopped = false;
      const stopping = uploads.stop().then(() => (stopped = true));
      const all = sent.length;
      await jest.advanceTimersByTimeAsync(10_000);
      expect([sent.length, stopped]).toEqual([all, false]);
      for (const { end } of sent) end();
      await stopping;
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("a body that is sent slowly", () => {
  /** Sends one to a server at a free port; `then` sees its answer before anything is closed. */
  async function send(server: Server, ms: number, then: () => Promise<unknown> = async () => undefined) {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const client = createClient((server.address() as AddressInfo).port, () => "token");
    let half = false;
    try {
      const pace = { ms, half: () => (half = true) };
      const answer = await client.send({ method: "POST", path: "/", body, pace });
      await then();
      return { answer, half };
    } finally {
      client.close();
      server.close();
    }
  }
  const body = "0123456789".repeat(100);

  it("comes whole, in pieces, and says when half of it is sent", async () => {
    const pieces: string[] = [];
    const server = createHttpServer((request, response) => {
      request.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
      request.on("end", () => response.end("kept"));
    });
    const { answer, half } = await send(server, 100);
    expect(answer).toMatchObject({ status: 200, body: "kept" });
    expect(half).toBe(true);
    expect(pieces.join("")).toBe(body);
    expect(pieces.length).toBeGreaterThan(1);
  });

  it("is not sent any further when it was answered before", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    // Without HTTP, since a server that knows it closes the connection itself.
    const server = createServer((socket) => {
      socket.once("close", resolve);
      socket.once("data", () => socket.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
    });
    const { answer, half } = await send(server, 3_600_000, () => closed);
    expect(answer.status).toBe(503);
    expect(half).toBe(false);
  });
});
