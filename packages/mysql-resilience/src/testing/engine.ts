import { existsSync } from "node:fs";
import { join } from "node:path";

/** A program and its words. */
export interface Command {
  readonly program: string;
  readonly options: readonly string[];
}

/** How a server is made and started. MariaDB and MySQL have different programs, and other names for the same options. */
export interface Engine {
  readonly name: "mariadb" | "mysql";
  /** Makes the files of an empty server, whose `root` has no password, in `directory`/data. */
  readonly install: (directory: string, redoLog: number) => Command;
  /** Runs what `install` has made. */
  readonly start: (redoLog: number) => Command;
  /** What to do when its program is not there. */
  readonly missing: string;
}

/** Path of a `mysqld`, 8.0 or later: servers are MySQL instead of MariaDB. */
const variable = "MAINSTAY_MYSQLD";

const mariadb: Engine = {
  name: "mariadb",
  install: (directory, redoLog) => ({
    program: "mariadb-install-db",
    options: [
      "--no-defaults",
      `--datadir=${join(directory, "data")}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
      ...mariadbLog(redoLog),
    ],
  }),
  start: (redoLog) => ({ program: "mariadbd", options: ["--no-defaults", ...mariadbLog(redoLog)] }),
  missing:
    "MariaDB is not installed, and it is needed here. On Debian: apt-get install mariadb-server-core mariadb-client-core",
};

function mariadbLog(redoLog: number): string[] {
  return [`--innodb-log-file-size=${redoLog}M`];
}

function mysql(program: string): Engine {
  return {
    name: "mysql",
    install: (directory, redoLog) => ({
      program,
      options: [...mysqlOptions(redoLog), "--initialize-insecure", `--datadir=${join(directory, "data")}`],
    }),
    start: (redoLog) => ({
      program,
      options: [
        ...mysqlOptions(redoLog),
        // As an RDS instance with backups, and a parameter group of `packages/rds`, has them.
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        "--log-bin-trust-function-creators=1",
      ],
    }),
    missing: `${variable} is ${program}; allowed: the path of a mysqld. On Ubuntu: apt-get install mysql-server-core-8.0`,
  };
}

function mysqlOptions(redoLog: number): string[] {
  return [
    "--no-defaults",
    // WHY at least 8: MySQL takes no less.
    `--innodb-redo-log-capacity=${Math.max(8, redoLog)}M`,
    "--mysqlx=OFF",
    // WHY: the directory that a distribution has in mind is not there without its package of the service.
    "--secure-file-priv=NULL",
  ];
}

/** The engine of all servers of this process. @throws when `MAINSTAY_MYSQLD` leads nowhere */
export function engineInUse(environment: NodeJS.ProcessEnv = process.env): Engine {
  const program = environment[variable];
  if (program === undefined || program === "") return mariadb;
  const engine = mysql(program);
  if (!existsSync(program)) throw new Error(engine.missing);
  return engine;
}
