import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { soundTiming } from "@mainstay/contract/testing";
import fc from "fast-check";
import { pino } from "pino";
import type { Lifecycle } from "./lifecycle.ts";
import { shutDown } from "./shutdown.ts";
import { fakeDatabase } from "./testing/api.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What happened, each with the seconds since SIGTERM. */
type Events = [what: string, seconds: number][];

/**
 * A service that stops: a request is in flight that ends after `ends` seconds, and the pool takes `closes` seconds to close;
 * endless where they are undefined.
 */
function service(ends: number | undefined, closes: number | undefined) {
  const events: Events = [];
  const begun = Date.now();
  const note = (what: string) => void events.push([what, (Date.now() - begun) / 1000]);
  const server = new EventEmitter();
  const answered = () => {
    note("answered");
    server.emit("close");
  };
  let request = ends === undefined ? undefined : setTimeout(answered, ends * 1000);
  Object.assign(server, {
    close() {
      note("port closed");
      if (ends !== undefined && Date.now() - begun >= ends * 1000) server.emit("close");
    },
    closeIdleConnections: () => undefined,
    closeAllConnections() {
      note("cut");
      clearTimeout(request);
      request = undefined;
      server.emit("close");
    },
  });
  const lifecycle: Lifecycle = { phase: "serving", migrated: true };
  const database = fakeDatabase({
    close: () => {
      note("pool closing");
      return new Promise((resolve) => {
        if (closes !== undefined) setTimeout(resolve, closes * 1000);
      });
    },
  });
  const log = pino({ level: "silent" });
  return { service: { server: server as unknown as Server, database, lifecycle, log }, events, note };
}

async function stopped(ends: number | undefined, closes: number | undefined, timing: Parameters<typeof shutDown>[1]) {
  const { service: stopping, events, note } = service(ends, closes);
  const done = shutDown(stopping, timing).then(() => note("stopped"));
  expect(stopping.lifecycle.phase).toBe("lameDuck");
  await jest.runAllTimersAsync();
  await done;
  return Object.fromEntries(events) as Partial<
    Record<"port closed" | "answered" | "cut" | "pool closing" | "stopped", number>
  >;
}

describe("shutting down, by the clock", () => {
  it("cuts no request that the rules of the contract allow, and is done before ECS kills it", async () => {
    // WHY no double: nearly all of those are almost 0.
    const share = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);
    await fc.assert(
      fc.asyncProperty(soundTiming, share, share, share, async (timing, when, long, closes) => {
        const { shutdown, health, connection, database } = timing;
        const arrives = when * health.interval * health.unhealthyThreshold;
        const longest = connection.request + connection.checkInterval + database.operationTimeoutMs / 1000;
        const ends = Math.floor((arrives + long * longest) * 1000) / 1000;
        const at = await stopped(ends, closes * shutdown.closePool * 2, shutdown);
        expect(at["port closed"]).toBe(shutdown.lameDuck);
        expect(at.cut).toBeUndefined();
        expect(at.answered).toBeCloseTo(ends, 2);
        expect(at["pool closing"]).toBeCloseTo(Math.max(shutdown.lameDuck, ends), 2);
        expect(at.stopped).toBeLessThan(shutdown.stopTimeout);
        expect(at.stopped).toBeLessThan((at["pool closing"] ?? 0) + shutdown.closePool + 0.01);
      }),
    );
  });

  it("takes as long as the stages may, and no longer, where neither a request nor the pool ever ends", async () => {
    await fc.assert(
      fc.asyncProperty(soundTiming, async ({ shutdown }) => {
        const { lameDuck, drain, closePool, stopTimeout } = shutdown;
        const at = await stopped(undefined, undefined, shutdown);
        expect(at).toEqual({
          "port closed": lameDuck,
          cut: lameDuck + drain,
          "pool closing": lameDuck + drain,
          stopped: lameDuck + drain + closePool,
        });
        expect(at.stopped).toBeLessThan(stopTimeout);
      }),
    );
  });
});
