import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Deployment, type Ended, type Recovery } from "./testing/deployment.ts";

jest.setTimeout(40 * 60_000);

const bucket = "recovery-states";

describe("a deployment whose state is in S3, and that gets SIGKILL in the middle", () => {
  let deployment: Deployment;
  let killed: Ended;
  let there: readonly string[];
  let recovery: Recovery;
  let deployed: Ended;

  beforeAll(async () => {
    deployment = await Deployment.start({ RECOVERY_BUCKET: bucket }, "recovery-test-eu-west-1-network");
    await deployment.createBucket(bucket);
    killed = await deployment.cdktf("deploy", { pattern: /: Creation complete/, count: 8, how: "kill" });
    there = await deployment.tagged();
    recovery = await deployment.recover();
    deployed = await deployment.cdktf("deploy");
  });
  afterAll(async () => await deployment?.stop());

  it("is recovered: its lock is broken, and what no state knows is adopted", () => {
    expect(killed.code).not.toBe(0);
    expect(killed.text).not.toContain("Apply complete");
    const { code, stacks } = recovery;
    expect(stacks).toMatchObject([{ state: "ready", left: [], refused: [], strangers: [] }]);
    expect(stacks).toMatchObject([{ lock: { broken: true, verdict: { is: "abandoned" } } }]);
    expect(stacks[0]?.adopted.length).toBeGreaterThan(3);
    expect(code).toBe(0);
  });

  it("is then deployed to its end, and planned again with no change", async () => {
    expect({ code: deployed.code, why: deployed.code === 0 ? "" : deployed.text }).toEqual({ code: 0, why: "" });
    expect(await deployment.drift()).toBe("");
  });

  it("has lost nothing, and made nothing twice", async () => {
    expect(there.length).toBeGreaterThan(3);
    expect(await deployment.tagged()).toEqual(expect.arrayContaining([...there]));
    expect(await deployment.unsettled()).toEqual([]);
  });
});
