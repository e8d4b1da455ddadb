/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export const policy = (...statements: readonly Statement[]): Policy => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** Where the states of an environment are, and what encrypts them. */
export interface StatePlace {
  /** ARN of the bucket. */
  readonly bucket: string;
  /** What the keys of the environment's states begin with: `clinic/dev/`. */
  readonly prefix: string;
  /** ARN of the KMS key. */
  readonly key: string;
}

/** An environment as its resources are named: `clinic-dev`. */
export interface Whose {
  /** 12 digits, or a reference to them. */
  readonly account: string;
  readonly environment: string;
}

export const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]): Statement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});

function readState({ bucket, prefix, key }: StatePlace): Statement[] {
  return [
    {
      ...allow("ListStates", ["s3:ListBucket"], [bucket]),
      Condition: { StringLike: { "s3:prefix": [`${prefix}*`] } },
    },
    allow("ReadStates", ["s3:GetObject"], [`${bucket}/${prefix}*`]),
    allow("OpenStates", ["kms:Decrypt"], [key]),
  ];
}

/** Reads states, writes them and locks them. States cannot be deleted, and no version of one. */
export function writeState(place: StatePlace): Statement[] {
  const { bucket, prefix, key } = place;
  return [
    ...readState(place),
    allow("WriteStates", ["s3:PutObject"], [`${bucket}/${prefix}*`]),
    allow("Unlock", ["s3:DeleteObject"], [`${bucket}/${prefix}*.tflock`]),
    allow("SealStates", ["kms:Encrypt", "kms:GenerateDataKey"], [key]),
  ];
}

/**
 * What a plan needs beside AWS's `ReadOnlyAccess`, and what it must not have of that: what users store.
 *
 * WHY secrets at all: a plan opens the ephemeral secret that a database's password is set from. Only those of the environment, and only
 * through Secrets Manager.
 */
export function planPolicy({ account, environment }: Whose, place: StatePlace): Policy {
  return policy(
    ...readState(place),
    // WHY: a plan opens this ephemeral resource too. Each answer is another one, and none of them is kept.
    allow("RandomPasswords", ["secretsmanager:GetRandomPassword"], ["*"]),
    allow(
      "OpenSecrets",
      ["secretsmanager:GetSecretValue"],
      [`arn:aws:secretsmanager:*:${account}:secret:${environment}-*`],
    ),
    {
      ...allow("OpenSecretsKey", ["kms:Decrypt"], [`arn:aws:kms:*:${account}:key/*`]),
      Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
    },
    {
      Sid: "NoFilesButStates",
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      NotResource: [`${place.bucket}/${place.prefix}*`],
    },
    {
      Sid: "NoStoredData",
      Effect: "Deny",
      Action: [
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "sqs:ReceiveMessage",
      ],
      Resource: ["*"],
    },
  );
}

/** Services that an environment consists of, whose resources have no names to tell environments apart by. Others: {@link deployPolicy}. */
const services = [
  "acm",
  "application-autoscaling",
  "autoscaling",
  "backup",
  "backup-storage",
  "cloudfront",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "elasticfilesystem",
  "elasticloadbalancing",
  "events",
  "kms",
  "lambda",
  "logs",
  "rds",
  "resource-groups",
  "route53",
  "sns",
  "states",
  "tag",
  "wafv2",
  "xray",
] as const;

/** Services that may run as a role of the environment. */
const runners = [
  "backup",
  "ec2",
  "ecs-tasks",
  "events",
  "lambda",
  "monitoring.rds",
  "replication",
  "states",
  "vpc-flow-logs",
].map((service) => `${service}.amazonaws.com`);

/** WHY not `iam:*`: that has `iam:PassRole` in it, to any service. */
export const makeRoles = [
  "Add",
  "Attach",
  "Create",
  "Delete",
  "Detach",
  "Put",
  "Remove",
  "SetDefault",
  "Tag",
  "Untag",
  "Update",
].map((verb) => `iam:${verb}*`);

/** Roles, and what goes with them, that are an environment's own by their names. */
export const ownIdentities = ({ account, environment }: Whose): string[] =>
  ["role", "instance-profile", "policy"].map((kind) => `arn:aws:iam::${account}:${kind}/${environment}-*`);

/** What a deployment of one environment needs: its services, its states, and roles of its own name within the boundary. */
export function deployPolicy({ account, environment }: Whose, place: StatePlace, boundary: string): Policy {
  const roles = [`arn:aws:iam::${account}:role/${environment}-*`];
  return policy(
    ...writeState(place),
    allow(
      "Services",
      services.map((service) => `${service}:*`),
      ["*"],
    ),
    // WHY by name: with these, one environment could read the states and the passwords of another.
    allow("OwnBuckets", ["s3:*"], [`arn:aws:s3:::${environment}-*`]),
    allow("ListBuckets", ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], ["*"]),
    allow("OwnSecrets", ["secretsmanager:*"], [`arn:aws:secretsmanager:*:${account}:secret:${environment}-*`]),
    allow("RandomPasswords", ["secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets"], ["*"]),
    allow("ReadIam", ["iam:Get*", "iam:List*"], ["*"]),
    allow("OwnRoles", makeRoles, ownIdentities({ account, environment })),
    {
      ...allow("RunAsOwnRoles", ["iam:PassRole"], roles),
      Condition: { StringEquals: { "iam:PassedToService": runners } },
    },
    allow("ServiceRoles", ["iam:CreateServiceLinkedRole"], [`arn:aws:iam::${account}:role/aws-service-role/*`]),
    // WHY here and in the boundary: a role that is made without it could do what the deployment may not.
    {
      Sid: "OnlyWithinTheBoundary",
      Effect: "Deny",
      Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"],
      Resource: ["*"],
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundary } },
    },
  );
}

/** What pushing an image to the repositories of an environment needs. An image that is there is never deleted. */
export function pushPolicy({ account, environment }: Whose): Policy {
  return policy(
    allow("LogIn", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "Push",
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      [`arn:aws:ecr:*:${account}:repository/${environment}-*`],
    ),
  );
}
