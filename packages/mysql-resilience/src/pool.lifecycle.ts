import { channel } from "node:diagnostics_channel";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import {
  channelName,
  createResilientPool,
  InvalidOptions,
  type PoolEvent,
  type ResilientPool,
  secretCredentials,
} from "./index.ts";
import { selfSigned } from "./testing/certificate.ts";
import { barrier, eventually } from "./testing/eventually.ts";
import { connectionId, type Lab, number, startLab } from "./testing/lab.ts";
import { database, startMariadb, user } from "./testing/mariadb.ts";
import { startProxy } from "./testing/proxy.ts";

let lab: Lab<ResilientPool>;

beforeAll(async () => {
  lab = await startLab(createResilientPool, 20_000);
});
afterEach(() => lab?.tidy());
afterAll(() => lab?.remove());

const counters = (pool: ResilientPool) => pool.metrics().counters;
const one = (pool: ResilientPool) => number(pool, "SELECT 1");

/** Has `size` connections lent at the same time. */
async function open(pool: ResilientPool, size: number): Promise<void> {
  const meet = barrier(size);
  await Promise.all(Array.from({ length: size }, () => pool.read(meet)));
}

describe("credentials", () => {
  it("pain 17: item 9: a refused password is read anew behind any cache, and nothing else is noticed", async () => {
    let secret = { username: user.user, password: user.password };
    const pool = await lab.open({ credentials: secretCredentials(async () => JSON.stringify(secret)) });
    await one(pool);
    await lab.rotate("rotated");
    secret = { username: user.user, password: "rotated" };
    lab.network.reset();
    expect(await eventually(() => one(pool))).toBe(1);
    expect(counters(pool)).toMatchObject({ "credentials-refreshed.writer": 1 });
    expect(Object.keys(counters(pool))).not.toContain("connection-failed.writer.denied");
  });

  it("that are wrong are not tried twice, and callers hear it at once", async () => {
    const pool = await lab.open({ credentials: { user: user.user, password: "wrong" }, retry: { repeats: 0 } });
    await expect(one(pool)).rejects.toMatchObject({ reason: "denied", cause: { errno: 1045 } });
    expect(Object.keys(counters(pool))).not.toContain("credentials-refreshed.writer");
  });

  it("that cannot be read do not end the pool", async () => {
    let away = true;
    const source = () => (away ? Promise.reject(new Error("no secret")) : user);
    const pool = await lab.open({ credentials: source });
    await expect(one(pool)).rejects.toMatchObject({ cause: { name: "CredentialsUnavailable" } });
    away = false;
    expect(await eventually(() => one(pool))).toBe(1);
  });
});

describe("credentials that come too late", () => {
  it("make no connection that nobody owns", async () => {
    const late = Promise.withResolvers<typeof user>();
    const pool = await lab.open({ credentials: () => late.promise, limits: { connectMs: 50, acquireMs: 400 } });
    await expect(one(pool)).rejects.toMatchObject({ name: "DatabaseUnavailable" });
    await pool.close(0);
    const { accepted } = lab.network;
    late.resolve(user);
    // One that would be made now comes before this one's.
    await one(await lab.open());
    expect(lab.network.accepted).toBe(accepted + 1);
  });
});

