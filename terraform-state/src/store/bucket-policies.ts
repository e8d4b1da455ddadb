/** ARNs of a bucket and of all that is in it. */
const all = (arn: string) => [arn, `${arn}/*`];

const tlsOnly = (arn: string) => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: "s3:*",
  Resource: all(arn),
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** Who may not do what with states, whatever they are allowed elsewhere. */
export function statePolicy(arn: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      tlsOnly(arn),
      {
        // WHY: a write that names another encryption would turn off the bucket's own key. Most name none.
        Sid: "OwnKeyOnly",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "s3:PutObject",
        Resource: `${arn}/*`,
        Condition: {
          StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
          Null: { "s3:x-amz-server-side-encryption": "false" },
        },
      },
      {
        // WHY for everybody: who really wants it takes this statement away first. S3's own clean-up of old versions is not asked.
        Sid: "NothingIsLost",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: ["s3:DeleteBucket", "s3:DeleteObjectVersion"],
        Resource: all(arn),
      },
    ],
  };
}

/** S3 may deliver access logs of the account's bucket `source`; nobody else writes. */
export function logPolicy(arn: string, source: string, account: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      tlsOnly(arn),
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${arn}/*`,
        Condition: { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  };
}
