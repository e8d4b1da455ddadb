import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { Construct } from "constructs";

export interface PrivateBucketProps {
  /** Its name, unique in the world. A change makes another bucket. */
  readonly bucket: string;
  /**
   * ARN of the KMS key that everything is encrypted with.
   *
   * @default S3's own key
   */
  readonly key?: string;
  /** What the bucket's policy says, given its ARN. */
  readonly policy: (arn: string) => object;
  /** What becomes of objects in time. */
  readonly lifecycle: Omit<S3BucketLifecycleConfigurationRule, "id" | "status" | "filter">;
}

/** Days until an upload that never ended is gone. */
const unfinishedDays = 7;

/** A versioned bucket that nobody outside the account can reach, and that no plan can delete. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownership: S3BucketOwnershipControls;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly versioning: S3BucketVersioningA;
  readonly lifecycle: S3BucketLifecycleConfiguration;
  readonly policy: S3BucketPolicy;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.arn = `arn:aws:s3:::${props.bucket}`;
    this.bucket = new S3Bucket(this, "bucket", { bucket: props.bucket, lifecycle: { preventDestroy: true } });
    const { bucket } = this.bucket;
    this.publicAccessBlock = new S3BucketPublicAccessBlock(this, "private", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    this.ownership = new S3BucketOwnershipControls(this, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    this.encryption = this.encrypt(props);
    this.versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    this.lifecycle = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "in-time",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: unfinishedDays }],
          ...props.lifecycle,
        },
      ],
      // WHY: a rule about old versions is for buckets that have them (provider docs, aws_s3_bucket_lifecycle_configuration).
      dependsOn: [this.versioning],
    });
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: JSON.stringify(props.policy(this.arn)),
      // WHY: S3 refuses two changes of a bucket's access at the same time (terraform-provider-aws#7628).
      dependsOn: [this.publicAccessBlock, this.ownership],
    });
  }

  private encrypt({ key }: PrivateBucketProps): S3BucketServerSideEncryptionConfigurationA {
    return new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault:
            key === undefined ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
          // WHY: one request to KMS for many objects; each lock is one.
          bucketKeyEnabled: key !== undefined,
        },
      ],
    });
  }
}
