import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import { freePort } from "@mainstay/mysql-resilience/testing";
import { checkedFetch } from "./testing/openapi.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function run(file: string, environment: Record<string, string>) {
  const path = new URL(file, import.meta.url).pathname;
  const child = spawn(process.execPath, [path], { env: { ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const stdout = text(child.stdout);
  const stderr = text(child.stderr);
  return {
    child,
    ended: async () => {
      const [code] = await once(child, "close");
      return { code, stdout: await stdout, stderr: await stderr };
    },
  };
}

/** Complete, though no database listens there: the process must start all the same. */
async function complete() {
  return {
    [variables.port]: String(await freePort()),
    [variables.databaseHost]: "127.0.0.1",
    [variables.databasePort]: String(await freePort()),
    [variables.databaseUser]: "api",
    [variables.databasePassword]: "secret",
    [variables.tokenKey]: "only-for-tests-only-for-tests-only",
  };
}

describe("the process", () => {
  it.each(["main.ts", "migrate.ts"])(
    "%s ends with 1 and a list, not a stack, when its environment is not right",
    async (file) => {
      const { code, stdout, stderr } = await run(file, { [variables.port]: "x" }).ended();
      expect(code).toBe(1);
      expect(stdout).toBe("");
      expect(stderr.trim().split("\n")).toEqual([
        "The API cannot start: its environment is not right.",
        expect.stringMatching(/^ {2}- PORT is "x"/),
        expect.stringMatching(/^ {2}- DATABASE_HOST is not set/),
        expect.stringMatching(/^ {2}- DATABASE_USER is not set/),
        expect.stringMatching(/^ {2}- DATABASE_PASSWORD is not set/),
        expect.stringMatching(/^ {2}- TOKEN_KEY is not set/),
      ]);
    },
  );

  it("migrate.ts says that the database cannot be reached", async () => {
    const { code, stderr } = await run("migrate.ts", await complete()).ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The database cannot be reached .* DATABASE_HOST and DATABASE_PORT right\?\n$/);
  });

  it("says so when its port is taken", async () => {
    const port = await freePort();
    const other = createServer().listen(port);
    await once(other, "listening");
    const { code, stderr } = await run("main.ts", { ...(await complete()), [variables.port]: String(port) }).ended();
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The port is in use\. .* PORT to another\.\n$/),
    });
  });

  it("starts without its database, passes its own health check, and ends with 0 on Ctrl-C", async () => {
    const set = await complete();
    expect((await run("healthcheck.ts", set).ended()).code).toBe(1);
    const { child, ended } = run("main.ts", set);
    await once(child.stdout, "data");
    expect((await run("healthcheck.ts", set).ended()).code).toBe(0);
    const ready = await checkedFetch(`http://127.0.0.1:${set[variables.port]}`)(contract.health.readyPath);
    expect(ready.status).toBe(503);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ phase, msg }) => phase ?? msg)
        // WHY: how often the pool says that nobody is there depends on how quick the machine is.
        .filter((what) => what !== "database"),
    ).toEqual(["listening", "not migrated yet", "request", "lameDuck", "draining", "stopped"]);
  });
});
