import type { Region } from "./zone.ts";

export interface KeyPolicyProps {
  /** The account that owns the key, 12 digits. */
  readonly account: string;
  /**
   * CloudWatch Logs of this region may encrypt log groups of the account with the key.
   *
   * @default no other service may use the key by itself
   */
  readonly logsIn?: Region;
}

/**
 * The policy of a KMS key as JSON: IAM policies of the account decide, nobody else has access.
 *
 * WHY: the same as AWS's default, but written down, since a scanner (CKV2_AWS_64) and a reader cannot see a default; and
 * CloudWatch Logs has no other way to be allowed.
 */
export function keyPolicy({ account, logsIn }: KeyPolicyProps): string {
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
    Statement: logsIn === undefined ? [owner] : [owner, logs(logsIn, account)],
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
