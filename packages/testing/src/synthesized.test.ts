import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { describe, expect, it } from "@jest/globals";
import { check } from "@mainstay/core";
import { mistakes, reference, synthesize, testApp, testStack } from "./index.ts";

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

  it("renders a reference to another stack as it will be deployed", () => {
    const app = testApp();
    const [data, service] = [testStack({ life: "data" }, app), testStack({}, app)];
    const topic = new SnsTopic(data, "alarms", { name: "alarms" });
    new SqsQueue(service, "queue", { name: topic.arn });
    expect(synthesize(service).the(SqsQueue).name).toBe(
      reference(
        "data.terraform_remote_state.cross-stack-reference-input-clinic-test-eu-west-1-data.outputs.cross-stack-output-aws_sns_topic-alarms-arn",
      ),
    );
  });

  it("runs validations", () => {
    const stack = testStack();
    check(stack, [{ property: "size", got: 0, allowed: "1 or more", fix: "Raise it." }]);
    expect(mistakes(stack)).toContain("size is 0; allowed: 1 or more. Raise it.");
    expect(mistakes(testStack())).toBe("");
  });
});
