import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hasCaughtUp, latest, type Position, positionOf, positionQuery, routeAfter, timePosition } from "./position.ts";

const facts = { now: 10_000, stickyMs: 1_000, waitMs: 500 };

describe("a read", () => {
  it("of anything goes to a replica", () => {
    expect(routeAfter(undefined, facts)).toEqual({ to: "reader" });
  });

  it("waits on the replica for a GTID, in seconds as both engines want", () => {
    expect(routeAfter("mariadb:0-1-42", facts)).toEqual({
      to: "reader",
      wait: { sql: "SELECT MASTER_GTID_WAIT(?, ?) AS late", values: ["0-1-42", 0.5] },
    });
    expect(routeAfter("mysql:6a1b:1-5,7c:1", facts)).toEqual({
      to: "reader",
      wait: { sql: "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS late", values: ["6a1b:1-5,7c:1", 0.5] },
    });
  });

  it("by time goes to the writer until the replicas must have it, even when the clock was set back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (at) => {
        const { to } = routeAfter(`time:${at}`, facts);
        expect(to).toBe(facts.now - at >= facts.stickyMs ? "reader" : "writer");
      }),
    );
  });

  it("of a position that nobody understands goes to the writer", () => {
    expect(routeAfter("time:soon", facts)).toEqual({ to: "writer" });
    expect(routeAfter("oracle:12" as Position, facts)).toEqual({ to: "writer" });
    expect(routeAfter("" as Position, facts)).toEqual({ to: "writer" });
  });
});

it("reads a position as its engine gives it", () => {
  expect(positionQuery({ gtid: "mariadb" })).toContain("@@last_gtid");
  expect(positionQuery({ gtid: "mysql" })).toContain("@@global.gtid_executed");
  expect(positionQuery({ gtid: "none" })).toBeUndefined();
  expect(positionOf("mysql", "6a1b:1-5,\n7c:1-2")).toBe("mysql:6a1b:1-5,7c:1-2");
  expect(positionOf("mariadb", "")).toBeUndefined();
  expect(timePosition(12.7)).toBe("time:12");
});

it("a replica has caught up only when it says 0", () => {
  expect([0, "0", 0n].map(hasCaughtUp)).toEqual([true, true, true]);
  expect([1, -1, null, undefined, "late"].map(hasCaughtUp)).toEqual([false, false, false, false, false]);
});

describe("the latest of two positions", () => {
  it("is the only one, the newer kind, or the later time", () => {
    expect(latest(undefined, "time:1")).toBe("time:1");
    expect(latest("time:5", "mariadb:0-1-2")).toBe("mariadb:0-1-2");
    expect(latest("time:5", "time:3")).toBe("time:5");
    expect(latest("time:3", "time:3")).toBe("time:3");
  });

  it("of MariaDB is the higher sequence of each domain, whichever server wrote it", () => {
    expect(latest("mariadb:0-1-42", "mariadb:0-1-41")).toBe("mariadb:0-1-42");
    expect(latest("mariadb:0-1-9", "mariadb:0-2-10")).toBe("mariadb:0-2-10");
    expect(latest("mariadb:0-1-9,1-1-5", "mariadb:1-1-7")).toBe("mariadb:0-1-9,1-1-7");
    expect(latest("mariadb:0-1-9007199254740993", "mariadb:0-1-9007199254740992")).toBe("mariadb:0-1-9007199254740993");
  });

  it("of MySQL is the union", () => {
    expect(latest("mysql:a:1-5", "mysql:a:1-9")).toBe("mysql:a:1-9");
    expect(latest("mysql:a:1-5:9", "mysql:a:7-8,b:3")).toBe("mysql:a:1-5:7-9,b:3");
    expect(latest("mysql:a:1-5:tag:1-2", "mysql:a:6:tag:4")).toBe("mysql:a:1-6,a:tag:1-2:4");
  });

  it("of MySQL holds every transaction of both, and no other", () => {
    const interval = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 9 }))
      .map(([first, more]) => [first, first + more] as const);
    const set = fc.array(interval, { minLength: 1, maxLength: 6 });
    const write = (list: readonly (readonly [number, number])[]): Position =>
      `mysql:a:${list.map(([first, last]) => `${first}-${last}`).join(":")}`;
    const read = (position: string) =>
      new Set(
        position
          .split(":")
          .slice(2)
          .flatMap((part) => {
            const [first = 0, last = first] = part.split("-").map(Number);
            return Array.from({ length: last - first + 1 }, (_, index) => first + index);
          }),
      );
    fc.assert(
      fc.property(set, set, (a, b) => {
        const joined = latest(write(a), write(b));
        expect(read(joined)).toEqual(new Set([...read(write(a)), ...read(write(b))].toSorted((x, y) => x - y)));
        expect(read(latest(write(b), write(a)))).toEqual(read(joined));
      }),
    );
  });
});
