import { actingFor, type Publisher } from "./publisher.ts";
import type { Region } from "./zone.ts";

export interface KeyPolicyProps {
  /** The account that owns the key, 12 digits. */
  readonly account: string;
  /**
   * CloudWatch Logs of this region may encrypt log groups of the account with the key.
   *
   * @default CloudWatch Logs may not use the key
   */
  readonly logsIn?: Region;
  /**
   * These services may publish to SNS topics that are encrypted with the key. Without it their messages are lost silently.
   *
   * @default none may use the key
   */
  readonly publishers?: readonly Publisher[];
}

/**
 * The policy of a KMS key as JSON: IAM policies of the account decide, nobody else has access but the services that are named.
 *
 * WHY: the same as AWS's default, but written down, since a scanner (CKV2_AWS_64) and a reader cannot see a default; and
 * services have no other way to be allowed.
 */
export function keyPolicy({ account, logsIn, publishers = [] }: KeyPolicyProps): string {
  const owner = {
    Sid: "AccountDecidesByIam",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    // WHY: without the full delegation to IAM nobody could ever change the key again (KMS guide, default key policy).
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      owner,
      ...(logsIn === undefined ? [] : [logs(logsIn, account)]),
      ...publishers.map((publisher) => publishing(publisher, account)),
    ],
  });
}

function logs(region: Region, account: string) {
  return {
    Sid: "CloudWatchLogs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` } },
  };
}

/** What SNS asks of whoever publishes to an encrypted topic (SNS guide, key management). */
function publishing(publisher: Publisher, account: string) {
  return {
    Sid: `Publishes${publisher}`,
    Effect: "Allow",
    ...actingFor(publisher, account),
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: "*",
  };
}
