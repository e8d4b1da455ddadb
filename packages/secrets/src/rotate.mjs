// Runs in AWS Lambda, which brings the AWS SDK. Nothing else is in the archive.

import { DescribeDBInstancesCommand, ModifyDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";

/**
 * The four steps in which Secrets Manager rotates a password. It calls each again where one failed: a step that was done does
 * no harm when it is done again.
 *
 * RDS changes the password for us (ModifyDBInstance): no connection to the database is needed, nor the old password, so that a
 * rotation also mends a secret and a server that differ.
 */
export function rotation({ secrets, rds, database, pause }) {
  const steps = { createSecret, setSecret, testSecret, finishSecret };

  return async ({ Step: name, SecretId: id, ClientRequestToken: version }, { getRemainingTimeInMillis }) => {
    const step = steps[name];
    if (step === undefined) throw new Error(`There is no step ${name}.`);
    const secret = await secrets.send(new DescribeSecretCommand({ SecretId: id }));
    const labels = secret.VersionIdsToStages?.[version] ?? [];
    if (labels.includes("AWSCURRENT")) return;
    if (!labels.includes("AWSPENDING")) throw new Error(`Version ${version} is not about to become the current one.`);
    await step({ id, version, secret, timeLeft: getRemainingTimeInMillis });
  };

  async function createSecret({ id, version }) {
    if ((await read({ SecretId: id, VersionId: version, VersionStage: "AWSPENDING" })) !== undefined) return;
    const login = await read({ SecretId: id, VersionStage: "AWSCURRENT" });
    const { RandomPassword: password } = await secrets.send(
      new GetRandomPasswordCommand({
        PasswordLength: login.password.length,
        ExcludePunctuation: true,
        RequireEachIncludedType: true,
      }),
    );
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: id,
        ClientRequestToken: version,
        SecretString: JSON.stringify({ ...login, password }),
        VersionStages: ["AWSPENDING"],
      }),
    );
  }

  async function setSecret({ id, version, secret, timeLeft }) {
    const server = await settled(timeLeft);
    refuseAfterPromotion(secret, server);
    const { password } = await read({ SecretId: id, VersionId: version, VersionStage: "AWSPENDING" });
    await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: database,
        MasterUserPassword: password,
        ApplyImmediately: true,
      }),
    );
  }

  async function testSecret({ timeLeft }) {
    await settled(timeLeft);
  }

  async function finishSecret({ id, version, secret }) {
    const [current] = Object.entries(secret.VersionIdsToStages).find(([, labels]) => labels.includes("AWSCURRENT"));
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: version,
        RemoveFromVersionId: current,
      }),
    );
  }

  async function read(which) {
    try {
      const { SecretString: text } = await secrets.send(new GetSecretValueCommand(which));
      return JSON.parse(text);
    } catch (error) {
      // A version without a value yet is what Secrets Manager begins a rotation with.
      if (error.name === "ResourceNotFoundException" && which.VersionStage === "AWSPENDING") return undefined;
      throw error;
    }
  }

  /** The server, once it is available and has no new password on its way. Throws in time: Secrets Manager tries again. */
  async function settled(timeLeft) {
    for (;;) {
      const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: database }));
      const [server] = DBInstances;
      const { DBInstanceStatus: status, PendingModifiedValues: pending } = server;
      if (["available", "storage-optimization"].includes(status) && pending?.MasterUserPassword === undefined)
        return server;
      if (timeLeft() < 15_000) throw new Error(`${database} is ${status}; a new password has to wait.`);
      await pause(5_000);
    }
  }

  /** A promoted replica keeps its password, and its clients read a copy of this secret: a rotation would lock them out. */
  function refuseAfterPromotion(
    { ReplicationStatus: copies = [] },
    { ReadReplicaDBInstanceIdentifiers: replicas = [] },
  ) {
    const alone = copies.find(
      ({ Region }) => !replicas.some((replica) => replica.startsWith(`arn:aws:rds:${Region}:`)),
    );
    if (alone !== undefined) {
      throw new Error(
        `The secret has a copy in ${alone.Region}, where ${database} has no replica: it was promoted, or is not there yet. ` +
          "A rotation would lock out who reads the copy.",
      );
    }
  }
}

export const handler = rotation({
  secrets: new SecretsManagerClient(),
  rds: new RDSClient(),
  database: process.env.DATABASE,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});
