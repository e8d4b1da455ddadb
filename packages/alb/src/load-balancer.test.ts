import { Lb } from "@cdktf/provider-aws/lib/lb/index.js";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { mistakes, reference, type Synthesized, synthesize, testStack } from "@mainstay/testing";
import { testNetwork } from "@mainstay/vpc/testing";
import { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";

/** What nothing was asked of. */
const standard = synth({});

describe("LoadBalancer", () => {
  it("is public, in the public subnet of every zone, and cannot be deleted unless told so", () => {
    expect(standard.the(Lb)).toMatchObject({
      load_balancer_type: "application",
      internal: false,
      subnets: ["subnet-public-eu-west-1a", "subnet-public-eu-west-1b"],
      enable_deletion_protection: true,
      enable_cross_zone_load_balancing: true,
      enable_zonal_shift: true,
    });
    expect(synth({ protect: false }).the(Lb)).toMatchObject({
      enable_deletion_protection: false,
    });
  });

  it("refuses requests that could be smuggled past it", () => {
    expect(standard.the(Lb)).toMatchObject({
      drop_invalid_header_fields: true,
      desync_mitigation_mode: "defensive",
      xff_header_processing_mode: "append",
    });
  });

  it("pain 19: 502s: keep-alive shorter than the ALB idle timeout: the idle timeout is the contract's, below the application's", () => {
    expect(standard.the(Lb)).toMatchObject({
      idle_timeout: contract.connection.loadBalancerIdle,
    });
    expect(contract.connection.loadBalancerIdle).toBeLessThan(contract.connection.keepAlive);
  });

  it("lets clients ask DNS again within five minutes, so that they leave a zone that was taken out", () => {
    expect(standard.the(Lb).client_keep_alive).toBeLessThanOrEqual(300);
  });

  it("speaks https with TLS 1.3, and answers 404 where no service has a route", () => {
    const https = standard.named(LbListener, "entry_https");
    expect(https).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      certificate_arn: "arn:certificate",
      default_action: [
        {
          type: "fixed-response",
          fixed_response: { status_code: "404", content_type: "text/plain" },
        },
      ],
    });
    expect(https.ssl_policy).toMatch(/^ELBSecurityPolicy-TLS13-1-2-Res-/);
  });

  it("sends http to https, and nowhere else", () => {
    expect(standard.named(LbListener, "entry_http")).toMatchObject({
      port: 80,
      default_action: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" },
        },
      ],
    });
  });

  it("is open to the internet for http, https and path MTU discovery, and to nothing behind it yet", () => {
    const openings = Object.values(standard.all(VpcSecurityGroupIngressRule));
    expect(openings.map((rule) => `${rule.ip_protocol} ${rule.from_port}-${rule.to_port} ${rule.cidr_ipv4}`)).toEqual([
      "tcp 80-80 0.0.0.0/0",
      "tcp 443-443 0.0.0.0/0",
      "icmp 3-4 0.0.0.0/0",
    ]);
    expect(standard.all(VpcSecurityGroupEgressRule)).toEqual({});
  });

  it("pain 5: inline and separate security group rules fight: the group has none inside", () => {
    const group = standard.the(SecurityGroup);
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  it("logs every request to a private, encrypted bucket that forgets after 90 days", () => {
    const bucket = reference("aws_s3_bucket.entry_logs_bucket.bucket");
    expect(standard.the(Lb).access_logs).toEqual({ bucket, enabled: true });
    expect(standard.the(S3BucketPublicAccessBlock)).toMatchObject({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(standard.the(S3BucketOwnershipControls)).toMatchObject({
      bucket,
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
    expect(standard.the(S3BucketServerSideEncryptionConfigurationA)).toMatchObject({
      bucket,
      rule: [
        {
          apply_server_side_encryption_by_default: {
            sse_algorithm: "AES256",
          },
        },
      ],
    });
    expect(standard.the(S3BucketLifecycleConfiguration)).toMatchObject({
      bucket,
      rule: [
        {
          status: "Enabled",
          expiration: [{ days: 90 }],
          noncurrent_version_expiration: [{ noncurrent_days: 7 }],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
        },
      ],
    });
    expect(synth({ logs: 7 }).the(S3BucketLifecycleConfiguration).rule[0].expiration).toEqual([{ days: 7 }]);
  });

  it("lets only load balancers of this account and region write logs, and only over TLS", () => {
    const [tlsOnly, delivery] = JSON.parse(standard.the(S3BucketPolicy).policy).Statement;
    const arn = reference("aws_s3_bucket.entry_logs_bucket.arn");
    const account = reference("data.aws_caller_identity.entry_logs_account.account_id");
    expect(tlsOnly).toMatchObject({
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(delivery).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${arn}/AWSLogs/${account}/*`,
      Condition: {
        ArnLike: {
          "aws:SourceArn": `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/*`,
        },
      },
    });
  });

  it("turns logging on only when the bucket lets it", () => {
    expect(standard.the(Lb).depends_on).toContain("aws_s3_bucket_policy.entry_logs_policy");
  });

  it("keeps the logs when it goes, unless it is not protected", () => {
    expect(standard.the(S3Bucket)).toMatchObject({ force_destroy: false });
    expect(synth({ protect: false }).the(S3Bucket)).toMatchObject({
      force_destroy: true,
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const { stack } = build({
      network: testNetwork(["eu-west-1a"]),
      logs: 0.5,
    });
    expect(mistakes(stack)).toMatch(/two zones or more[\s\S]*logs is 0.5/);
    expect(mistakes(build({}).stack)).toBe("");
  });

  it("pain 27: construct renames destroy resources: addresses stay", () => {
    expect(standard.addresses).toMatchInlineSnapshot(`
      [
        "aws_lb.entry_load-balancer",
        "aws_lb_listener.entry_http",
        "aws_lb_listener.entry_https",
        "aws_s3_bucket.entry_logs_bucket",
        "aws_s3_bucket_lifecycle_configuration.entry_logs_lifecycle",
        "aws_s3_bucket_ownership_controls.entry_logs_ownership",
        "aws_s3_bucket_policy.entry_logs_policy",
        "aws_s3_bucket_public_access_block.entry_logs_private",
        "aws_s3_bucket_server_side_encryption_configuration.entry_logs_encryption",
        "aws_s3_bucket_versioning.entry_logs_versioning",
        "aws_security_group.entry_security-group",
        "aws_vpc_security_group_ingress_rule.entry_from-internet-http",
        "aws_vpc_security_group_ingress_rule.entry_from-internet-https",
        "aws_vpc_security_group_ingress_rule.entry_from-internet-path-mtu",
      ]
    `);
  });
});

function build(props: Partial<LoadBalancerProps>) {
  const stack = testStack({ life: "edge" });
  const certificate = { arn: "arn:certificate" };
  return {
    stack,
    entry: new LoadBalancer(stack, "entry", {
      network: testNetwork(),
      certificate,
      ...props,
    }),
  };
}

function synth(props: Partial<LoadBalancerProps>): Synthesized {
  return synthesize(build(props).stack);
}
