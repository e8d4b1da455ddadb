import { contract, variables } from "@mainstay/contract";
import { type Authority, amazonRds, readAuthority } from "./authority.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the database is, and as whom to enter. */
export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** What the server's certificate is checked against. Absent: no TLS (only for a local database). */
  readonly ca?: Authority;
}

export interface Config {
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly database: DatabaseConfig;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Variable = (typeof variables)[keyof typeof variables];

/** The environment does not describe a service that could run. `message` lists every problem with its fix, one per line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(["The API cannot start: its environment is not right.", ...problems.map((line) => `  - ${line}`)].join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads and checks the whole environment once, at boot. A variable that is set to nothing counts as unset.
 *
 * @throws {ConfigError} with all problems at once. Values are quoted, the password never.
 */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const given = (name: Variable): string | undefined => environment[name] || undefined;

  function required(name: Variable, what: string): string {
    const value = given(name);
    if (value === undefined) problems.push(`${name} is not set. Set it to ${what}.`);
    return value ?? "";
  }

  function port(name: Variable, standard: number): number {
    const value = given(name) ?? String(standard);
    if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65_535) return Number(value);
    problems.push(`${name} is "${value}"; allowed: 1 to 65535. Correct it, or unset it for ${standard}.`);
    return standard;
  }

  function logLevel(): LogLevel {
    const value = given(variables.logLevel) ?? "info";
    const level = logLevels.find((known) => known === value);
    if (level === undefined) {
      problems.push(
        `${variables.logLevel} is "${value}"; allowed: ${logLevels.join(", ")}. Correct it, or unset it for info.`,
      );
    }
    return level ?? "info";
  }

  function authority(): { ca?: Authority } {
    const value = given(variables.databaseCa);
    if (value === undefined) return {};
    try {
      return { ca: readAuthority(value) };
    } catch {
      problems.push(
        `${variables.databaseCa} is "${value}"; allowed: ${amazonRds}, or the path of a readable PEM file. Correct it, or unset it for a local database without TLS.`,
      );
      return {};
    }
  }

  const config: Config = {
    port: port(variables.port, contract.port),
    logLevel: logLevel(),
    database: {
      host: required(variables.databaseHost, "the name or address of the MySQL server"),
      port: port(variables.databasePort, contract.database.port),
      name: given(variables.databaseName) ?? contract.database.name,
      user: required(variables.databaseUser, "the MySQL user of the API"),
      password: required(variables.databasePassword, "the password of that user"),
      ...authority(),
    },
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
