import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import fc from "fast-check";
import { ConfigError, readConfig } from "./config.ts";

const enough = {
  [variables.databaseHost]: "db.internal",
  [variables.databaseUser]: "api",
  [variables.databasePassword]: "secret",
  [variables.tokenKey]: "k".repeat(32),
};

describe("the configuration", () => {
  it("takes all that is not said from the contract", () => {
    expect(readConfig(enough)).toEqual({
      port: contract.port,
      logLevel: "info",
      database: {
        host: "db.internal",
        port: contract.database.port,
        name: contract.database.name,
        user: "api",
        password: "secret",
      },
      secrets: ["k".repeat(32)],
      documentsDirectory: contract.documents.directory,
      corsOrigins: [],
      proxies: contract.requests.proxies,
      requestsPerMinute: contract.requests.perMinute,
    });
  });

  it("takes what is said", () => {
    const all = readConfig({
      ...enough,
      [variables.tokenKey]: `${"n".repeat(32)}  ${"o".repeat(40)}`,
      [variables.documentsDirectory]: "/data",
      [variables.corsOrigins]: "https://clinic.example http://localhost:5173",
      [variables.trustedProxies]: "0",
      [variables.rateLimit]: "60",
      [variables.metricsPort]: "9464",
      [variables.tracesEndpoint]: "http://127.0.0.1:4318",
    });
    expect(all).toMatchObject({
      secrets: ["n".repeat(32), "o".repeat(40)],
      documentsDirectory: "/data",
      corsOrigins: ["https://clinic.example", "http://localhost:5173"],
      proxies: 0,
      requestsPerMinute: 60,
      metricsPort: 9464,
      tracesEndpoint: "http://127.0.0.1:4318",
    });
  });

  it("reports every problem at once, each with its fix", () => {
    const wrong = {
      [variables.port]: "http",
      [variables.logLevel]: "loud",
      [variables.databasePort]: "70000",
      [variables.databaseCa]: import.meta.filename,
      [variables.corsOrigins]: "https://clinic.example/path *",
      [variables.trustedProxies]: "11",
      [variables.rateLimit]: "0",
      [variables.metricsPort]: "none",
      [variables.tracesEndpoint]: "collector:4317",
    };
    expect(problemsOf(wrong)).toEqual([
      expect.stringMatching(/^PORT is "http"; allowed: 1 to 65535\. Correct it/),
      expect.stringMatching(/^LOG_LEVEL is "loud"; allowed: trace, .* unset it for info/),
      expect.stringMatching(/^DATABASE_HOST is not set\. Set it to/),
      expect.stringMatching(/^DATABASE_PORT is "70000"/),
      expect.stringMatching(/^DATABASE_USER is not set\. Set it to/),
      expect.stringMatching(/^DATABASE_PASSWORD is not set\. Set it to/),
      expect.stringMatching(
        /^DATABASE_CA is ".*config\.test\.ts"; allowed: amazon-rds, or the path of a readable PEM file\. Correct it/,
      ),
      expect.stringMatching(/^TOKEN_KEY is not set\. Set it to 32 or more random characters, as from: openssl/),
      expect.stringMatching(/^CORS_ORIGINS has "https:\/\/clinic\.example\/path"; allowed: origins as in/),
      expect.stringMatching(/^CORS_ORIGINS has "\*"/),
      expect.stringMatching(/^TRUSTED_PROXIES is "11"; allowed: 0 to 10/),
      expect.stringMatching(/^RATE_LIMIT is "0"/),
      expect.stringMatching(/^METRICS_PORT is "none".* unset it for no metrics\.$/),
      expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4317"; allowed: a URL/),
    ]);
  });

  it("takes the database from a URL too, whatever its password is made of", () => {
    const { [variables.tokenKey]: key } = enough;
    const parts = fc.record({
      user: fc.string({ minLength: 1 }),
      password: fc.string(),
      name: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(parts, ({ user, password, name }) => {
        const [u, p, n] = [user, password, name].map(encodeURIComponent);
        fc.pre(n !== "." && n !== "..");
        const url = `mysql://${u}:${p}@db.internal:3307/${n}`;
        const { database } = readConfig({ [variables.tokenKey]: key, [variables.databaseUrl]: url });
        expect(database).toEqual({ host: "db.internal", port: 3307, user, password, name });
      }),
    );
    const short = readConfig({ [variables.tokenKey]: key, [variables.databaseUrl]: "mysql://api@db.internal" });
    expect(short.database).toEqual({ host: "db.internal", port: 3306, name: "clinic", user: "api", password: "" });
  });

  it.each(["postgres://a:hunter2@b/c", "db.internal:hunter2", "mysql://:hunter2@b", "mysql://a:%zz@b/c?ssl=hunter2"])(
    "refuses %s as a URL of the database, and does not show it",
    (url) => {
      const problems = problemsOf({ [variables.tokenKey]: enough.TOKEN_KEY, [variables.databaseUrl]: url });
      expect(problems).toEqual([expect.stringMatching(/^DATABASE_URL is not mysql:\/\/USER:PASSWORD@HOST/)]);
      expect(problems.join()).not.toContain("hunter2");
    },
  );

  describe("credentials that rotate", () => {
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:clinic-AbCdEf";
    const { [variables.databaseUser]: _user, [variables.databasePassword]: _password, ...nobody } = enough;

    it("come from a file, or from Secrets Manager, instead of user and password", () => {
      const file = readConfig({ ...nobody, [variables.databaseCredentialsFile]: "/run/secrets/database" });
      expect(file.database).toMatchObject({ credentialsFile: "/run/secrets/database" });
      expect(readConfig({ ...nobody, [variables.databaseSecret]: arn }).database).toMatchObject({ secret: arn });
    });

    it("are refused beside others, and with an ARN that is none", () => {
      expect(problemsOf({ ...enough, [variables.databaseSecret]: arn })).toEqual([
        expect.stringMatching(/^DATABASE_SECRET, DATABASE_USER, DATABASE_PASSWORD are set; allowed: /),
      ]);
      expect(problemsOf({ ...nobody, [variables.databaseSecret]: "clinic" })).toEqual([
        expect.stringMatching(/^DATABASE_SECRET is "clinic"; allowed: an ARN/),
      ]);
    });
  });

  it("knows the authorities of Amazon RDS by name", () => {
    const { database } = readConfig({ ...enough, [variables.databaseCa]: "amazon-rds" });
    const subjects = [database.ca ?? []].flat().map((pem) => new X509Certificate(pem).subject);
    expect(subjects).toContainEqual(expect.stringMatching(/CN=Amazon RDS eu-west-1 Root CA RSA2048 G1/));
  });

  it("counts a variable that is set to nothing as unset", () => {
    expect(problemsOf({ ...enough, [variables.databaseHost]: "" })).toEqual([expect.stringMatching(/^DATABASE_HOST/)]);
    expect(readConfig({ ...enough, [variables.port]: "" }).port).toBe(contract.port);
  });

  it("takes as a port exactly the whole numbers from 1 to 65535", () => {
    const text = fc.oneof(
      fc.constantFrom("0", "1", "65535", "65536", "080", "1e3"),
      fc.integer({ min: -10, max: 70_000 }).map(String),
      fc.string(),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(text.filter(Boolean), (port) => {
        const valid = String(Number.parseInt(port, 10)) === port && Number(port) >= 1 && Number(port) <= 65_535;
        const environment = { ...enough, [variables.port]: port };
        const refusal = `PORT is "${port}"; allowed: 1 to 65535. Correct it, or unset it for ${contract.port}.`;
        const [problem] = problemsOf(environment);
        expect(problem ?? readConfig(environment).port).toBe(valid ? Number(port) : refusal);
      }),
    );
  });

  it("refuses keys that can be guessed, the second too", () => {
    for (const key of ["short", `${"k".repeat(32)} short`]) {
      expect(problemsOf({ ...enough, [variables.tokenKey]: key })).toEqual([
        expect.stringMatching(/^TOKEN_KEY is too short/),
      ]);
    }
  });

  it("never shows a password or a key", () => {
    const text = problemsOf({ [variables.databasePassword]: "hunter2", [variables.tokenKey]: "hunter3" }).join();
    expect(text).not.toMatch(/hunter/);
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
