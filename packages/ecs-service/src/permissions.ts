import type { Region } from "@mainstay/core";
import type { SecretLocation } from "./container.ts";

/** An IAM statement that allows something. */
export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A policy document as IAM wants it. */
export function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Who may act as the roles of a task: ECS, and only for tasks of this account.
 *
 * WHY: without the conditions ECS could be made to use the role for somebody else's task (IAM guide, confused deputy).
 */
export function tasksOf(account: string, region: Region): string {
  return document([
    {
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${account}:*` },
      },
    },
  ]);
}

/** What ECS needs to start a task: its image, its log streams, its secrets; these and no others. */
export function execution(needs: {
  readonly region: Region;
  readonly repositoryArn: string;
  readonly logGroupArn: string;
  readonly secrets: readonly SecretLocation[];
}): Statement[] {
  const { region, repositoryArn, logGroupArn, secrets } = needs;
  return [
    // WHY: the token is for the whole registry of the account; AWS has no narrower resource for it (ECR guide).
    { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositoryArn,
    },
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` },
    ...readSecrets(region, secrets),
  ];
}

/** Reading the values of these secrets; their keys open nothing but what comes from Secrets Manager of the region. */
export function readSecrets(region: Region, secrets: readonly SecretLocation[]): Statement[] {
  const secretArns = unique(secrets.map(({ arn }) => arn));
  const keyArns = unique(secrets.flatMap(({ keyArn }) => keyArn ?? []));
  return [
    ...(secretArns.length > 0
      ? [{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArns } as const]
      : []),
    ...(keyArns.length > 0
      ? [
          {
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: keyArns,
            Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
          } as const,
        ]
      : []),
  ];
}

/** Reading and writing files through one access point, and so below its directory only. */
export function files(fileSystemArn: string, accessPointArn: string): Statement {
  return {
    Effect: "Allow",
    Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
    Resource: fileSystemArn,
    Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn } },
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
