import { contract } from "@mainstay/contract";
import { createServer, type KeyPair, type Server, selfSigned } from "@mainstay/mysql-resilience/testing";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { DatabasePlace, StaticLogin } from "../config.ts";

type StaticConfig = DatabasePlace & StaticLogin;

/** Where a server keeps its data, and how much it may have. */
export interface MariadbOptions {
  /**
   * Kept when the server ends, and used again.
   *
   * @default a temporary one, removed with the server
   */
  readonly directory?: string;
  /** Schema. @default contract.database.name */
  readonly name?: string;
  /** Of the user that the API connects as. */
  readonly password?: string;
  /** MiB for the pages of tables. @default 16 */
  readonly memory?: number;
}

/** A MariaDB of its own, or the MySQL that `MAINSTAY_MYSQLD` names: loopback only, on a free port, gone with the process that started it, however that ends. */
export interface Mariadb {
  /** As the API connects; its user owns the schema and nothing else. */
  readonly config: StaticConfig;
  /** PEM of the certificate that the server shows to those who ask for TLS. */
  readonly certificate: string;
  /** Ends the server as a power failure would. Data that was committed stays. */
  crash(): Promise<void>;
  /**
   * Starts it again, at the same port, with its data and a new certificate.
   *
   * @param name @default localhost; what the certificate says the server is called
   */
  restart(name?: string): Promise<void>;
  /** Gives the user of the API another password, and ends its connections. */
  rotate(password: string): Promise<void>;
  /** Runs statements as the server's administrator, for what the user of the API may not. */
  administer(...statements: string[]): Promise<void>;
  /** Stops all its threads, while connections stay open: the failure that no error reports. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends the server, and removes its files where they were temporary. */
  remove(): Promise<void>;
}

/**
 * Starts a server in about a second.
 *
 * @throws when the server is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  const { directory, name: schema = contract.database.name, password = "only-for-tests", memory = 16 } = options;
  const login = { name: schema, user: "api", password };
  const server = await createServer({
    ...(directory !== undefined && { directory }),
    redoLog: 16,
    options: (place) => [
      `--innodb-buffer-pool-size=${memory}M`,
      `--ssl-cert=${place}/certificate.pem`,
      `--ssl-key=${place}/key.pem`,
    ],
    initialSql: initialSql(login),
    probe: (port) => enter({ host: "127.0.0.1", port, ...login }),
  });
  let keys: KeyPair;
  const start = async (name: string) => {
    keys = await selfSigned(server.directory, name);
    await server.start();
  };
  try {
    await start("localhost");
  } catch (error) {
    await server.remove();
    throw error;
  }
  return {
    config: { host: "127.0.0.1", port: server.port, ...login },
    get certificate() {
      return keys.certificate;
    },
    crash: () => server.end("SIGKILL"),
    restart: (name = "localhost") => start(name),
    rotate: (next) => rotate(server, { ...login, password: next }),
    administer: (...statements) => administer(server, statements),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    remove: () => server.remove(),
  };
}

function initialSql({ name, user, password }: Omit<StaticConfig, "host" | "port">): string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS ${name};`,
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';`,
    `ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON ${name}.* TO '${user}'@'%';`,
  ];
}

async function administer({ socketPath }: Server, statements: readonly string[]): Promise<void> {
  const root = await createConnection({ socketPath, user: "root" });
  try {
    for (const statement of statements) await root.query(statement);
  } finally {
    await root.end();
  }
}

async function rotate({ socketPath, port }: Server, login: Omit<StaticConfig, "host" | "port">): Promise<void> {
  const root = await createConnection({ socketPath, user: "root" });
  await root.query(`ALTER USER '${login.user}'@'%' IDENTIFIED BY '${login.password}'`);
  // WHY: a MySQL that keeps hashes of passwords in memory (9.7) lets the former one in until the new one was used.
  await enter({ host: "127.0.0.1", port, ...login });
  const sql = "SELECT id FROM information_schema.processlist WHERE user = ?";
  const [rows] = await root.query<(RowDataPacket & { id: number })[]>(sql, [login.user]);
  for (const { id } of rows) await root.query(`KILL ${id}`).catch(() => undefined);
  await root.end();
}

async function enter({ host, port, user, password, name }: StaticConfig): Promise<void> {
  const connection = await createConnection({ host, port, user, password, database: name, connectTimeout: 1000 });
  await connection.end();
}
