import { describe, expect, it } from "@jest/globals";
import { engineInUse } from "./engine.ts";

describe("the engine of test servers", () => {
  it("is MariaDB unless a mysqld is named", () => {
    expect(engineInUse({}).name).toBe("mariadb");
    expect(engineInUse({ MAINSTAY_MYSQLD: "" }).name).toBe("mariadb");
    expect(engineInUse({ MAINSTAY_MYSQLD: process.execPath })).toMatchObject({ name: "mysql" });
  });

  it("that is not there is named, with what is allowed and where it comes from", () => {
    expect(() => engineInUse({ MAINSTAY_MYSQLD: "/nowhere/mysqld" })).toThrow(
      "MAINSTAY_MYSQLD is /nowhere/mysqld; allowed: the path of a mysqld. On Ubuntu: apt-get install mysql-server-core-8.0",
    );
  });

  it("gets options that its first word allows, and a log no smaller than it takes", () => {
    const mysql = engineInUse({ MAINSTAY_MYSQLD: process.execPath });
    for (const { options } of [mysql.install("/d", 4), mysql.start(4), engineInUse({}).start(4)]) {
      expect(options[0]).toBe("--no-defaults");
    }
    expect(mysql.start(4).options).toContain("--innodb-redo-log-capacity=8M");
    expect(mysql.start(16).options).toContain("--innodb-redo-log-capacity=16M");
  });
});
