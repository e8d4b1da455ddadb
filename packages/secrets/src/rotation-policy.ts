import type { SecretReference } from "./stored-secret.ts";

export interface RotationAccess {
  readonly secret: SecretReference;
  /** ARNs of the keys of the copies. */
  readonly replicaKeys: readonly string[];
  /** ARN of the database server. */
  readonly database: string;
  /** ARN of the function's log group. */
  readonly log: string;
}

/** What the rotating function may do: read and write one secret, change one server, write one log. */
export function rotationPolicy({ secret, replicaKeys, database, log }: RotationAccess): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Secret",
        Effect: "Allow",
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: secret.arn,
      },
      {
        Sid: "NewPassword",
        Effect: "Allow",
        Action: "secretsmanager:GetRandomPassword",
        // WHY: makes up a value and touches nothing; the action knows no resource (Service Authorization Reference).
        Resource: "*",
      },
      {
        Sid: "Key",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: secret.keyArn,
      },
      ...(replicaKeys.length > 0 ? [copies(replicaKeys)] : []),
      {
        Sid: "Server",
        Effect: "Allow",
        Action: ["rds:DescribeDBInstances", "rds:ModifyDBInstance"],
        Resource: database,
      },
      {
        Sid: "Log",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${log}:*`,
      },
    ],
  });
}

/** WHY: Secrets Manager encrypts the copies in the name of whoever changes the secret (API, `ReplicateSecretToRegions`). */
function copies(keys: readonly string[]) {
  return {
    Sid: "Copies",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
    Resource: keys,
    Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
  };
}
