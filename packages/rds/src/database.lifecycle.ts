import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { gib, localState, type Region, type Zone } from "@mainstay/core";
import {
  plannedChanges,
  startTemporaryAws,
  type TemporaryAws,
  terraform,
  terraformEnvOn,
  Watch,
} from "@mainstay/emulator";
import { SecretCopy } from "@mainstay/secrets";
import { rotation } from "@mainstay/secrets/rotate";
import { testStack } from "@mainstay/testing";
import type { Network } from "@mainstay/vpc";
import { testNetwork } from "@mainstay/vpc/testing";
import { App, TerraformOutput, type TerraformStack } from "cdktf";
import { Database, type DatabaseProps, ReadReplica, type ReplicaRole } from "./index.ts";

const [home, away] = ["eu-west-1", "eu-central-1"] as const;
const dataOf = (region: Region) => `clinic-test-${region}-data`;
const secretName = "clinic-test-database-login";
const credentials = { accessKeyId: "local-aws", secretAccessKey: "no-real-account" };
const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"];

let aws: TemporaryAws;
let watch: Watch;
beforeAll(async () => {
  aws = await startTemporaryAws();
  watch = await Watch.start(aws.endpoint);
});
afterAll(async () => {
  await watch.stop();
  await aws.stop();
});

/** Milliseconds. The provider's own waits are minutes, and longer on a busy machine; no test is about speed. */
const patience = 2_400_000;

/** One life in order: each part goes on where the one before ended. */
describe("a database with a replica in another region", () => {
  it(
    "gets the password of its secret, also when a deployment failed half-way",
    async () => {
      build({});
      watch.refuseNext("CreateDBInstance");
      await run(home, "init");
      const failed = await run(home, "apply", "-auto-approve");
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("refused by the test")]);
      const before = await password(home);
      await apply(home);
      expect(passwords()).toEqual([before, before]);
      expect(await password(home)).toBe(before);
      expect(await drift(home)).toBe("");
    },
    patience,
  );

  it(
    "pain 16: password in state: neither state nor plan has it, nor what Terraform prints",
    async () => {
      const secret = await password(home);
      const state = stateOf(home);
      expect(state).toContain("clinic-test-database");
      await run(home, "plan", "-out", "saved", "-refresh-only");
      const plan = await run(home, "show", "-json", "saved");
      expect(plan.stdout).toContain("clinic-test-database");
      for (const text of [state, plan.stdout, printed.join("\n")]) expect(text).not.toContain(secret);
    },
    patience,
  );

  it(
    "is followed by a replica, and the copy of the credentials opens it",
    async () => {
      await apply(away);
      expect(await drift(away)).toBe("");
      expect(await server(away)).toMatchObject({
        ReadReplicaSourceDBInstanceIdentifier: expect.stringContaining(`:${home}:`),
        BackupRetentionPeriod: 14,
        StorageEncrypted: true,
      });
      expect(await password(away)).toBe(await password(home));
      const { outputs } = JSON.parse(stateOf(away));
      expect(outputs.credentials.value).toEqual({
        arn: expect.stringMatching(/^arn:aws:secretsmanager:eu-central-1:\d{12}:secret:clinic-test-database-login-/),
        keyArn: expect.stringMatching(/^arn:aws:kms:eu-central-1:/),
      });
    },
    patience,
  );

  it(
    "is rotated again and again without a change for Terraform, each time with the same password in both places",
    async () => {
      for (const _ of [1, 2, 3]) {
        await rotate();
        expect(passwords().at(-1)).toBe(await password(home));
        expect(await password(away)).toBe(await password(home));
      }
      expect(await drift(home)).toBe("");
    },
    patience,
  );

  it(
    "gets another password from Terraform when its version is raised, after rotations too",
    async () => {
      const before = await password(home);
      build({ passwordVersion: 2 });
      await apply(home);
      expect(await password(home)).not.toBe(before);
      expect(passwords().at(-1)).toBe(await password(home));
      expect(await drift(home)).toBe("");
    },
    patience,
  );

  it(
    "is promoted in place by one word, and gets its second zone with it",
    async () => {
      const [{ DBInstanceArn: arn, Endpoint: endpoint }, given] = [await server(away), passwords().length];
      build({ passwordVersion: 2 }, "promoted");
      const { code, stdout } = await run(away, "apply", "-auto-approve", "-json");
      expect(code).toBe(0);
      expect(plannedChanges(stdout)).toMatchObject([
        { address: "aws_db_instance.database_instance", action: "update" },
      ]);
      expect(await drift(away)).toBe("");
      const promoted = await server(away);
      expect(promoted).toMatchObject({ MultiAZ: true });
      expect(promoted.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
      expect([promoted.DBInstanceArn, promoted.Endpoint, passwords().length]).toEqual([arn, endpoint, given]);
      expect(await drift(home)).toBe("");
    },
    patience,
  );

  it(
    "is not made a replica again by the word, and stays as it is",
    async () => {
      build({ passwordVersion: 2 }, "replica");
      const { code, stderr } = await run(away, "apply", "-auto-approve");
      expect([code, stderr]).toEqual([1, expect.stringContaining("cannot elect new source database for replication")]);
      build({ passwordVersion: 2 }, "promoted");
      expect(await drift(away)).toBe("");
    },
    patience,
  );

  it(
    "keeps its password while a promoted replica has readers with the copy of it",
    async () => {
      const before = await password(home);
      await expect(rotate()).rejects.toThrow("copy in eu-central-1, where clinic-test-database has no replica");
      expect(await password(home)).toBe(before);
    },
    patience,
  );

  it(
    "is destroyed, and nothing is left but what is meant to",
    async () => {
      for (const region of [away, home]) {
        const { code, stderr } = await run(region, "destroy", "-auto-approve");
        expect([code, stderr]).toEqual([0, ""]);
      }
      const { leftovers, retained } = await aws.leftovers();
      expect(leftovers).toEqual([]);
      expect(retained.filter(({ service }) => service === "rds").length).toBeGreaterThanOrEqual(2);
    },
    patience,
  );
});

