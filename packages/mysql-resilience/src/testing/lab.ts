import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { ResilientPoolOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { database, type Replicated, startReplicated, user } from "./mariadb.ts";
import type { Layer } from "./naive.ts";
import { startProxy, type TcpProxy } from "./proxy.ts";

export type Open<L extends Layer> = (options: ResilientPoolOptions) => L | Promise<L>;

/** A primary and a replica behind proxies, and layers over them. */
export interface Lab<L extends Layer = Layer> {
  readonly cluster: Replicated;
  /** The network before the primary: its name follows {@link follow}. */
  readonly network: TcpProxy;
  readonly readerNetwork: TcpProxy;
  /** How long a scenario waits for what has to come. */
  readonly patienceMs: number;
  /** Opens a layer; it is closed after the test. */
  open(options?: Partial<ResilientPoolOptions>): Promise<L>;
  /** Gives the user of the layers another password; {@link tidy} gives back the first. */
  rotate(password: string): Promise<void>;
  /** Sends new connections to where the primary is now. */
  follow(): void;
  /** Closes what was opened, and mends what was broken. */
  tidy(): Promise<void>;
  remove(): Promise<void>;
}

const table = `CREATE TABLE orders (
  id INT AUTO_INCREMENT PRIMARY KEY, request VARCHAR(60) NOT NULL UNIQUE, amount INT NOT NULL DEFAULT 0
) ENGINE=InnoDB`;

export async function startLab<L extends Layer>(create: Open<L>, patienceMs: number): Promise<Lab<L>> {
  const cluster = await startReplicated();
  const [network, readerNetwork] = await Promise.all([
    startProxy(cluster.primary.port),
    startProxy(cluster.replica.port),
  ]);
  const opened: L[] = [];
  await newTable(cluster);
  const lab: Lab<L> = {
    cluster,
    network,
    readerNetwork,
    patienceMs,
    open: async (options) => {
      const layer = await create({
        connection: { host: "127.0.0.1", port: network.port, database },
        credentials: user,
        ...options,
      });
      opened.push(layer);
      return layer;
    },
    rotate: async (password) => {
      const { primary } = cluster;
      await primary.admin(`ALTER USER '${user.user}'@'%' IDENTIFIED BY '${password}'`);
      // WHY: a MySQL that keeps hashes of passwords in memory (9.7) lets the former one in until the new one was used.
      await (await createConnection({ host: "127.0.0.1", port: primary.port, user: user.user, password })).end();
    },
    follow: () => {
      network.leadTo(cluster.primary.port);
      readerNetwork.leadTo(cluster.replica.port);
    },
    tidy: async () => {
      await Promise.all(opened.splice(0).map((layer) => layer.close(0)));
      for (const proxy of [network, readerNetwork]) {
        proxy.pass();
        proxy.reset();
        await proxy.accept();
      }
      await cluster.primary.admin("SET GLOBAL read_only = 0");
      await cluster.primary.admin(`ALTER USER '${user.user}'@'%' WITH MAX_USER_CONNECTIONS 0`);
      await lab.rotate(user.password);
      await newTable(cluster);
      lab.follow();
    },
    remove: async () => {
      await Promise.all([network.close(), readerNetwork.close()]);
      await cluster.remove();
    },
  };
  return lab;
}

async function newTable({ primary }: Replicated): Promise<void> {
  await primary.admin("DROP TABLE IF EXISTS orders");
  await primary.admin(table);
}

/** Places an order once, however often it is asked to. */
export function place(layer: Layer, request: string): Promise<string> {
  return layer.transaction(
    async (session) => {
      await session.query("INSERT INTO orders (request) VALUES (?)", [request]);
      return request;
    },
    { idempotencyKey: request, resolve: find },
  );
}

/** The request of an order, when it is there. */
export async function find(session: Session, request: string): Promise<string | undefined> {
  const [rows] = await session.query<RowDataPacket[]>("SELECT request FROM orders WHERE request = ? FOR UPDATE", [
    request,
  ]);
  return rows[0]?.request;
}

/** One number from one statement. */
export async function number(layer: Layer, sql: string): Promise<number> {
  const [rows] = await layer.read((session) => session.query<RowDataPacket[]>(sql));
  return Number(Object.values(rows[0] ?? {})[0]);
}

export const connectionId = (layer: Layer): Promise<number> => number(layer, "SELECT CONNECTION_ID()");
