/** What a server says of itself, by the names that it uses. Only those that it knows. */
export type ServerVariables = Readonly<Record<string, string>>;

export type Engine = "mysql" | "mariadb" | "aurora";

/** What one server is, as seen when a connection to it was made. */
export interface Server {
  readonly engine: Engine;
  /** Takes writes of an ordinary user. */
  readonly writable: boolean;
  /** Tells this server from another one behind the same name. */
  readonly identity: string;
  /** How a replica can be asked to wait for a transaction of the primary. */
  readonly gtid: "mysql" | "mariadb" | "none";
}

/**
 * Asks every engine the same; a variable that it does not know is missing from the answer instead of an error.
 *
 * MySQL and Aurora: https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html (`read_only`, `super_read_only`);
 * an Aurora reader has `innodb_read_only` ON whatever `read_only` says. MariaDB has no `super_read_only`.
 */
export const serverQuery = `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${[
  "aurora_version",
  "gtid_mode",
  "hostname",
  "innodb_read_only",
  "log_bin",
  "port",
  "read_only",
  "server_id",
  "server_uuid",
  "super_read_only",
  "version",
]
  .map((name) => `'${name}'`)
  .join(", ")})`;

/** The cheap question for a connection that is known already; both variables exist in every engine. */
export const roleQuery = "SELECT @@global.read_only AS read_only, @@global.innodb_read_only AS innodb_read_only";

/** What `serverQuery` answered, decided. */
export function serverOf(variables: ServerVariables): Server {
  const engine = engineOf(variables);
  return {
    engine,
    writable: isWritable(variables),
    identity: ["hostname", "port", "server_id", "server_uuid"].map((name) => variables[name] ?? "").join("/"),
    gtid: gtidOf(engine, variables),
  };
}

function engineOf({ aurora_version: aurora, version = "" }: ServerVariables): Engine {
  if (aurora !== undefined) return "aurora";
  return /mariadb/i.test(version) ? "mariadb" : "mysql";
}

function gtidOf(engine: Engine, variables: ServerVariables): Server["gtid"] {
  // WHY: MariaDB numbers transactions whenever it writes a binary log; the others only when told to.
  if (engine === "mariadb") return isOff(variables.log_bin) ? "none" : "mariadb";
  return variables.gtid_mode === "ON" ? "mysql" : "none";
}

/** Whether no variable that is there forbids writing. */
export function isWritable(variables: Readonly<Record<string, unknown>>): boolean {
  return ["read_only", "super_read_only", "innodb_read_only"].every((name) => isOff(variables[name]));
}

/** WHY not "is it ON": recent MariaDB has several ways to be read-only, each with a name of its own. */
function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === 0 || value === "0" || value === "OFF";
}
