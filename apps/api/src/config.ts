import { contract, variables } from "@mainstay/contract";
import { type Authority, amazonRds, readAuthority } from "./authority.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the database is. */
export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** What the server's certificate is checked against. Absent: no TLS (only for a local database). */
  readonly ca?: Authority;
}

/** Known for as long as the process runs. */
export interface StaticLogin {
  readonly user: string;
  readonly password: string;
}

/** As whom to enter: known, or read for each new connection from a file, or from Secrets Manager by its ARN. */
export type DatabaseLogin = StaticLogin | { readonly credentialsFile: string } | { readonly secret: string };

export type DatabaseConfig = DatabasePlace & DatabaseLogin;

export interface Config {
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly database: DatabaseConfig;
  /** What keys are derived from; the first makes new ones. */
  readonly secrets: readonly [string, ...string[]];
  readonly documentsDirectory: string;
  readonly corsOrigins: readonly string[];
  readonly proxies: number;
  readonly requestsPerMinute: number;
  /** Absent: metrics are not served. */
  readonly metricsPort?: number;
  /** Absent: nothing is traced. */
  readonly tracesEndpoint?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Variable = (typeof variables)[keyof typeof variables];

/** Shorter secrets can be guessed. */
const secretLength = 32;

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
 * @throws {ConfigError} with all problems at once. Values are quoted; passwords and keys never.
 */
export function readConfig(environment: Environment): Config {
  const reader = new Reader(environment);
  const config: Config = {
    port: reader.number(variables.port, { least: 1, most: 65_535, standard: contract.port }),
    logLevel: reader.logLevel(),
    database: reader.database(),
    secrets: reader.secrets(),
    documentsDirectory: reader.given(variables.documentsDirectory) ?? contract.documents.directory,
    corsOrigins: reader.origins(),
    proxies: reader.number(variables.trustedProxies, { least: 0, most: 10, standard: contract.requests.proxies }),
    requestsPerMinute: reader.number(variables.rateLimit, {
      least: 1,
      most: 100_000_000,
      standard: contract.requests.perMinute,
    }),
    ...reader.metricsPort(),
    ...reader.tracesEndpoint(),
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}

/** Reads variables, and notes what is wrong with them instead of stopping at the first. */
class Reader {
  readonly problems: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  given(name: Variable): string | undefined {
    return this.#environment[name] || undefined;
  }

  /** @param standard What holds where the variable is unset; words where that is no number, for a variable that is set */
  number(
    name: Variable,
    { least, most, standard }: { least: number; most: number; standard: number | string },
  ): number {
    const value = this.given(name) ?? String(standard);
    if (/^(0|[1-9]\d{0,9})$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    this.problems.push(`${name} is "${value}"; allowed: ${least} to ${most}. Correct it, or unset it for ${standard}.`);
    return least;
  }

  logLevel(): LogLevel {
    const value = this.given(variables.logLevel) ?? "info";
    const level = logLevels.find((known) => known === value);
    if (level === undefined) {
      this.problems.push(
        `${variables.logLevel} is "${value}"; allowed: ${logLevels.join(", ")}. Correct it, or unset it for info.`,
      );
    }
    return level ?? "info";
  }

  database(): DatabaseConfig {
    return { ...(this.#databaseUrl() ?? this.#databaseVariables()), ...this.#authority() };
  }

  #databaseUrl(): (DatabasePlace & StaticLogin) | undefined {
    const value = this.given(variables.databaseUrl);
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const parts = url && {
      host: url.hostname,
      port: Number(url.port || contract.database.port),
      name: decoded(url.pathname.slice(1)) || contract.database.name,
      user: decoded(url.username),
      password: decoded(url.password),
    };
    const usable = parts && /^(mysql|mariadb):$/.test(url.protocol) && parts.host && parts.user;
    if (usable && !url.search) return parts;
    // WHY not quoted: it holds a password.
    this.problems.push(
      `${variables.databaseUrl} is not mysql://USER:PASSWORD@HOST:PORT/SCHEMA, without parameters. Correct it (percent-encode signs in the password; TLS is ${variables.databaseCa}), or unset it.`,
    );
    return undefined;
  }

  #databaseVariables(): DatabaseConfig {
    const other = this.given(variables.databaseUrl) !== undefined;
    const required = (name: Variable, what: string) => {
      const value = this.given(name);
      if (value === undefined && !other) this.problems.push(`${name} is not set. Set it to ${what}.`);
      return value ?? "";
    };
    return {
      host: required(variables.databaseHost, "the name or address of the MySQL server"),
      port: this.number(variables.databasePort, { least: 1, most: 65_535, standard: contract.database.port }),
      name: this.given(variables.databaseName) ?? contract.database.name,
      ...(this.#rotatingLogin() ?? {
        user: required(variables.databaseUser, "the MySQL user of the API"),
        password: required(variables.databasePassword, "the password of that user"),
      }),
    };
  }

  #rotatingLogin(): DatabaseLogin | undefined {
    const file = this.given(variables.databaseCredentialsFile);
    const secret = this.given(variables.databaseSecret);
    if (file === undefined && secret === undefined) return undefined;
    const others = [
      variables.databaseCredentialsFile,
      variables.databaseSecret,
      variables.databaseUser,
      variables.databasePassword,
    ].filter((name) => this.given(name) !== undefined);
    if (others.length > 1) {
      this.problems.push(
        `${others.join(", ")} are set; allowed: ${variables.databaseCredentialsFile} alone, ${variables.databaseSecret} alone, or ${variables.databaseUser} with ${variables.databasePassword}. Unset the others.`,
      );
    }
    if (secret === undefined) return { credentialsFile: file ?? "" };
    if (!/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/.test(secret)) {
      this.problems.push(
        `${variables.databaseSecret} is "${secret}"; allowed: an ARN as in arn:aws:secretsmanager:eu-west-1:123456789012:secret:NAME. Correct it, or unset it.`,
      );
    }
    return { secret };
  }

  #authority(): { ca?: Authority } {
    const value = this.given(variables.databaseCa);
    if (value === undefined) return {};
    try {
      return { ca: readAuthority(value) };
    } catch {
      this.problems.push(
        `${variables.databaseCa} is "${value}"; allowed: ${amazonRds}, or the path of a readable PEM file. Correct it, or unset it for a local database without TLS.`,
      );
      return {};
    }
  }

