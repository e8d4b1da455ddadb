import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { nameOf, type Region } from "@mainstay/core";
import { Construct } from "constructs";

export interface AccessLogsProps {
  readonly region: Region;
  /** Days that a log stays. */
  readonly retention: number;
  /** Whether a bucket with logs in it refuses to be destroyed. */
  readonly protect: boolean;
}

/** Days until what was overwritten, deleted or never finished is gone. */
const leftoverDays = 7;

/** A private, encrypted bucket that load balancers of one account and region may write to, and that forgets by itself. */
export class AccessLogs extends Construct {
  readonly account: DataAwsCallerIdentity;
  readonly bucket: S3Bucket;
  readonly publicAccessBlock: S3BucketPublicAccessBlock;
  readonly ownership: S3BucketOwnershipControls;
  readonly encryption: S3BucketServerSideEncryptionConfigurationA;
  readonly versioning: S3BucketVersioningA;
  readonly lifecycle: S3BucketLifecycleConfiguration;
  /** Logging can be turned on once this is there. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    this.account = new DataAwsCallerIdentity(this, "account", {});
    this.bucket = this.createBucket(props);
    this.publicAccessBlock = this.blockPublicAccess();
    this.ownership = this.ownEverything();
    this.encryption = this.encrypt();
    this.versioning = this.keepVersions();
    this.lifecycle = this.forget(props);
    this.policy = this.createPolicy(props);
  }

  private createBucket({ protect }: AccessLogsProps): S3Bucket {
    return new S3Bucket(this, "bucket", {
      bucketPrefix: nameOf(this, "bucketPrefix"),
      forceDestroy: !protect,
    });
  }

  private blockPublicAccess(): S3BucketPublicAccessBlock {
    return new S3BucketPublicAccessBlock(this, "private", {
      bucket: this.bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }

  private ownEverything(): S3BucketOwnershipControls {
    return new S3BucketOwnershipControls(this, "ownership", {
      bucket: this.bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  }

  private encrypt(): S3BucketServerSideEncryptionConfigurationA {
    return new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: this.bucket.bucket,
      // WHY: SSE-S3 is the only encryption that load balancers can write access logs with (ELB guide, enable access logs).
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
  }

  private keepVersions(): S3BucketVersioningA {
    return new S3BucketVersioningA(this, "versioning", {
      bucket: this.bucket.bucket,
      versioningConfiguration: { status: "Enabled" },
    });
  }

  private forget({ retention }: AccessLogsProps): S3BucketLifecycleConfiguration {
    return new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.bucket,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{ prefix: "" }],
          expiration: [{ days: retention }],
          noncurrentVersionExpiration: [{ noncurrentDays: leftoverDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: leftoverDays }],
        },
      ],
      // WHY: a rule about old versions is for buckets that have them (provider docs, aws_s3_bucket_lifecycle_configuration).
      dependsOn: [this.versioning],
    });
  }

  private createPolicy({ region }: AccessLogsProps): S3BucketPolicy {
    const { accountId } = this.account;
    return new S3BucketPolicy(this, "policy", {
      bucket: this.bucket.bucket,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: { AWS: "*" },
            Action: "s3:*",
            Resource: [this.bucket.arn, `${this.bucket.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          {
            // WHY: the service principal in every region. The account ids per region are the legacy way, which AWS asks to
            // replace and which no region since August 2022 has (ELB guide, enable access logs).
            Sid: "LogDelivery",
            Effect: "Allow",
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: `${this.bucket.arn}/AWSLogs/${accountId}/*`,
            Condition: {
              ArnLike: { "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/*` },
            },
          },
        ],
      }),
      // WHY: S3 refuses two changes of a bucket's access at the same time (terraform-provider-aws#7628).
      dependsOn: [this.publicAccessBlock, this.ownership],
    });
  }
}
