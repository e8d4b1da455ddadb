import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { Deployment, type Moment, type Recovery } from "./testing/deployment.ts";

// WHY: two stacks, stopped and taken up again several times.
jest.setTimeout(40 * 60_000);

const bucket = "recovery-states";
const made = /: Creation complete/;
const kill = (count: number, pattern = made): Moment => ({ pattern, count, how: "kill" });

/** Each deployment goes on where recovery left the one before. */
const onDisk: readonly Moment[] = [
  kill(14),
  { pattern: /nat-eu-west-1a: Creating/, count: 1, how: "close the terminal" },
  kill(1, /documents_file-system: Creating/),
  kill(1, /mount-target-eu-west-1b: Creating/),
];

// Terraform saves a state in S3 every 20 s and at the end: what was made since is a stray.
const inS3: readonly Moment[] = [
  kill(1),
  { pattern: made, count: 25, how: "close the terminal" },
  kill(1, /mount-target-eu-west-1b: Creating/),
];

describe.each([
  ["on disk", {}, onDisk],
  ["in S3", { RECOVERY_BUCKET: bucket }, inS3],
])("a deployment that is killed again and again, with its state %s", (_, inputs, moments) => {
  let deployment: Deployment;
  const recoveries: Recovery[] = [];
  const interrupted: number[] = [];

  beforeAll(async () => {
    deployment = await Deployment.start(inputs);
    deployment.createBucket(bucket);
    for (const moment of moments) {
      const { text } = await deployment.cdktf("deploy", moment);
      interrupted.push(text.split("\n").filter((line) => moment.pattern.test(line)).length);
      recoveries.push(await deployment.recover());
    }
  });
  afterAll(async () => await deployment?.stop());

  it("was killed in the middle each time", () => {
    for (const [index, { count }] of moments.entries()) expect(interrupted[index]).toBeGreaterThanOrEqual(count);
  });

  it("is recovered each time: the next deployment can run", () => {
    expect(recoveries.map(({ code }) => code)).toEqual(moments.map(() => 0));
    expect(recoveries.flatMap(({ stacks }) => stacks.flatMap(({ left, refused }) => [...left, ...refused]))).toEqual(
      [],
    );
    // Not every moment leaves something that the state does not know, but some do.
    expect(recoveries.flatMap(({ stacks }) => stacks.flatMap(({ adopted }) => adopted)).length).toBeGreaterThan(0);
  });

  it("finds each lock that was left, and none is left", () => {
    const locks = recoveries.flatMap(({ stacks }) => stacks.flatMap(({ lock }) => lock ?? []));
    expect(locks).toHaveLength(moments.length);
    for (const lock of locks) expect(lock).toMatchObject({ broken: true, verdict: { is: "abandoned" } });
  });

  it("is then deployed to its end, and planned again with no change", async () => {
    const { code, text } = await deployment.cdktf("deploy");
    expect({ code, why: code === 0 ? "" : text }).toEqual({ code: 0, why: "" });
    expect(await deployment.drift()).toBe("");
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
    expect((await deployment.cdktf("destroy")).code).toBe(0);
    deployment.deleteBucket(bucket);
    expect(await deployment.leftovers()).toBe("");
  });
});
