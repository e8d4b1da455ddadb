import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type * as Sources from "./index.ts";
import { type Installed, installIn } from "./testing/installed.ts";
import { type Lab, startLab } from "./testing/lab.ts";
import { database, user } from "./testing/mariadb.ts";
import { scenarios } from "./testing/scenarios.ts";

// The package as its users have it: packed, installed in an empty folder, with the oldest mysql2 that it allows and the one of this workspace.

const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");

/** The README's first example, word for word, and what it takes for granted. */
const example = [
  'const [ca, id, key] = ["", 1, "from the README"];',
  (/```ts\n(.+?)```/s.exec(read("README.md"))?.[1] ?? "").replace('"@mainstay/mysql-resilience"', '"./here.ts"'),
  "console.log(JSON.stringify({ rows, order, counters: pool.metrics().counters }));",
  "await pool.close(2_000);",
].join("\n");

/** The servers of the test in the place of those that the example names. */
const here = `
import { createResilientPool as create, type ResilientPool, type ResilientPoolOptions } from "@mainstay/mysql-resilience";
export * from "@mainstay/mysql-resilience";
const at = (port: string | undefined) => ({ host: "127.0.0.1", port: Number(port), database: "${database}" });
export function createResilientPool(options: ResilientPoolOptions): ResilientPool {
  const reader = { ...options.reader, connection: at(process.env.READER) };
  return create({ ...options, connection: at(process.env.WRITER), credentials: ${JSON.stringify(user)}, reader });
}`;

/** Plain JavaScript. */
const refused = `
import { createResilientPool, InvalidOptions } from "@mainstay/mysql-resilience";
try {
  createResilientPool({ connection: {}, credentials: { user: "", password: "" }, limits: { queue: -1 } });
} catch (error) {
  console.log(error instanceof InvalidOptions && error.problems.join());
}`;

/** What the compiler has to refuse, and what it has to know. */
const types = `
import { createResilientPool } from "@mainstay/mysql-resilience";
import { startProxy, type TcpProxy } from "@mainstay/mysql-resilience/testing";
// @ts-expect-error
createResilientPool({ connection: {}, credentials: { user: "", password: "" }, limits: { queue: "many" } });
export const proxy: Promise<TcpProxy> = startProxy(1);
`;

describe.each(["mysql2-oldest", "mysql2"] as const)("the package, installed beside %s", (driver) => {
  let installed: Installed;
  let lab: Lab;
  const shipped = async () =>
    (await import(join(installed.package, "dist/index.js"))) as Pick<typeof Sources, "createResilientPool">;

  beforeAll(async () => {
    installed = await installIn(driver);
    lab = await startLab(async (options) => (await shipped()).createResilientPool(options), 20_000);
  });
  afterEach(() => lab?.tidy());
  afterAll(async () => {
    await lab?.remove();
    installed?.remove();
  });

  it("has the version of mysql2 that it should", () => {
    const { peerDependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      "peerDependencies" | "devDependencies",
      Record<string, string>
    >;
    const { version } = JSON.parse(readFileSync(join(installed.package, "../../mysql2/package.json"), "utf8")) as {
      readonly version: string;
    };
    const oldest = peerDependencies.mysql2?.replace("^", "");
    expect(devDependencies["mysql2-oldest"]).toBe(`npm:mysql2@${oldest}`);
    expect(version === oldest).toBe(driver === "mysql2-oldest");
  });

  it("is compiled, without the tests of this repository", () => {
    expect(readdirSync(installed.package).toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    const files = readdirSync(join(installed.package, "dist"), { recursive: true }).map(String);
    expect(files.filter((name) => !/(\.d\.ts|\.js|^testing)$/.test(name))).toEqual([]);
    expect(files.filter((name) => /test\.|lifecycle|scenarios|naive/.test(name))).toEqual([]);
  });

  it("has types for all of it, which refuse a mistake", async () => {
    installed.write({ "types.ts": types, "here.ts": here, "example.ts": example });
    expect(await installed.typecheck()).toBe("");
  });

  it("refuses options in plain JavaScript", async () => {
    installed.write({ "refused.js": refused });
    expect(await installed.run("refused.js")).toBe("limits.queue is -1; allowed: a whole number from 0");
  });

  it("does what the README shows, also when the COMMIT is lost", async () => {
    installed.write({ "here.ts": here, "example.ts": example });
    const env = { WRITER: String(lab.network.port), READER: String(lab.readerNetwork.port) };
    lab.network.cutAt("COMMIT", "after");
    const { rows, order, counters } = JSON.parse(await installed.run("example.ts", env)) as Record<string, unknown>;
    expect(await lab.cluster.primary.admin("SELECT id, request FROM orders")).toEqual([
      { id: order, request: "from the README" },
    ]);
    expect(rows).toEqual([]);
    expect(counters).toMatchObject({ "outcome-unknown": 1, "outcome-resolved": 1 });
  });

  // WHY not for both: `scenarios.lifecycle.ts` has the other.
  if (driver === "mysql2-oldest") {
    it.each(scenarios)("survives: $name", async ({ run }) => {
      await expect(run(lab)).resolves.toBeUndefined();
    });
  }
});
