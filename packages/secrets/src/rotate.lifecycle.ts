import { randomUUID } from "node:crypto";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startTemporaryAws, type TemporaryAws, Watch } from "@mainstay/emulator";
import type { RotationEvent } from "./rotate.mjs";

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
const context = { getRemainingTimeInMillis: () => 300_000 };
const identifier = "clinic-test-database";

let aws: TemporaryAws;
let secrets: SecretsManagerClient;
let watch: Watch;
let handler: (event: RotationEvent, lambda: typeof context) => Promise<void>;

beforeAll(async () => {
  aws = await startTemporaryAws();
  // What Lambda sets, and where the local AWS is.
  watch = await Watch.start(aws.endpoint);
  setVariables({
    ...aws.env,
    AWS_ENDPOINT_URL_RDS: watch.endpoint,
    AWS_REGION: "eu-west-1",
    DATABASE: identifier,
  });
  secrets = new SecretsManagerClient();
  const rds = new RDSClient();
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      DBInstanceClass: "db.m7g.large",
      Engine: "mysql",
      AllocatedStorage: 20,
      MasterUsername: "admin",
      MasterUserPassword: "first-password",
    }),
  );
  ({ handler } = await import("./rotate.mjs"));
});
afterAll(async () => {
  await watch.stop();
  await aws.stop();
});

describe("the function that runs in Lambda, with Secrets Manager and RDS", () => {
  it("gives the server a new password and makes it the current one", async () => {
    const secret = await newSecret();
    const token = await begin(secret);
    await run(secret, token, steps);
    const login = await read(secret, "AWSCURRENT");
    expect(login).toEqual({ username: "admin", password: expect.stringMatching(/^[A-Za-z0-9]{32}$/), engine: "mysql" });
    expect(login.password).toBe(given().at(-1));
    expect(await read(secret, "AWSPREVIOUS")).toMatchObject({ password: "x".repeat(32) });
    expect((await labels(secret))[token]).toEqual(["AWSCURRENT"]);
  });

  it("does each step as often as it is called, with the same password", async () => {
    const secret = await newSecret();
    const token = await begin(secret);
    const before = given().length;
    await run(
      secret,
      token,
      steps.flatMap((step) => [step, step]),
    );
    await run(secret, token, steps);
    const { password } = await read(secret, "AWSCURRENT");
    expect(given().slice(before)).toEqual([password, password]);
  });

  it.each([1, 2, 3])("goes on where it was broken off, after %s steps", async (done) => {
    const secret = await newSecret();
    const token = await begin(secret);
    await run(secret, token, steps.slice(0, done));
    expect(await read(secret, "AWSCURRENT")).toMatchObject({ password: "x".repeat(32) });
    await expect(begin(secret)).rejects.toThrow("A previous rotation isn't complete");
    await run(secret, token, steps);
    expect(await read(secret, "AWSCURRENT")).toMatchObject({ password: given().at(-1) });
  });

  it("rotates again and again, and refuses what is over", async () => {
    const secret = await newSecret();
    const first = await begin(secret);
    await run(secret, first, steps);
    const { password } = await read(secret, "AWSCURRENT");
    const second = await begin(secret);
    await run(secret, second, steps);
    expect(await read(secret, "AWSPREVIOUS")).toMatchObject({ password });
    expect(await read(secret, "AWSCURRENT")).toMatchObject({ password: given().at(-1) });
    await expect(run(secret, first, ["setSecret"])).rejects.toThrow("not about to become the current one");
  });
});

function setVariables(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

async function newSecret(): Promise<string> {
  const SecretString = JSON.stringify({ username: "admin", password: "x".repeat(32), engine: "mysql" });
  const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: randomUUID(), SecretString }));
  return ARN;
}

/** What the schedule does: a new version that is pending, and has no value yet. */
async function begin(secret: string): Promise<string> {
  const { VersionId = "" } = await secrets.send(
    new RotateSecretCommand({ SecretId: secret, RotationRules: { AutomaticallyAfterDays: 30 } }),
  );
  return VersionId;
}

async function run(SecretId: string, ClientRequestToken: string, wanted: readonly string[]): Promise<void> {
  for (const Step of wanted) await handler({ Step, SecretId, ClientRequestToken }, context);
}

async function read(SecretId: string, VersionStage: string) {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  return JSON.parse(SecretString);
}

async function labels(SecretId: string) {
  return (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
}

/** What RDS was given, in order: it tells nobody afterwards. */
function given(): string[] {
  return watch.calls.flatMap((call) => call.getAll("MasterUserPassword"));
}
