import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { check, encryptionKey, nameOf, type Publisher, type Region, regionOf } from "@mainstay/core";
import { Construct } from "constructs";
import { distinct, endpointOf, idOf, type Subscribers, type Subscription, subscriberProblems } from "./subscription.ts";
import { topicPolicy } from "./topic-policy.ts";

/** Where an alarm's news go. An alarm and what it notifies are in one region. */
export interface Listener {
  readonly arn: string;
  readonly region: Region;
}

export interface TopicProps {
  /**
   * Who hears: `[email("ops@example.com")]`, or `"nobody"`. Adding or removing one touches no other.
   *
   * One that has not confirmed is still pending: AWS delivers nothing to it, and a destroy leaves it to AWS, which forgets it.
   */
  readonly subscribers: Subscribers;

  /**
   * AWS services that may publish by themselves. Adding one changes the policies of topic and key in place.
   *
   * @default ["cloudwatch"]: alarms of this account and region
   */
  readonly publishers?: readonly Publisher[];
}

/**
 * What people are told through: an SNS topic under a key of its own, which takes messages over TLS and from named services only.
 *
 * Regional, and stored in several zones. 1 USD a month for the key; the first 1,000 mails a month are free.
 */
export class Topic extends Construct implements Listener {
  readonly region: Region;
  readonly key: KmsKey;
  readonly topic: SnsTopic;
  readonly policy: SnsTopicPolicy;
  /** By what they are, never by their place in the list. */
  readonly subscriptions: ReadonlyMap<string, SnsTopicSubscription>;

  constructor(scope: Construct, id: string, props: TopicProps) {
    super(scope, id);
    check(this, subscriberProblems(props.subscribers));
    const { subscribers, publishers = ["cloudwatch"] } = props;
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});

    this.region = regionOf(this);
    this.key = encryptionKey(this, "key", { account: accountId, encrypts: "messages at rest", publishers });
    this.topic = this.createTopic();
    this.policy = this.admit(publishers, accountId);
    this.subscriptions = new Map(distinct(subscribers).map((one) => [idOf(one), this.subscribe(one)]));
  }

  get arn(): string {
    return this.topic.arn;
  }

  private createTopic(): SnsTopic {
    return new SnsTopic(this, "topic", { name: nameOf(this, "topic"), kmsMasterKeyId: this.key.arn });
  }

  private admit(publishers: readonly Publisher[], account: string): SnsTopicPolicy {
    const { arn: topicArn } = this.topic;
    return new SnsTopicPolicy(this, "policy", {
      arn: topicArn,
      policy: JSON.stringify(topicPolicy({ topicArn, account, region: this.region, publishers })),
    });
  }

  private subscribe(subscription: Subscription): SnsTopicSubscription {
    return new SnsTopicSubscription(this, idOf(subscription), {
      topicArn: this.topic.arn,
      protocol: subscription.kind,
      endpoint: endpointOf(subscription),
    });
  }
}
