import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { eventually } from "@mainstay/mysql-resilience/testing";
import { currentCredentials } from "./credentials.ts";
import { createDatabase } from "./database.ts";
import { type Mariadb, startMariadb } from "./testing/mariadb.ts";

const region = "eu-west-1";
let mariadb: Mariadb;
let aws: TemporaryAws;
const before = { ...process.env };

beforeAll(async () => {
  [mariadb, aws] = await Promise.all([startMariadb(), startTemporaryAws()]);
  // As a task has it: its role from the environment, and where AWS is.
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
  });
});

afterAll(async () => {
  process.env = before;
  await aws?.stop();
  await mariadb?.remove();
});

const secretOf = (password: string) => JSON.stringify({ username: mariadb.config.user, password });

describe("credentials that rotate", () => {
  it("from Secrets Manager are read again when the server refuses, without a restart", async () => {
    const manager = new SecretsManagerClient({ region });
    const { password, ...place } = mariadb.config;
    const { ARN: secret = "" } = await manager.send(
      new CreateSecretCommand({ Name: "clinic", SecretString: secretOf(password) }),
    );
    const database = createDatabase({ host: place.host, port: place.port, name: place.name, secret });
    // WHY eventually: on a busy machine the local Secrets Manager takes longer than a connection waits.
    const one = () => eventually(() => database.query("SELECT 1 AS one"));
    expect(await one()).toEqual([{ one: 1 }]);

    await mariadb.rotate("rotated");
    await manager.send(new PutSecretValueCommand({ SecretId: secret, SecretString: secretOf("rotated") }));
    expect(await one()).toEqual([{ one: 1 }]);
    expect(database.metrics().counters["credentials-refreshed.writer"]).toBeGreaterThanOrEqual(1);
    // Migrations go around the pool.
    expect(await eventually(() => currentCredentials({ secret }))).toEqual({ user: place.user, password: "rotated" });

    await database.close();
    await mariadb.rotate(password);
    manager.destroy();
  });

  it("from a file are read for each new connection", async () => {
    const { host, port, name, password } = mariadb.config;
    const credentialsFile = join(aws.directory, "credentials.json");
    writeFileSync(credentialsFile, secretOf(password));
    const database = createDatabase({ host, port, name, credentialsFile });
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await mariadb.rotate("rotated");
    writeFileSync(credentialsFile, secretOf("rotated"));
    expect(await database.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await database.close();
    await mariadb.rotate(password);
  });

  it("that nobody has say so, without the secret", async () => {
    const { host, port, name } = mariadb.config;
    const secret = `arn:aws:secretsmanager:${region}:123456789012:secret:absent`;
    const database = createDatabase({ host, port, name, secret });
    await expect(database.query("SELECT 1")).rejects.toMatchObject({ name: "DatabaseUnavailable" });
    await database.close();
  });
});
