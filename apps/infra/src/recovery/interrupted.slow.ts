import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { irreplaceable } from "./kinds.ts";
import { Deployment, type Ended, type Recovery } from "./testing/deployment.ts";

// WHY: two stacks, stopped and taken up again several times.
jest.setTimeout(40 * 60_000);

describe("a deployment with a local state, killed in its first stack, then interrupted while a protected file system is made", () => {
  let deployment: Deployment;
  let killed: Ended;
  let first: Recovery;
  let interrupted: Ended;
  let again: Ended;
  let recovery: Recovery;
  let during: Recovery | undefined;
  let deployed: Ended;

  beforeAll(async () => {
    deployment = await Deployment.start({ RECOVERY_PROTECT: "yes" });
    killed = await deployment.cdktf("deploy", { pattern: /: Creation complete/, count: 14, how: "kill" });
    first = await deployment.recover();
    const pattern = /documents_file-system: Creating/;
    interrupted = await deployment.cdktf("deploy", { pattern, count: 1, how: "interrupt" });
    again = await deployment.cdktf("deploy");
    recovery = await deployment.recover();
    deployed = await deployment.cdktf("deploy", {
      pattern: /: Creating\.\.\./,
      count: 1,
      how: async () => {
        during = await deployment.recover();
      },
    });
  });
  afterAll(async () => await deployment?.stop());

  it("is recovered when it was killed: its lock is broken, what the state does not know is adopted, and the next one goes on", () => {
    expect(killed.code).not.toBe(0);
    expect(first.code).toBe(0);
    const [network] = first.stacks;
    expect(network).toMatchObject({ lock: { broken: true, verdict: { is: "abandoned" } }, left: [], refused: [] });
    expect(network?.adopted.length).toBeGreaterThan(0);
    expect(interrupted.text).toContain("documents_file-system: Creating");
    expect(interrupted.text).not.toContain("already exists");
  });

  it("ends in order when it is interrupted, and is then refused: Terraform wants to replace what it was stopped in", () => {
    expect(interrupted.code).not.toBe(0);
    expect(again.code).not.toBe(0);
    expect(again.text).toContain("Instance cannot be destroyed");
  });

  it("is recovered: what it was stopped in is kept, where it cannot be made again", () => {
    expect(recovery.code).toBe(0);
    const data = recovery.stacks.find(({ stack }) => stack === deployment.data);
    expect(data).toMatchObject({ state: "ready", left: [] });
    // Which of those that are made together is not ready yet differs from run to run.
    expect(data?.kept.length).toBeGreaterThan(0);
    expect((data?.kept ?? []).filter((address) => !irreplaceable.has(address.split(".")[0] ?? ""))).toEqual([]);
  });

  it("is then deployed to its end, with one file system, and planned again with no change", async () => {
    expect({ code: deployed.code, why: deployed.code === 0 ? "" : deployed.text }).toEqual({ code: 0, why: "" });
    expect(await deployment.ask("efs", "describe-file-systems")).toMatchObject({ FileSystems: [expect.anything()] });
    expect(await deployment.drift()).toBe("");
  });

  it("is not disturbed by recovery meanwhile: the lock of a living process is not broken", () => {
    expect(during?.code).toBe(3);
    const locks = during?.stacks.flatMap(({ lock }) => lock ?? []);
    expect(locks).toMatchObject([{ verdict: { is: "held" }, broken: false }]);
  });

  it("has nothing to recover when it is in order", async () => {
    const { code, stacks } = await deployment.recover();
    expect(code).toBe(0);
    expect(stacks).toHaveLength(2);
    for (const stack of stacks) {
      expect(stack).toMatchObject({ state: "ready", adopted: [], left: [], kept: [], strangers: [], toCreate: 0 });
      expect(stack.lock).toBeUndefined();
    }
  });

  it("is destroyed, and leaves nothing in AWS", async () => {
    expect((await deployment.cdktf("destroy", undefined, { RECOVERY_PROTECT: "no" })).code).toBe(0);
    expect(await deployment.leftovers()).toBe("");
  });
});
