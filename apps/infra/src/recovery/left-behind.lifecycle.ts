import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Deployment, type Ended, type Recovery } from "./testing/deployment.ts";

jest.setTimeout(40 * 60_000);

const bucket = "recovery-states";
const lock = ["--bucket", bucket, "--key", "recovery/test/eu-west-1/network.tfstate.tflock"];

describe("a killed deployment whose state is in S3, deployed again without recovery", () => {
  let deployment: Deployment;
  let locked: Ended;
  let again: Ended;
  let first: Recovery;

  beforeAll(async () => {
    deployment = await Deployment.start({ RECOVERY_BUCKET: bucket }, "recovery-test-eu-west-1-network");
    await deployment.createBucket(bucket);
    // WHY so early: a log group that is there would use the key, which would not be nobody's then.
    await deployment.cdktf("deploy", { pattern: /: Creation complete/, count: 2, how: "kill" });
    locked = await deployment.cdktf("deploy");
    await deployment.ask("s3api", "delete-object", ...lock);
    again = await deployment.cdktf("deploy");
    first = await deployment.recover();
  });
  afterAll(async () => await deployment?.stop());

  it("is refused: first because of the lock, then because of what is there already", () => {
    expect(locked.code).not.toBe(0);
    expect(locked.text).toContain("Error acquiring the state lock");
    expect(again.code).not.toBe(0);
    expect(again.text).toContain("EntityAlreadyExists");
  });

  it("leaves what is there twice to a person, with its cost and the command that deletes it", () => {
    expect(first.code).toBe(4);
    const [network] = first.stacks;
    expect(network?.adopted.map(({ address }) => address)).toContain("aws_iam_role.network_flow-logs_role");
    const kinds = network?.left.map(({ stray }) => stray.arn.kind) ?? [];
    // Nothing tells the first of each from the second, but the second is in the state.
    expect(kinds).toEqual(expect.arrayContaining(["kms:key", "ec2:elastic-ip"]));
    expect(network?.left.filter(({ deleted }) => deleted)).toEqual([]);
  });

  it("leaves a lock of another machine alone, until a person says that nobody works there", async () => {
    const foreign = {
      ID: "0c8cbb83-1f5c-4f8e-9c3f-1d0d1e0a4b5c",
      Operation: "OperationTypeApply",
      Who: "runner@another-machine",
      Created: new Date().toISOString(),
    };
    const file = join(deployment.folder, "lock.json");
    writeFileSync(file, JSON.stringify(foreign));
    await deployment.ask("s3api", "put-object", ...lock, "--body", file);
    const { code, stacks } = await deployment.recover();
    expect(code).toBe(3);
    expect(stacks[0]).toMatchObject({
      state: "locked",
      lock: { verdict: { is: "elsewhere", host: "another-machine" }, broken: false },
    });
    expect(await deployment.ask("s3api", "head-object", ...lock)).toMatchObject({ ETag: expect.any(String) });
  });

  it("deletes what holds no data when it is told to, and the next deployment runs", async () => {
    const { code, stacks } = await deployment.recover("--break-lock", "--delete-strays");
    expect(stacks[0]?.lock).toMatchObject({ broken: true });
    const [network] = stacks;
    const alive = network?.left.filter(({ deleted }) => !deleted).map(({ stray }) => stray.arn.text);
    expect({ alive, message: network?.message }).toEqual({ alive: [] });
    expect(network?.left.length).toBeGreaterThan(1);
    expect(code).toBe(0);
    let during: Recovery | undefined;
    const deployed = await deployment.cdktf("deploy", {
      // WHY not what is created first: on a busy machine everything is there when that is read.
      pattern: /Plan: \d+ to add/,
      count: 1,
      how: async () => {
        during = await deployment.recover();
      },
    });
    expect({ code: deployed.code, why: deployed.code === 0 ? "" : deployed.text }).toEqual({ code: 0, why: "" });
    // Meanwhile, the lock of a living process was not broken.
    expect(during?.code).toBe(3);
    expect(during?.stacks[0]).toMatchObject({ state: "locked", lock: { verdict: { is: "held" }, broken: false } });
    expect(await deployment.drift()).toBe("");
  });

  it("saves a state that Terraform could not save", async () => {
    // The bucket goes while the stack is destroyed, and comes back.
    await deployment.cdktf("destroy", {
      pattern: /: Destruction complete/,
      count: 3,
      how: async () => deployment.deleteBucket(bucket),
    });
    const unsaved = join(deployment.directoryOf(deployment.network), "errored.tfstate");
    expect(existsSync(unsaved)).toBe(true);
    await deployment.createBucket(bucket);
    const { stacks } = await deployment.recover();
    expect(stacks.find(({ stack }) => stack === deployment.network)).toMatchObject({ saved: true });
    expect(existsSync(unsaved)).toBe(false);
  });
});
