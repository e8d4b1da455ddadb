import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";
import fc from "fast-check";
import { ConfigError, readConfig } from "./config.ts";

const enough = {
  [variables.databaseHost]: "db.internal",
  [variables.databaseUser]: "api",
  [variables.databasePassword]: "secret",
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
    });
  });

  it("reports every problem at once, each with its fix", () => {
    const wrong = {
      [variables.port]: "http",
      [variables.logLevel]: "loud",
      [variables.databasePort]: "70000",
      [variables.databaseCa]: import.meta.filename,
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
    ]);
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

  it("never shows the password", () => {
    expect(problemsOf({ [variables.databasePassword]: "hunter2" }).join()).not.toContain("hunter2");
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
