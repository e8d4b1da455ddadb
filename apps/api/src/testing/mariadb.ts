import { contract } from "@mainstay/contract";
import { createServer, type KeyPair, selfSigned } from "@mainstay/mysql-resilience/testing";
import { createConnection } from "mysql2/promise";
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
  /** Of the user that the API connects as. */
  readonly password?: string;
  /** MiB for the pages of tables. @default 16 */
  readonly memory?: number;
}

/** A MariaDB server of its own: loopback only, on a free port, gone with the process that started it, however that ends. */
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
  /** Stops all its threads, while connections stay open: the failure that no error reports. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends the server, and removes its files where they were temporary. */
  remove(): Promise<void>;
}

/**
 * Starts a server in about a second.
 *
 * @throws when MariaDB is not installed, naming the packages, or with the end of the server's log when it does not start.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  const { directory, password = "only-for-tests", memory = 16 } = options;
  const login = { name: contract.database.name, user: "api", password };
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

async function enter({ host, port, user, password, name }: StaticConfig): Promise<void> {
  const connection = await createConnection({ host, port, user, password, database: name, connectTimeout: 1000 });
  await connection.end();
}
