import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isWritable, type ServerVariables, serverOf } from "./role.ts";

const mysql: ServerVariables = {
  hostname: "ip-10-0-1-5",
  port: "3306",
  server_id: "1",
  server_uuid: "6a1b",
  version: "8.4.3",
  gtid_mode: "ON",
  read_only: "OFF",
  super_read_only: "OFF",
  innodb_read_only: "OFF",
  log_bin: "ON",
};
const mariadb: ServerVariables = {
  hostname: "ip-10-0-1-6",
  port: "3306",
  server_id: "1",
  version: "10.11.6-MariaDB-log",
  read_only: "OFF",
  innodb_read_only: "OFF",
  log_bin: "ON",
};
const aurora: ServerVariables = { ...mysql, aurora_version: "3.08.0", gtid_mode: "OFF" };

describe("a server", () => {
  it.each([
    ["mysql", "mysql", mysql],
    ["mysql", "none", { ...mysql, gtid_mode: "OFF_PERMISSIVE" }],
    ["mariadb", "mariadb", mariadb],
    ["mariadb", "none", { ...mariadb, log_bin: "OFF" }],
    ["aurora", "none", aurora],
    ["aurora", "mysql", { ...aurora, gtid_mode: "ON" }],
    ["mysql", "none", {}],
  ] as const)("is known as %s, with GTID of %s", (engine, gtid, variables) => {
    expect(serverOf(variables)).toMatchObject({ engine, gtid, writable: true });
  });

  it.each([
    ["MySQL replica", { ...mysql, read_only: "ON" }],
    ["MySQL group replication secondary", { ...mysql, super_read_only: "ON" }],
    ["MariaDB replica", { ...mariadb, read_only: "ON" }],
    ["MariaDB replica, by a newer name", { ...mariadb, read_only: "READ_ONLY_NO_LOCK" }],
    ["Aurora reader", { ...aurora, innodb_read_only: "ON" }],
  ])("takes no writes: %s", (_, variables) => {
    expect(serverOf(variables).writable).toBe(false);
  });

  it("is another one when host, port, id or uuid is", () => {
    const names = ["hostname", "port", "server_id", "server_uuid"] as const;
    const { identity } = serverOf(mysql);
    for (const name of names) expect(serverOf({ ...mysql, [name]: "other" }).identity).not.toBe(identity);
    expect(serverOf({ ...mysql, version: "8.4.4", read_only: "ON" }).identity).toBe(identity);
  });
});

it("whatever forbids writing is enough", () => {
  const off = fc.constantFrom(0, "0", "OFF", undefined, null);
  const on = fc.constantFrom<unknown>(1, "1", "ON", "READ_ONLY", true);
  const names = ["read_only", "super_read_only", "innodb_read_only"] as const;
  fc.assert(
    fc.property(fc.tuple(off, off, off), fc.option(fc.tuple(fc.nat({ max: 2 }), on)), (offs, one) => {
      const values: unknown[] = [...offs];
      if (one !== null) values[one[0]] = one[1];
      const variables = Object.fromEntries(names.map((name, index) => [name, values[index]]));
      expect(isWritable(variables)).toBe(one === null);
    }),
  );
});