/** Synthesises both stacks. */
function build(props: Partial<DatabaseProps>, role: ReplicaRole = "replica"): void {
  const app = new App({ outdir: join(aws.directory, "cdktf.out") });
  const [here, there] = [stackIn(app, home), stackIn(app, away)];
  const common = { class: "db.t4g.medium", protect: false } as const;
  const network = networkOf(here, home, ["eu-west-1a", "eu-west-1b"]);
  const storage = gib(20);
  const source = new Database(here, "database", {
    ...common,
    network,
    storage,
    name: "clinic",
    replicas: [away],
    ...props,
  });
  const second = networkOf(there, away, ["eu-central-1a", "eu-central-1b"]);
  const availability = role === "promoted" ? "multi-az" : "single-az";
  new ReadReplica(there, "database", { ...common, network: second, source, role, availability });
  const { reference } = new SecretCopy(there, "login", { of: source.login });
  new TerraformOutput(there, "credentials", { value: reference });
  app.synth();
}

function stackIn(app: App, region: Region) {
  return testStack({ life: "data", state: localState, region }, app);
}

/** Subnets that exist: RDS looks at them. */
function networkOf(stack: TerraformStack, region: Region, zones: readonly Zone[]): Network {
  const { id: vpcId } = new Vpc(stack, "vpc", { cidrBlock: "10.0.0.0/16" });
  const subnets = zones.map((zone, index) => {
    const options = { vpcId, availabilityZone: zone, cidrBlock: `10.0.${index}.0/24` };
    return { id: new Subnet(stack, `data-${zone}`, options).id, zone };
  });
  return { ...testNetwork(zones), region, vpcId, subnets: () => subnets };
}

function stateOf(region: Region): string {
  return readFileSync(join(aws.directory, `terraform-state/local/${dataOf(region)}.tfstate`), "utf8");
}

const printed: string[] = [];

async function run(region: Region, command: string, ...args: string[]) {
  const environment = { ...terraformEnvOn(aws), AWS_ENDPOINT_URL_RDS: watch.endpoint };
  const stack = join(aws.directory, "cdktf.out/stacks", dataOf(region));
  const result = await terraform(stack, [command, ...(command === "show" ? [] : ["-no-color"]), ...args], environment);
  printed.push(result.stdout, result.stderr);
  return result;
}

async function apply(region: Region): Promise<void> {
  await run(region, "init");
  const { code, stderr } = await run(region, "apply", "-auto-approve");
  expect([code, stderr]).toEqual([0, ""]);
}

/** What a plan would change now. Empty: nothing. */
async function drift(region: Region): Promise<string> {
  const { code, stdout, stderr } = await run(region, "plan", "-detailed-exitcode");
  return code === 0 ? "" : stdout + stderr;
}

/** What the schedule does, with each step called twice. */
async function rotate(): Promise<void> {
  const [secrets, rds] = [secretsIn(home), rdsIn(home)];
  const handler = rotation({ secrets, rds, database: "clinic-test-database", pause: async () => {} });
  const { ARN = "", VersionId = "" } = await secrets.send(new RotateSecretCommand({ SecretId: secretName }));
  for (const Step of steps.flatMap((step) => [step, step])) {
    const event = { Step, SecretId: ARN, ClientRequestToken: VersionId };
    await handler(event, { getRemainingTimeInMillis: () => 60_000 });
  }
}

/** What a reader in the region gets. */
async function password(region: Region): Promise<string> {
  const { SecretString = "" } = await secretsIn(region).send(new GetSecretValueCommand({ SecretId: secretName }));
  return JSON.parse(SecretString).password;
}

/** What RDS was given, in order: it tells nobody afterwards. */
function passwords(): string[] {
  return watch.calls.flatMap((call) => call.getAll("MasterUserPassword"));
}

async function server(region: Region) {
  const { DBInstances = [] } = await rdsIn(region).send(new DescribeDBInstancesCommand());
  expect(DBInstances).toHaveLength(1);
  return DBInstances[0] ?? {};
}

function secretsIn(region: Region): SecretsManagerClient {
  return new SecretsManagerClient({ region, endpoint: aws.endpoint, credentials });
}

function rdsIn(region: Region): RDSClient {
  return new RDSClient({ region, endpoint: watch.endpoint, credentials });
}
