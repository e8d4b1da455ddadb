import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { classify, type ErrorKind, isDeadlock, isDuplicate, verdictOf, verdicts } from "./classify.ts";

const readOnly = "The MariaDB server is running with the --read-only option so it cannot execute this statement";
const secureFile = "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement";

describe("an error's kind", () => {
  it.each<[ErrorKind, object]>([
    ["read-only", { errno: 1290, message: readOnly }],
    ["read-only", { errno: 1290, message: readOnly.replace("--read-only", "--super-read-only") }],
    ["read-only", { errno: 1836 }],
    ["read-only", { errno: 1874 }],
    ["statement", { errno: 1290, message: secureFile }],
    ["statement", { errno: 1792 }],
    ["conflict", { errno: 1213 }],
    ["conflict", { errno: 1205 }],
    ["conflict", { errno: 1020 }],
    ["conflict", { errno: 3101 }],
    ["full", { errno: 1040 }],
    ["full", { errno: 1203 }],
    ["full", { errno: 1226 }],
    ["denied", { errno: 1045 }],
    ["denied", { errno: 1862 }],
    ["denied", { errno: 3955 }],
    ["lost", { errno: 1053 }],
    ["unreachable", { errno: 1047 }],
    ["ended", { errno: 1927 }],
    ["ended", { errno: 4031 }],
    ["lost", { code: "PROTOCOL_CONNECTION_LOST", fatal: true }],
    ["lost", { code: "ECONNRESET", errno: -104, fatal: true }],
    ["unreachable", { code: "ECONNREFUSED", errno: -111, fatal: true }],
    ["unreachable", { code: "ENOTFOUND", fatal: true }],
    ["silent", { code: "PROTOCOL_SEQUENCE_TIMEOUT" }],
    ["lost", { code: "HANDSHAKE_SSL_ERROR", fatal: true }],
    ["lost", { message: "Can't add new command when connection is in closed state", fatal: true }],
    ["statement", { errno: 1062 }],
    ["statement", { code: "toString", fatal: false }],
  ])("is %s for %j", (kind, error) => {
    expect(classify(Object.assign(new Error("of the driver"), error))).toBe(kind);
  });

  it("is the caller's own for what is not the driver's, such as another service that refuses", () => {
    expect(classify(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", errno: -111 }))).toBe(
      "statement",
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant(undefined)), (thrown) => {
        expect(classify(thrown)).toBe("statement");
      }),
    );
  });

  it("is known for every number, and a statement's own for every other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 5000 }), (errno) => {
        expect(Object.keys(verdicts)).toContain(classify({ errno, message: "" }));
      }),
    );
    expect(classify({ errno: 1064 })).toBe("statement");
  });
});

describe("a verdict", () => {
  it.each(Object.entries(verdicts))("of %s never calls a connection sound that failed over", (_, verdict) => {
    expect(verdict.failover && !verdict.doubtful).toBe(false);
  });

  it("never says of a statement that may have been done that it was not", () => {
    for (const kind of ["lost", "silent", "ended"] as const) expect(verdicts[kind].undone).toBe(false);
  });

  it("lets an error of SQL neither end a connection nor raise a generation", () => {
    for (const kind of ["statement", "conflict"] as const) {
      expect(verdicts[kind]).toMatchObject({ doubtful: false, failover: false });
    }
  });

  it("drops a connection in a READ ONLY transaction, and sees no failover in it", () => {
    expect(verdictOf({ errno: 1792 })).toEqual({ ...verdicts.statement, kind: "statement", doubtful: true });
  });
});

it("knows deadlocks and duplicates by their number alone", () => {
  expect([1213, 1020, 1205, 1062].map((errno) => isDeadlock({ errno }))).toEqual([true, true, false, false]);
  expect([{ errno: 1062 }, { errno: 1213 }, null, "1062", {}].map(isDuplicate)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
