import {
  GetSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { providerFor, type Region } from "@mainstay/core";
import { Deployment, startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { testStack } from "@mainstay/testing";
import { Testing } from "cdktf";
import { GeneratedSecret } from "./index.ts";

let aws: TemporaryAws;

beforeAll(async () => {
  aws = await startTemporaryAws();
});

afterAll(async () => {
  await aws.stop();
});

it("a secret gets a copy in another region, and leaves that region again with its value kept", async () => {
  const deployment = new Deployment(aws, aws.directory);
  await deployment.apply(secret({ replicas: ["eu-central-1"] }));
  expect(await deployment.plan(secret({ replicas: ["eu-central-1"] }))).toEqual([]);
  const value = await valueIn("eu-west-1");
  expect(value).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(await valueIn("eu-central-1")).toBe(value);

  await expect(deployment.plan(secret({}))).rejects.toThrow(/Provider configuration/);
  // What the README says to do by hand: the provider does not plan to take the copy down.
  expect(await deployment.plan(secret({ former: "eu-central-1" }))).toEqual([
    { address: "aws_kms_key.key_key-eu-central-1", action: "delete" },
  ]);
  const SecretId = "clinic-test-key";
  const RemoveReplicaRegions = ["eu-central-1"];
  await clientIn("eu-west-1").send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }));
  await deployment.apply(secret({ former: "eu-central-1" }));
  expect(await deployment.plan(secret({}))).toEqual([]);
  expect(await valueIn("eu-west-1")).toBe(value);
  await expect(valueIn("eu-central-1")).rejects.toThrow("can't find");

  await deployment.destroy();
  expect((await aws.leftovers()).leftovers).toEqual([]);
}, 2_400_000);

function secret({
  replicas = [],
  former,
}: {
  readonly replicas?: readonly Region[];
  readonly former?: Region;
}): string {
  const stack = testStack({ life: "data" });
  if (former !== undefined) providerFor(stack, former);
  new GeneratedSecret(stack, "key", { description: "Signs tokens", recovery: "unrecoverable", replicas });
  return Testing.synth(stack, true);
}

function clientIn(region: Region): SecretsManagerClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new SecretsManagerClient({ region, endpoint: aws.endpoint, credentials });
}

async function valueIn(region: Region): Promise<string | undefined> {
  const { SecretString } = await clientIn(region).send(new GetSecretValueCommand({ SecretId: "clinic-test-key" }));
  return SecretString;
}
