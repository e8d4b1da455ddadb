import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Deployment, type Ended, type Recovery } from "./testing/deployment.ts";

jest.setTimeout(40 * 60_000);

const key = "aws_kms_key.network_flow-logs_key";

describe("a deployment that gets SIGINT in the middle", () => {
  let deployment: Deployment;
  let interrupted: Ended;
  let keys: readonly string[];
  let recovery: Recovery;
  let deployed: Ended;

  beforeAll(async () => {
    deployment = await Deployment.start({}, "recovery-test-eu-west-1-network");
    // WHY then: the key is there, and the provider waits for what it has asked for, on any machine for longer than that.
    const waiting = new RegExp(`${key}: Still creating`);
    interrupted = await deployment.cdktf("deploy", { pattern: waiting, count: 1, how: "interrupt" });
    keys = (await deployment.tagged()).filter((arn) => arn.includes(":key/"));
    recovery = await deployment.recover();
    deployed = await deployment.cdktf("deploy");
  });
  afterAll(async () => await deployment?.stop());

  it("ends in order", () => {
    expect(interrupted.code).not.toBe(0);
    expect(interrupted.text).toContain("Interrupt received");
    expect(interrupted.text).not.toContain("Apply complete");
  });

  it("is recovered: what it was stopped in is kept, where it cannot be made again", () => {
    expect(recovery.code).toBe(0);
    expect(recovery.stacks).toMatchObject([{ state: "ready", left: [], refused: [], strangers: [] }]);
    // On a busy machine the provider may have been done with it in the meantime.
    expect([[key], []]).toContainEqual(recovery.stacks[0]?.kept);
  });

  it("is then deployed to its end, and planned again with no change", async () => {
    expect({ code: deployed.code, why: deployed.code === 0 ? "" : deployed.text }).toEqual({ code: 0, why: "" });
    expect(await deployment.drift()).toBe("");
  });

  it("has lost nothing, and made nothing twice", async () => {
    const [kept = "", ...others] = keys;
    expect(others).toEqual([]);
    expect((await deployment.tagged()).filter((arn) => arn.includes(":key/"))).toEqual([kept]);
    const described = await deployment.ask("kms", "describe-key", "--key-id", kept);
    expect(described).toMatchObject({ KeyMetadata: { KeyState: "Enabled" } });
    expect(await deployment.unsettled()).toEqual([]);
  });
});
