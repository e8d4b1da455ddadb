import { actingFor, type Publisher, type Region } from "@mainstay/core";

export interface TopicPolicyProps {
  readonly topicArn: string;
  /** The account that owns the topic, 12 digits, or a reference to them. */
  readonly account: string;
  readonly region: Region;
  readonly publishers: readonly Publisher[];
}

/**
 * Who may publish: the named services, for this account, and nobody over plain text.
 *
 * WHY: no statement for the owner. IAM policies of the account are enough within it, and SNS's default, which lets every principal
 * of the account do nearly everything, is gone with the first policy.
 */
export function topicPolicy({ topicArn, account, region, publishers }: TopicPolicyProps) {
  return {
    Version: "2012-10-17",
    Statement: [
      ...publishers.map((publisher) => ({
        Sid: `Publishes${publisher}`,
        Effect: "Allow",
        ...(publisher === "cloudwatch" ? alarmsOf(account, region) : actingFor(publisher, account)),
        Action: "sns:Publish",
        Resource: topicArn,
      })),
      {
        Sid: "NoPlainText",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}

/** Alarms of this account and region only (CloudWatch guide, "Notifying users on alarm changes"). */
function alarmsOf(account: string, region: Region) {
  const acting = actingFor("cloudwatch", account);
  return {
    ...acting,
    Condition: { ...acting.Condition, ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${account}:alarm:*` } },
  };
}
