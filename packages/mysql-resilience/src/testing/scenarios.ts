import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@jest/globals";
import { fileCredentials } from "../credentials.ts";
import { barrier, eventually } from "./eventually.ts";
import { connectionId, type Lab, number, place } from "./lab.ts";
import { user } from "./mariadb.ts";

/** A failure that production knows. It rejects when the layer does not survive it. */
export interface Scenario {
  readonly name: string;
  /** What a naive layer ends with. */
  readonly naively: RegExp;
  readonly run: (lab: Lab) => Promise<void>;
}

const unavailable = expect.objectContaining({ name: "DatabaseUnavailable" });

/** Everything that `api-failover` asks of a database layer and a naive one does not do. */
export const scenarios: readonly Scenario[] = [
  {
    name: "pain 18: pool stuck on a demoted writer",
    naively: /read-only/,
    run: async (lab) => {
      const layer = await lab.open();
      await Promise.all(["a", "b", "c"].map((request) => place(layer, request)));
      await lab.cluster.switchOver();
      lab.follow();
      await eventually(() => place(layer, "after"), lab.patienceMs);
      await Promise.all(Array.from({ length: 20 }, (_, index) => place(layer, `more-${index}`)));
    },
  },
  {
    name: "pain 17: app dies after secret rotation",
    naively: /Access denied/,
    run: async (lab) => {
      const directory = await mkdtemp(join(tmpdir(), "mainstay-secret-"));
      const path = join(directory, "secret.json");
      const store = (password: string) => writeFile(path, JSON.stringify({ username: user.user, password }));
      try {
        await store(user.password);
        const layer = await lab.open({ credentials: fileCredentials(path) });
        await place(layer, "before");
        await lab.rotate("rotated");
        await store("rotated");
        lab.network.reset();
        await eventually(() => place(layer, "after"), lab.patienceMs);
      } finally {
        await rm(directory, { recursive: true });
      }
    },
  },
  {
    name: "item 1: a connection is not lent again with what its last user left on it",
    naively: /Received: 42/,
    run: async (lab) => {
      const layer = await lab.open({ limits: { connections: 1 } });
      await layer.write((session) => session.query("SET @mine = 42"));
      expect(await number(layer, "SELECT IFNULL(@mine, 0)")).toBe(0);
      await layer.write((session) => session.query("START TRANSACTION"));
      await layer.write((session) => session.query("INSERT INTO orders (request) VALUES ('left')"));
      const [{ count } = { count: 0 }] = await lab.cluster.primary.admin<{ count: number }>(
        "SELECT COUNT(*) AS count FROM orders",
      );
      expect(count).toBe(1);
    },
  },
  {
    name: "item 1: a connection whose statement was abandoned is not lent again",
    naively: /no answer/,
    run: async (lab) => {
      const layer = await lab.open({
        limits: { connections: 1, statementMs: 200, silenceMs: 60_000, trustIdleMs: 60_000 },
      });
      const first = await connectionId(layer);
      lab.network.silenceOpen();
      await eventually(async () => expect(await connectionId(layer)).not.toBe(first), lab.patienceMs);
    },
  },
  {
    name: "item 2: who waits for a connection has a deadline, and too many do not wait at all",
    naively: /queue-full/,
    run: async (lab) => {
      const layer = await lab.open({ limits: { connections: 1, queue: 1, acquireMs: 300 } });
      await layer.ready();
      const slow = layer.read((session) => session.query("SELECT SLEEP(2)"));
      const waits = layer.read((session) => session.query("SELECT 1")).catch((error: unknown) => error);
      const refused = layer.read((session) => session.query("SELECT 1")).catch((error: unknown) => error);
      expect(await refused).toMatchObject({ name: "DatabaseUnavailable", reason: "queue-full" });
      expect(await waits).toMatchObject({ name: "DatabaseUnavailable", reason: "no-connection" });
      await slow;
    },
  },
  {
    name: "item 3: a connection does not live for ever",
    naively: /not.toBe/,
    run: async (lab) => {
      const layer = await lab.open({ limits: { lifetimeMs: 300 } });
      const first = await connectionId(layer);
      await eventually(async () => expect(await connectionId(layer)).not.toBe(first), lab.patienceMs);
    },
  },
  {
    name: "item 4: when the network swallows everything, all callers hear of it, and the pool comes back",
    naively: /no answer/,
    run: async (lab) => {
      const layer = await lab.open({ limits: { statementMs: 1_000, silenceMs: 200, pingMs: 300, connectMs: 500 } });
      const reads = () => Array.from({ length: 30 }, () => number(layer, "SELECT 1").catch((error: unknown) => error));
      await Promise.all(reads());
      lab.network.silence();
      const answers = await eventually(() => Promise.all(reads()), lab.patienceMs);
      expect(new Set(answers.map(String))).not.toContain("1");
      lab.network.pass();
      await eventually(() => number(layer, "SELECT 1"), lab.patienceMs);
    },
  },
  {
    name: "item 5: a writer that is demoted when we connect is refused",
    naively: /resolved instead of rejected/,
    run: async (lab) => {
      await lab.cluster.primary.admin("SET GLOBAL read_only = 1");
      const layer = await lab.open();
      await expect(layer.ready()).rejects.toEqual(unavailable);
      await expect(place(layer, "early")).rejects.toEqual(unavailable);
      await lab.cluster.primary.admin("SET GLOBAL read_only = 0");
      await eventually(() => place(layer, "late"), lab.patienceMs);
    },
  },
  {
    name: "item 5: a demotion is noticed when nobody writes",
    naively: /resolved instead of rejected/,
    run: async (lab) => {
      const layer = await lab.open({ limits: { roleCheckMs: 100 } });
      await layer.ready();
      await lab.cluster.primary.admin("SET GLOBAL read_only = 1");
      await eventually(() => expect(layer.ready()).rejects.toEqual(unavailable), lab.patienceMs);
    },
  },
  {
    name: "item 6: a COMMIT that the server never saw is done once",
    naively: /closed state/,
    run: (lab) => lostCommit(lab, "before"),
  },
  {
    name: "item 6: a COMMIT whose answer was lost is done once",
    naively: /closed state/,
    run: (lab) => lostCommit(lab, "after"),
  },
  {
    name: "item 6: a request that comes again is done once",
    naively: /Duplicate entry/,
    run: async (lab) => {
      const layer = await lab.open();
      expect(await place(layer, "once")).toBe("once");
      expect(await place(layer, "once")).toBe("once");
      expect(await number(layer, "SELECT COUNT(*) FROM orders")).toBe(1);
    },
  },
  {
    name: "item 6: a read whose connection is reset is repeated",
    naively: /ECONNRESET/,
    run: async (lab) => {
      const layer = await lab.open();
      await layer.ready();
      lab.network.cutAt("'needle'", "after");
      expect(await number(layer, "SELECT LENGTH('needle')")).toBe(6);
    },
  },
  {
    name: "item 6: a transaction whose connection an administrator kills is repeated",
    naively: /closed state/,
    run: async (lab) => {
      const layer = await lab.open();
      let attempts = 0;
      await layer.transaction(async (session) => {
        attempts += 1;
        await session.query("INSERT INTO orders (request) VALUES ('killed')");
        if (attempts === 1) await lab.cluster.primary.admin(`KILL ${session.connection.threadId}`);
        await session.query("UPDATE orders SET amount = amount + 1");
      });
      expect(await number(layer, "SELECT SUM(amount) FROM orders")).toBe(1);
    },
  },
  {
    name: "item 6: of two transactions in a deadlock both are done",
    naively: /Deadlock found/,
    run: async (lab) => {
      const layer = await lab.open();
      await Promise.all([place(layer, "x"), place(layer, "y")]);
      const meeting = barrier(2);
      const update = (first: string, second: string) =>
        layer.transaction(async (session) => {
          const add = "UPDATE orders SET amount = amount + 1 WHERE request = ?";
          await session.query(add, [first]);
          await meeting();
          await session.query(add, [second]);
        });
      await Promise.all([update("x", "y"), update("y", "x")]);
      expect(await number(layer, "SELECT SUM(amount) FROM orders")).toBe(4);
    },
  },
  {
    name: "item 6: a lock that is held for too long is waited for again",
    naively: /Lock wait timeout/,
    run: async (lab) => {
      const layer = await lab.open();
      await place(layer, "locked");
      const held = Promise.withResolvers<void>();
      const holder = layer.transaction(async (session) => {
        await session.query("UPDATE orders SET amount = amount + 1");
        held.resolve();
        await sleep(1_500);
      });
      holder.catch(() => undefined);
      await held.promise;
      await layer.transaction(async (session) => {
        await session.query("SET SESSION innodb_lock_wait_timeout = 1");
        await session.query("UPDATE orders SET amount = amount + 1");
      });
      await holder;
      expect(await number(layer, "SELECT SUM(amount) FROM orders")).toBe(2);
    },
  },
  {
    name: "item 7: while the server is away callers are refused at once, and hear when to come back",
    naively: /breaker-open/,
    run: async (lab) => {
      const layer = await lab.open();
      await layer.ready();
      await lab.network.refuse();
      await eventually(
        () =>
          expect(place(layer, "refused")).rejects.toMatchObject({
            reason: "breaker-open",
            retryAfterMs: expect.any(Number),
            cause: expect.objectContaining({ code: "ECONNREFUSED" }),
          }),
        lab.patienceMs,
      );
      await lab.network.accept();
      await eventually(() => place(layer, "accepted"), lab.patienceMs);
    },
  },
  {
    name: "the server has fewer connections for us than we want",
    naively: /max_user_connections/,
    run: async (lab) => {
      await lab.cluster.primary.admin(`ALTER USER '${user.user}'@'%' WITH MAX_USER_CONNECTIONS 2`);
      const layer = await lab.open({ limits: { acquireMs: 10_000 } });
      await eventually(() => layer.ready(), lab.patienceMs);
      const reads = Array.from({ length: 20 }, () => layer.read((session) => session.query("SELECT SLEEP(0.05)")));
      await Promise.all(reads);
    },
  },
  {
    name: "kill -9 and restart under load: nothing acknowledged is lost, nothing is done twice, no other error is seen",
    naively: /Received/,
    run: async (lab) => {
      const layer = await lab.open();
      const acknowledged: string[] = [];
      const stop = new AbortController();
      const writer = async (name: number) => {
        for (let count = 0; !stop.signal.aborted; count += 1) {
          try {
            acknowledged.push(await place(layer, `${name}-${count}`));
          } catch (error) {
            expect(["DatabaseUnavailable", "OutcomeUnknown"]).toContain((error as Error).name);
            await sleep(20);
          }
        }
      };
      const writers = Promise.all([1, 2, 3, 4].map(writer));
      writers.catch(() => undefined);
      const during = async () => {
        await eventually(() => expect(acknowledged.length).toBeGreaterThan(20), lab.patienceMs);
        await lab.cluster.primary.crash();
        await lab.cluster.primary.restart();
        const before = acknowledged.length;
        await eventually(() => expect(acknowledged.length).toBeGreaterThan(before + 20), lab.patienceMs);
      };
      await during().finally(() => stop.abort());
      await writers;
      const rows = await lab.cluster.primary.admin<{ request: string }>("SELECT request FROM orders");
      const stored = rows.map(({ request }) => request);
      expect(stored).toEqual(expect.arrayContaining(acknowledged));
      expect(new Set(stored).size).toBe(stored.length);
    },
  },
];

async function lostCommit(lab: Lab, when: "before" | "after"): Promise<void> {
  const layer = await lab.open();
  await place(layer, "warm");
  lab.network.cutAt("COMMIT", when);
  expect(await place(layer, "lost")).toBe("lost");
  expect(await number(layer, "SELECT COUNT(*) FROM orders WHERE request = 'lost'")).toBe(1);
}