  secrets(): readonly [string, ...string[]] {
    const [first, ...others] = (this.given(variables.tokenKey) ?? "").split(/\s+/).filter(Boolean);
    if (first === undefined) {
      this.problems.push(
        `${variables.tokenKey} is not set. Set it to ${secretLength} or more random characters, as from: openssl rand -hex 32`,
      );
      return [""];
    }
    if ([first, ...others].some((secret) => secret.length < secretLength)) {
      this.problems.push(
        `${variables.tokenKey} is too short; allowed: ${secretLength} or more characters, or several such with a space between. Make one with: openssl rand -hex 32`,
      );
    }
    return [first, ...others];
  }

  origins(): string[] {
    const origins = (this.given(variables.corsOrigins) ?? "").split(/\s+/).filter(Boolean);
    for (const origin of origins) {
      if (URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin)) continue;
      this.problems.push(
        `${variables.corsOrigins} has "${origin}"; allowed: origins as in https://clinic.example.com, with spaces between. Correct it, or unset it for none.`,
      );
    }
    return origins;
  }

  metricsPort(): { metricsPort?: number } {
    if (this.given(variables.metricsPort) === undefined) return {};
    return { metricsPort: this.number(variables.metricsPort, { least: 1, most: 65_535, standard: "no metrics" }) };
  }

  tracesEndpoint(): { tracesEndpoint?: string } {
    const value = this.given(variables.tracesEndpoint);
    if (value === undefined) return {};
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return { tracesEndpoint: value };
    this.problems.push(
      `${variables.tracesEndpoint} is "${value}"; allowed: a URL as in http://127.0.0.1:4318. Correct it, or unset it for no traces.`,
    );
    return {};
  }
}

/** Undoes percent-encoding; what is not well encoded makes no name. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
