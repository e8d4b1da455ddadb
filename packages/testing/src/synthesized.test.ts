import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { describe, expect, it } from "@jest/globals";
import { check } from "@mainstay/core";
import { mistakes, synthesize, testStack } from "./index.ts";

describe("synthesize", () => {
  it("finds resources by type and name", () => {
    const stack = testStack();
    new SnsTopic(stack, "alarms", { name: "alarms" });
    new SqsQueue(stack, "first", { name: "a" });
    new SqsQueue(stack, "second", { name: "b" });
    const found = synthesize(stack);
    expect(found.addresses).toEqual(["aws_sns_topic.alarms", "aws_sqs_queue.first", "aws_sqs_queue.second"]);
    expect(found.the(SnsTopic)).toMatchObject({ name: "alarms" });
    expect(found.named(SqsQueue, "second")).toMatchObject({ name: "b" });
    expect(() => found.the(SqsQueue)).toThrow("aws_sqs_queue: expected exactly one, the stack has: first, second");
  });

  it("runs validations", () => {
    const stack = testStack();
    check(stack, [{ property: "size", got: 0, allowed: "1 or more", fix: "Raise it." }]);
    expect(mistakes(stack)).toContain("size is 0; allowed: 1 or more. Raise it.");
    expect(mistakes(testStack())).toBe("");
  });
});
