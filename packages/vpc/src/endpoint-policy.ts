import type { Region } from "@mainstay/core";

/**
 * AWS services that can be given an address inside of the VPC, by the last part of their endpoint's service name.
 *
 * What containers need without NAT: `ecr.api` and `ecr.dkr` (images), `logs`, `secretsmanager`; with ECS on EC2 also `ecs`,
 * `ecs-agent`, `ecs-telemetry`; for `ecs exec` and Session Manager `ssm`, `ssmmessages`, `ec2messages`.
 */
export const interfaceEndpointNames = [
  "ecr.api",
  "ecr.dkr",
  "logs",
  "secretsmanager",
  "ssm",
  "ssmmessages",
  "ec2messages",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "kms",
  "elasticfilesystem",
  "sts",
  "monitoring",
] as const;
export type InterfaceEndpoint = (typeof interfaceEndpointNames)[number];

/**
 * IAM prefix of the services whose endpoint gets a policy.
 *
 * Only those whose guides show one: AWS refuses a policy for a service that does not support it.
 */
const policyPrefixes: Partial<Record<InterfaceEndpoint, string>> = {
  "ecr.api": "ecr",
  "ecr.dkr": "ecr",
  logs: "logs",
  secretsmanager: "secretsmanager",
  ssm: "ssm",
  kms: "kms",
  sts: "sts",
  monitoring: "cloudwatch",
};

/**
 * Lets an endpoint be used with this account's identities only; undefined where it takes no policy.
 *
 * A limit, not a grant: roles still need their own permissions. It stops data from leaving with another account's credentials.
 */
export function interfacePolicy(endpoint: InterfaceEndpoint, accountId: string): object | undefined {
  const prefix = policyPrefixes[endpoint];
  if (prefix === undefined) return undefined;
  return document({
    Sid: "OwnIdentities",
    Effect: "Allow",
    Principal: "*",
    Action: `${prefix}:*`,
    Resource: "*",
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  });
}

/** Lets S3 be used for this account's buckets, and for AWS's own that containers and instances cannot start without. */
export function s3Policy(region: Region, accountId: string): object {
  return document(
    {
      Sid: "OwnBuckets",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:*",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId } },
    },
    {
      // WHY: image layers and system packages come from buckets of AWS (ECR guide, VPC endpoints; AL2023 guide, repositories).
      Sid: "ImagesAndPackages",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: [
        `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
        `arn:aws:s3:::al2023-repos-${region}-de612dc2/*`,
      ],
    },
  );
}

function document(...statements: object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}
