import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { describe, expect, it } from "@jest/globals";
import { publishers } from "@mainstay/core";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { email, https, Topic, type TopicProps } from "./index.ts";

const account = reference("data.aws_caller_identity.alarms_account.account_id");
const arn = reference("aws_sns_topic.alarms_topic.arn");
const ops = email("ops@example.com");

const standard = synth({});

describe("Topic", () => {
  it("keeps messages under a key of its own, which CloudWatch may use for this account", () => {
    const found = standard;
    expect(found.the(SnsTopic)).toMatchObject({
      name: "clinic-test-alarms",
      kms_master_key_id: reference("aws_kms_key.alarms_key.arn"),
    });
    expect(statements(found.the(KmsKey))).toContainEqual({
      Sid: "Publishescloudwatch",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": account } },
      Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      Resource: "*",
    });
  });

  it("takes messages from alarms of this account and region, over TLS, and from nobody else", () => {
    expect(standard.the(SnsTopicPolicy).arn).toBe(arn);
    expect(statements(standard.the(SnsTopicPolicy))).toEqual([
      {
        Sid: "Publishescloudwatch",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: {
            "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${account}:alarm:*`,
          },
        },
        Action: "sns:Publish",
        Resource: arn,
      },
      {
        Sid: "NoPlainText",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("lets every publisher that is named through both doors, the topic's and the key's", () => {
    const found = synth({ publishers });
    const allowed = (resource: Record<string, string>) =>
      statements(resource)
        .filter(({ Effect: effect }) => effect === "Allow")
        .map(({ Principal: principal }) => principal.Service)
        .filter((service) => service !== undefined);
    const services = publishers.map((name) => `${name}.amazonaws.com`);
    expect(allowed(found.the(SnsTopicPolicy))).toEqual(services);
    expect(allowed(found.the(KmsKey))).toEqual(services);
  });

  it("subscribes each reader by its protocol", () => {
    const found = Object.values(
      synth({ subscribers: [ops, https("https://events.example.com/a")] }).all(SnsTopicSubscription),
    );
    expect(found).toEqual([
      { topic_arn: arn, protocol: "email", endpoint: "ops@example.com" },
      {
        topic_arn: arn,
        protocol: "https",
        endpoint: "https://events.example.com/a",
      },
    ]);
  });

  it("keeps every reader's address when others come, go or change places", () => {
    const before = synth({ subscribers: [ops, email("b@example.com")] }).all(SnsTopicSubscription);
    const after = synth({
      subscribers: [email("a@example.com"), email("b@example.com"), ops],
    }).all(SnsTopicSubscription);
    expect(after).toMatchObject(before);
    expect(Object.keys(after)).toHaveLength(3);
  });

  it("may have no reader where that was said", () => {
    expect(synth({ subscribers: "nobody" }).all(SnsTopicSubscription)).toEqual({});
  });

  it("reports every mistake at once, a repetition too", () => {
    const stack = testStack();
    new Topic(stack, "alarms", { subscribers: [email("ops"), ops, ops] });
    expect(mistakes(stack)).toMatch(/subscribers\[0\] is "ops"/);
    expect(mistakes(stack)).toMatch(/subscribers\[2\] is "ops@example\.com"; allowed: each once/);
    const silent = testStack();
    new Topic(silent, "alarms", { subscribers: [] });
    expect(mistakes(silent)).toMatch(/subscribers is \[\]/);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(standard.addresses).toMatchInlineSnapshot(`
      [
        "aws_kms_key.alarms_key",
        "aws_sns_topic.alarms_topic",
        "aws_sns_topic_policy.alarms_policy",
        "aws_sns_topic_subscription.alarms_email-ops-example-com-af3c82",
      ]
    `);
  });
});

function synth(props: Partial<TopicProps>) {
  const stack = testStack({ life: "monitoring" });
  new Topic(stack, "alarms", { subscribers: [ops], ...props });
  return synthesize(stack);
}

function statements({ policy = "" }: Record<string, string>) {
  return JSON.parse(policy).Statement as {
    Effect: string;
    Principal: { Service?: string };
  }[];
}
