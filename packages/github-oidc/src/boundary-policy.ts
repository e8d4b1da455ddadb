import {
  allow,
  makeRoles,
  ownIdentities,
  type Policy,
  policy,
  type Statement,
  type StatePlace,
  type Whose,
} from "./permissions.ts";

export interface Bounds extends Whose {
  /** ARN of the boundary itself. */
  readonly boundary: string;
  readonly states: StatePlace;
  /** What the names of the roles that GitHub takes, and of their boundaries, begin with. */
  readonly deliverers: string;
}

/**
 * The most that a deployment of one environment, and whatever it makes, can ever do: everything but to reach beyond itself, and what has the
 * name of another environment.
 *
 * A boundary gives nothing. What is denied here stays denied, whatever policy a deployment writes.
 */
export function boundaryPolicy({ account, environment, boundary, states, deliverers }: Bounds): Policy {
  const { bucket, prefix, key } = states;
  const roles = `arn:aws:iam::${account}:role/${environment}-*`;
  const deny = (Sid: string, Action: readonly string[], Resource: readonly string[] = ["*"]): Statement => ({
    Sid,
    Effect: "Deny",
    Action,
    Resource,
  });
  const only = (Sid: string, Action: readonly string[], NotResource: readonly string[]): Statement => ({
    Sid,
    Effect: "Deny",
    Action,
    NotResource,
  });
  return policy(
    allow("Most", ["*"], ["*"]),
    deny("NoIdentities", [
      "iam:*AccessKey*",
      "iam:*LoginProfile",
      "iam:*OpenIDConnect*",
      "iam:*SAMLProvider*",
      "iam:*User",
      "iam:*Group",
      "iam:*MFADevice",
      "organizations:*",
      "account:*",
      "sso:*",
      "sso-directory:*",
      "identitystore:*",
    ]),
    deny(
      "BoundaryStays",
      ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
      [boundary, `arn:aws:iam::${account}:policy/${deliverers}*`],
    ),
    deny("RolesStayBounded", ["iam:DeleteRolePermissionsBoundary"]),
    {
      ...deny("OnlyWithinTheBoundary", [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:PutRolePermissionsBoundary",
      ]),
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundary } },
    },
    deny(
      "DeliverersStay",
      [
        "iam:AttachRolePolicy",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      [`arn:aws:iam::${account}:role/${deliverers}*`],
    ),
    deny(
      "StatesStay",
      [
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObjectVersion",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      [bucket, `${bucket}/*`],
    ),
    deny("StateKeyStays", ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy", "kms:DeleteAlias"], [key]),
    // WHY again, beside the deploy role's own policy: a role that the deployment makes may be allowed everything.
    only(
      "OwnRolesOnly",
      ["iam:PassRole", ...makeRoles],
      [...ownIdentities({ account, environment }), `arn:aws:iam::${account}:role/aws-service-role/*`],
    ),
    {
      ...only("BecomeOwnRolesOnly", ["sts:AssumeRole"], [roles]),
      Condition: { StringEquals: { "aws:ResourceAccount": account } },
    },
    only("OwnSecretsOnly", changeOrReadSecrets, [`arn:aws:secretsmanager:*:${account}:secret:${environment}-*`]),
    only(
      "OwnFilesOnly",
      ["s3:*Object*", "s3:ListBucket*", "s3:Put*", "s3:Delete*"],
      [`arn:aws:s3:::${environment}-*`, bucket, `${bucket}/${prefix}*`],
    ),
    {
      ...deny("ListOwnStatesOnly", ["s3:ListBucket*"], [bucket]),
      Condition: { StringNotLike: { "s3:prefix": [`${prefix}*`] } },
    },
    // WHY: whoever puts code into another environment's function, or a shell into its task, acts as its roles.
    only(
      "OwnCodeOnly",
      ["ecs:ExecuteCommand", "lambda:AddPermission", "lambda:InvokeFunction*", "lambda:UpdateFunction*"],
      [
        `arn:aws:lambda:*:${account}:function:${environment}-*`,
        `arn:aws:ecs:*:${account}:cluster/${environment}-*`,
        `arn:aws:ecs:*:${account}:task/${environment}-*`,
      ],
    ),
  );
}

/** All that names a secret. WHY not `secretsmanager:*`: a list of secrets, or a random password, has no name. */
const changeOrReadSecrets = [
  "*ResourcePolicy",
  "*Replica*",
  "CreateSecret",
  "DeleteSecret",
  "GetSecretValue",
  "PutSecretValue",
  "Replicate*",
  "RestoreSecret",
  "RotateSecret",
  "UpdateSecret*",
].map((verb) => `secretsmanager:${verb}`);