describe("TLS", () => {
  const secure = async () => {
    const directory = await mkdtemp(join(tmpdir(), "mainstay-tls-"));
    const keys = await selfSigned(directory, "localhost");
    const server = await startMariadb(9, [`--ssl-cert=${keys.certificatePath}`, `--ssl-key=${keys.keyPath}`]);
    const network = await startProxy(server.port);
    return {
      directory,
      network,
      server: { port: network.port, database, ssl: { ca: keys.certificate, verifyIdentity: true } },
      remove: async () => {
        await network.close();
        await server.remove();
        await rm(directory, { recursive: true });
      },
    };
  };

  it("is used with the server checked, and silence is noticed inside it", async () => {
    const { directory, network, server, remove } = await secure();
    const limits = { statementMs: 300, trustIdleMs: 60_000, silenceMs: 60_000 };
    const pool = await lab.open({ connection: { host: "localhost", ...server }, limits });
    const [rows] = await pool.read((session) => session.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'"));
    expect(rows).toEqual([expect.objectContaining({ Value: expect.stringMatching(/^TLS_/) })]);
    network.silenceOpen();
    expect(await one(pool)).toBe(1);
    expect(counters(pool)).toMatchObject({ "statement-timeout.writer": 1, "connection-closed.writer.silent": 1 });
    const stranger = await selfSigned(directory, "localhost");
    const ssl = { ca: stranger.certificate, verifyIdentity: true };
    const other = await lab.open({ connection: { host: "localhost", ...server, ssl } });
    await expect(one(other)).rejects.toMatchObject({ cause: { message: expect.stringContaining("self-signed") } });
    await Promise.all([pool.close(0), other.close(0)]);
    await remove();
  });
});

describe("the pool", () => {
  it("closes what rests for long, and more than half of a burst", async () => {
    const pool = await lab.open({ limits: { connections: 4, maxIdle: 1, idleMs: 1_500, roleCheckMs: 100 } });
    await open(pool, 4);
    expect(pool.metrics().writer.idle).toBe(4);
    await eventually(() => expect(counters(pool)["connection-closed.writer.idle"]).toBe(4));
    expect(pool.metrics().writer.idle).toBe(0);
  });

  it("notices that a connection at rest was closed by the server", async () => {
    const pool = await lab.open();
    const id = await connectionId(pool);
    await lab.cluster.primary.admin(`KILL ${id}`);
    await eventually(() => expect(counters(pool)["connection-closed.writer.ended"]).toBe(1));
    expect(pool.metrics().writer).toMatchObject({ generation: 1, idle: 0 });
  });

  it("ready answers from what was heard a moment ago, even when every connection is lent", async () => {
    const pool = await lab.open({ limits: { connections: 1 } });
    await pool.ready();
    const slow = pool.read((session) => session.query("SELECT SLEEP(0.5)"));
    await pool.ready();
    expect(pool.metrics().writer).toMatchObject({ busy: 1, waiting: 0 });
    await slow;
  });

  it("ready asks when nothing was heard for long", async () => {
    const pool = await lab.open({ limits: { roleCheckMs: 60_000, silenceMs: 1_000 } });
    await pool.ready();
    expect(pool.metrics().writer.idle).toBe(1);
    lab.network.cutAt("'sign'", "before");
    await pool.read((session) => session.query("SELECT 'sign'")).catch(() => undefined);
    await pool.ready();
    expect(pool.metrics().writer.generation).toBe(2);
  });

  it("close waits for what runs, refuses what comes, and cuts off what takes too long", async () => {
    const pool = await lab.open({ limits: { connections: 2 } });
    const quick = pool.read((session) => session.query("SELECT SLEEP(0.2)"));
    await eventually(() => expect(pool.metrics().writer.busy).toBe(1));
    const closing = pool.close(5_000);
    await expect(one(pool)).rejects.toMatchObject({ reason: "closed" });
    expect(await closing).toBe(0);
    await quick;

    const other = await lab.open({ retry: { repeats: 0 } });
    const slow = other.read((session) => session.query("SELECT SLEEP(5)")).catch((error: unknown) => error);
    await eventually(() => expect(other.metrics().writer.busy).toBe(1));
    expect(await other.close(50)).toBe(1);
    expect(await slow).toMatchObject({ name: "DatabaseUnavailable" });
  });

  it("close gives up connections that are being made", async () => {
    const pool = await lab.open();
    lab.network.silence();
    const waiting = one(pool).catch((error: unknown) => error);
    await eventually(() => expect(pool.metrics().writer.connecting).toBe(1));
    expect(await pool.close(0)).toBe(0);
    expect(await waiting).toMatchObject({ reason: "closed" });
    await eventually(() => expect(pool.metrics().writer.connecting).toBe(0));
    await eventually(() => expect(lab.network.open).toBe(0));
  });

  it("tells what happens, by events, counters and the diagnostics channel", async () => {
    const seen: PoolEvent[] = [];
    const listen = (event: unknown) => void seen.push(event as PoolEvent);
    channel(channelName).subscribe(listen);
    const pool = await lab.open();
    const opened: unknown[] = [];
    pool.events.on("connection-opened", (event) => opened.push(event));
    await one(pool);
    channel(channelName).unsubscribe(listen);
    expect(opened).toEqual([{ endpoint: "writer", generation: 1, identity: expect.any(String) }]);
    expect(seen).toEqual([{ event: "connection-opened", ...(opened[0] as object) }]);
    expect(pool.metrics()).toEqual({
      counters: { "connection-opened.writer": 1 },
      writer: { generation: 1, breaker: "closed", idle: 1, busy: 0, connecting: 0, waiting: 0 },
      reader: undefined,
      retryBudget: 20,
    });
  });

  it("takes a socket file in place of an address", async () => {
    const pool = await lab.open({ connection: { socketPath: lab.cluster.primary.socketPath, database } });
    expect(await one(pool)).toBe(1);
    expect(lab.network.open).toBe(0);
  });

  it("refuses options that cannot work, all at once", () => {
    expect(() =>
      createResilientPool({
        connection: {},
        credentials: user,
        limits: { connections: 0, acquireMs: -1 },
        retry: { ratio: 2 },
      }),
    ).toThrow(InvalidOptions);
  });
});
