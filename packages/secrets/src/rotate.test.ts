import { describe, expect, it } from "@jest/globals";
import { rotation } from "./rotate.mjs";

const id = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:login-abcdef";
const available = { DBInstanceStatus: "available", PendingModifiedValues: {}, ReadReplicaDBInstanceIdentifiers: [] };
const resetting = { ...available, DBInstanceStatus: "resetting-master-credentials" };
const pending = { ...available, PendingModifiedValues: { MasterUserPassword: "****" } };

describe("setSecret", () => {
  it("waits until the server can take a password", async () => {
    const { run, calls, pauses } = service({
      servers: [resetting, { ...available, DBInstanceStatus: "backing-up" }, available],
    });
    await run("setSecret");
    expect(pauses).toHaveLength(2);
    expect(calls.at(-1)).toEqual([
      "ModifyDBInstanceCommand",
      { DBInstanceIdentifier: "db", MasterUserPassword: "new", ApplyImmediately: true },
    ]);
  });

  it("changes nothing while a copy of the secret is where the database has no replica: it was promoted", async () => {
    const copies = [{ Region: "eu-central-1" }];
    const elsewhere = ["reader", "arn:aws:rds:us-east-1:111122223333:db:other"];
    const promoted = service({ servers: [{ ...available, ReadReplicaDBInstanceIdentifiers: elsewhere }], copies });
    await expect(promoted.run("setSecret")).rejects.toThrow(/copy in eu-central-1, where db has no replica/);
    expect(promoted.calls.map(([name]) => name)).not.toContain("ModifyDBInstanceCommand");

    const replicas = [...elsewhere, "arn:aws:rds:eu-central-1:111122223333:db:standby"];
    const following = service({ servers: [{ ...available, ReadReplicaDBInstanceIdentifiers: replicas }], copies });
    await following.run("setSecret");
    expect(following.calls.map(([name]) => name)).toContain("ModifyDBInstanceCommand");
  });
});

describe("testSecret", () => {
  it("ends when the server has taken the password", async () => {
    const { run, pauses } = service({ servers: [pending, resetting, available] });
    await run("testSecret");
    expect(pauses).toEqual([5_000, 5_000]);
  });

  it("gives up in time, so that Secrets Manager tries again", async () => {
    const { run } = service({ servers: [pending], timeLeft: [60_000, 20_000, 14_000] });
    await expect(run("testSecret")).rejects.toThrow("db is available; a new password has to wait.");
  });
});

describe("every step", () => {
  it("refuses a version that is not part of a rotation, and a step that there is not", async () => {
    await expect(service({ labels: { old: ["AWSCURRENT"] } }).run("setSecret")).rejects.toThrow(/not about to become/);
    await expect(service({}).run("dropSecret")).rejects.toThrow("There is no step dropSecret.");
  });

  it.each(["createSecret", "setSecret", "testSecret", "finishSecret"])(
    "%s does nothing once the version is current",
    async (step) => {
      const { run, calls } = service({ labels: { new: ["AWSCURRENT"] } });
      await run(step);
      expect(calls.map(([name]) => name)).toEqual(["DescribeSecretCommand"]);
    },
  );

  it("makes up no password where it cannot know whether there is one", async () => {
    const { run, calls } = service({
      failure: Object.assign(new Error("refused by AWS"), { name: "AccessDeniedException" }),
    });
    await expect(run("createSecret")).rejects.toThrow("refused by AWS");
    expect(calls.map(([name]) => name)).toEqual(["DescribeSecretCommand", "GetSecretValueCommand"]);
  });

  it("says so where the secret has no value at all", async () => {
    const { run } = service({
      failure: Object.assign(new Error("refused by AWS"), { name: "ResourceNotFoundException" }),
    });
    await expect(run("createSecret")).rejects.toThrow("refused by AWS");
  });
});

interface Given {
  /** What RDS says, one answer after the other; the last one for ever. */
  readonly servers?: readonly object[];
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly copies?: readonly { readonly Region: string }[];
  readonly timeLeft?: readonly number[];
  readonly failure?: Error;
}

/** The function with Secrets Manager and RDS as they would answer, and what it asked them. */
function service({ servers = [available], labels, copies, timeLeft = [300_000], failure }: Given) {
  const calls: [name: string, input: object][] = [];
  const pauses: number[] = [];
  const next = <T>(values: readonly T[], index: number) => values[Math.min(index, values.length - 1)];
  let asked = 0;
  let looked = 0;
  const answers: Record<string, () => unknown> = {
    DescribeSecretCommand: () => ({
      VersionIdsToStages: labels ?? { old: ["AWSCURRENT"], new: ["AWSPENDING"] },
      ReplicationStatus: copies,
    }),
    GetSecretValueCommand: () => {
      if (failure !== undefined) throw failure;
      return { SecretString: JSON.stringify({ username: "admin", password: "new" }) };
    },
    DescribeDBInstancesCommand: () => ({ DBInstances: [next(servers, asked++)] }),
    ModifyDBInstanceCommand: () => ({}),
  };
  const client = {
    send: async (command: { readonly input: object }) => {
      calls.push([command.constructor.name, command.input]);
      return answers[command.constructor.name]?.();
    },
  };
  const handler = rotation({
    secrets: client,
    rds: client,
    database: "db",
    pause: async (milliseconds: number) => {
      pauses.push(milliseconds);
      // Lets go of the thread, so that a test of waiting that never ends is ended.
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  const context = { getRemainingTimeInMillis: () => next(timeLeft, looked++) ?? 0 };
  const run = (step: string) => handler({ Step: step, SecretId: id, ClientRequestToken: "new" }, context);
  return { run, calls, pauses };
}
