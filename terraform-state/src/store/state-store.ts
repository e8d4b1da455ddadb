import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging/index.js";
import { encryptionKey } from "@mainstay/core";
import { Construct } from "constructs";
import { logPolicy, statePolicy } from "./bucket-policies.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface StateStoreProps {
  readonly bucket: string;
  /** 12 digits. */
  readonly account: string;
}

/** Old versions of a state: the newest 100 stay for ever, others for a year, as long as an audit asks back. */
const kept = { versions: 100, days: 365 };

/** Where every state of an account is: versions are kept, reads and writes are logged. About 1.10 USD a month, most of it the key. */
export class StateStore extends Construct {
  readonly key: KmsKey;
  readonly states: PrivateBucket;
  readonly logs: PrivateBucket;
  readonly logging: S3BucketLoggingA;

  constructor(scope: Construct, id: string, { bucket, account }: StateStoreProps) {
    super(scope, id);
    this.key = encryptionKey(this, "key", { account, encrypts: "Terraform states", protect: true });
    this.states = new PrivateBucket(this, "states", {
      bucket,
      key: this.key.arn,
      policy: statePolicy,
      lifecycle: {
        noncurrentVersionExpiration: [{ noncurrentDays: kept.days, newerNoncurrentVersions: kept.versions }],
      },
    });
    this.logs = new PrivateBucket(this, "logs", {
      bucket: `${bucket}-logs`,
      policy: (arn) => logPolicy(arn, this.states.arn, account),
      lifecycle: {
        expiration: [{ days: kept.days }],
        noncurrentVersionExpiration: [{ noncurrentDays: 7 }],
      },
    });
    this.logging = new S3BucketLoggingA(this, "logging", {
      bucket: this.states.bucket.bucket,
      targetBucket: this.logs.bucket.bucket,
      targetPrefix: "states/",
      // WHY: S3 refuses a target that it may not write to.
      dependsOn: [this.logs.policy],
    });
  }
}
