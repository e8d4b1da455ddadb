import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { InvalidOptions } from "./errors.ts";
import { problems, settle } from "./options.ts";

const credentials = { user: "app", password: "x" };
const settled = (options: object = {}) => settle({ connection: { host: "writer" }, credentials, ...options });

describe("options", () => {
  it("have defaults that can work, in the ranges that the field recommends", () => {
    const { limits, retry } = settled();
    expect(problems(limits, retry)).toEqual([]);
    expect(limits.connectMs).toBeGreaterThanOrEqual(2_000);
    expect(limits.connectMs).toBeLessThanOrEqual(3_000);
    expect(limits.keepAliveMs).toBe(10_000);
    expect(limits.maxIdle).toBeLessThan(limits.connections);
  });

  it("item 3: let fewer connections rest than may be open, for any number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), (connections) => {
        const { maxIdle } = settled({ limits: { connections } }).limits;
        expect(maxIdle).toBeGreaterThanOrEqual(1);
        expect(maxIdle).toBeLessThan(connections);
      }),
    );
  });

  it("take the reader's address over the writer's, and keep the rest", () => {
    const { reader } = settle({
      connection: { host: "writer", database: "shop" },
      credentials,
      reader: { connection: { host: "reader" }, waitMs: 5 },
    });
    expect(reader).toEqual({ connection: { host: "reader", database: "shop" }, waitMs: 5, stickyMs: 1_000 });
    expect(settled().reader).toBeUndefined();
  });

  it("take credentials as they are, or a function that gives them", () => {
    expect(settled().credentials({ fresh: true })).toBe(credentials);
    const source = () => credentials;
    expect(settled({ credentials: source }).credentials).toBe(source);
  });

  it("are refused all at once, each with what is allowed", () => {
    const wrong = () =>
      settled({
        limits: { connections: 1.5, queue: -1, lifetimeJitter: 2, pingMs: 0, statementMs: 20_000, idleMs: Number.NaN },
        retry: { ratio: -0.1, firstMs: 600, repeats: Number.POSITIVE_INFINITY },
        reader: { connection: {}, waitMs: 2 ** 31 },
      });
    expect(wrong).toThrow(InvalidOptions);
    expect(wrong).toThrow(
      [
        "these options cannot work:",
        "- limits.connections is 1.5; allowed: a whole number from 1",
        "- limits.queue is -1; allowed: a whole number from 0",
        "- retry.repeats is Infinity; allowed: a whole number from 0",
        "- limits.lifetimeJitter is 2; allowed: 0 to 1",
        "- retry.ratio is -0.1; allowed: 0 to 1",
        "- limits.pingMs is 0; allowed: above 0 and below 2^31 milliseconds",
        "- limits.idleMs is NaN; allowed: above 0 and below 2^31 milliseconds",
        "- reader.waitMs is 2147483648; allowed: above 0 and below 2^31 milliseconds",
        "- limits.statementMs is 20000; allowed: at most limits.leaseMs (10000)",
        "- limits.statementMs is 20000; allowed: at most limits.operationMs (15000)",
        "- retry.firstMs is 600; allowed: at most retry.maxMs (500)",
      ].join("\n"),
    );
  });
});
