import { describe, expect, it } from "@jest/globals";
import { ConfigError } from "./config.ts";
import { DatabaseUnavailable } from "./database.ts";
import { explain } from "./explain.ts";

const withCode = (code: string) => Object.assign(new Error("at 127.0.0.1"), { code });

describe("why a command ended is said in words", () => {
  it.each([
    ["EADDRINUSE", /^The port is in use\. .*PORT/],
    ["EACCES", /^The port may not be opened .*PORT/],
    ["ECONNREFUSED", /^The database cannot be reached \(at 127\.0\.0\.1\)\. .*DATABASE_HOST/],
    ["ENOTFOUND", /^The database cannot be reached/],
    ["ETIMEDOUT", /^The database cannot be reached/],
    ["ER_ACCESS_DENIED_ERROR", /^The database refuses the user\. .*DATABASE_USER, DATABASE_PASSWORD/],
    ["ER_DBACCESS_DENIED_ERROR", /^The database refuses the user/],
    ["ER_SECURE_TRANSPORT_REQUIRED", /encrypted connections only\. Set DATABASE_CA .*amazon-rds/],
  ])("%s", (code, words) => {
    expect(explain(withCode(code))).toMatch(words);
  });

  it("also where the pool was asked, whatever the database or its credentials lack", () => {
    const refused = new DatabaseUnavailable("breaker-open", 500, { cause: withCode("ECONNREFUSED") });
    expect(explain(refused)).toMatch(/^The database cannot be reached \(at 127\.0\.0\.1\)/);
    const unread = new Error("not read", { cause: new Error("ENOENT: no such file") });
    expect(explain(new DatabaseUnavailable("unreachable", 500, { cause: unread }))).toMatch(/\(ENOENT: no such file\)/);
    expect(explain(new DatabaseUnavailable("no-connection", 500))).toMatch(/\(no-connection\)/);
  });

  it("and with a stack only where the fault is ours", () => {
    expect(explain(new ConfigError(["PORT is wrong"]))).toBe(
      "The API cannot start: its environment is not right.\n  - PORT is wrong",
    );
    expect(explain(new TypeError("x is not a function"))).toMatch(/TypeError: x is not a function\n\s+at /);
    expect(explain("a text")).toBe("a text");
  });
});
