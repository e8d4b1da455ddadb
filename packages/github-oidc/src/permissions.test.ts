import { describe, expect, it } from "@jest/globals";
import { boundaryPolicy } from "./boundary-policy.ts";
import { deployPolicy, type Policy, planPolicy, pushPolicy, type Statement } from "./permissions.ts";

const account = "123456789012";
const dev = { account, environment: "clinic-dev" };
const states = {
  bucket: "arn:aws:s3:::states",
  prefix: "clinic/dev/",
  key: `arn:aws:kms:eu-central-1:${account}:key/k`,
};
const boundaryOf = (environment: string) => `arn:aws:iam::${account}:policy/clinic-account-${environment}-boundary`;
const boundsOf = (environment: string) =>
  boundaryPolicy({
    account,
    environment,
    boundary: boundaryOf(environment),
    states: { ...states, prefix: `${environment.replace("-", "/")}/` },
    deliverers: "clinic-account-",
  });
const boundary = boundaryOf("clinic-dev");
const bounds = boundsOf("clinic-dev");
const deploy = deployPolicy(dev, states, boundary);
const plan = planPolicy(dev, states);
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** What IAM decides on one action; conditions of the call as `context`. */
function may(policy: Policy, action: string, resource: string, context: Record<string, string> = {}): boolean {
  const hits = policy.Statement.filter((statement) => fits(statement, action, resource, context));
  return hits.some(({ Effect }) => Effect === "Allow") && !hits.some(({ Effect }) => Effect === "Deny");
}

function fits(statement: Statement, action: string, resource: string, context: Record<string, string>): boolean {
  const any = (patterns: readonly string[], word: string) => patterns.some((pattern) => like(pattern, word));
  const actions = statement.Action === undefined || any(statement.Action, action);
  const resources =
    statement.Resource === undefined ? !any(statement.NotResource ?? [], resource) : any(statement.Resource, resource);
  const conditions = Object.entries(statement.Condition ?? {}).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => {
      const given = context[key];
      const same = given !== undefined && any([values].flat(), given);
      return operator.startsWith("StringNot") ? !same : same;
    }),
  );
  return actions && resources && conditions;
}

function like(pattern: string, word: string): boolean {
  const source = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(word);
}

const readOnly: Statement = {
  Sid: "Aws",
  Effect: "Allow",
  Action: ["s3:Get*", "logs:Get*", "iam:Get*", "dynamodb:Get*"],
  Resource: ["*"],
};

describe("the plan role", () => {
  const whole: Policy = { ...plan, Statement: [...plan.Statement, readOnly] };

  it("reads its environment's states, and opens its database's secret through Secrets Manager only", () => {
    expect(may(whole, "s3:GetObject", "arn:aws:s3:::states/clinic/dev/eu-west-1/data.tfstate")).toBe(true);
    expect(
      may(
        plan,
        "secretsmanager:GetSecretValue",
        `arn:aws:secretsmanager:eu-west-1:${account}:secret:clinic-dev-login-x`,
      ),
    ).toBe(true);
    const key = `arn:aws:kms:eu-west-1:${account}:key/a`;
    expect(may(plan, "kms:Decrypt", key, { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" })).toBe(true);
    expect(may(plan, "kms:Decrypt", key)).toBe(false);
  });

  it.each([
    [
      "another environment's secrets",
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:clinic-production-login`,
    ],
    ["another environment's states", "s3:GetObject", "arn:aws:s3:::states/clinic/production/eu-west-1/data.tfstate"],
    ["users' files", "s3:GetObject", "arn:aws:s3:::documents/1.pdf"],
    ["what users said", "logs:GetLogEvents", "arn:aws:logs:eu-west-1:1:log-group:api"],
  ])("does not read %s, though ReadOnlyAccess would", (_, action, resource) => {
    expect(may(whole, action, resource)).toBe(false);
  });

  it("writes nothing at all", () => {
    const verbs = plan.Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action = [] }) => Action);
    for (const verb of verbs) expect(verb).toMatch(/:(Get|List|Describe)|^kms:Decrypt$/);
  });
});

describe("the deploy role", () => {
  const bounded = (action: string, resource: string, context: Record<string, string> = {}) =>
    may(deploy, action, resource, context) && may(bounds, action, resource, context);

  it("deploys: services, states with their locks, roles of its own name", () => {
    expect(bounded("ecs:UpdateService", "*")).toBe(true);
    expect(bounded("s3:PutObject", "arn:aws:s3:::states/clinic/dev/eu-west-1/data.tfstate")).toBe(true);
    expect(bounded("s3:DeleteObject", "arn:aws:s3:::states/clinic/dev/eu-west-1/data.tfstate.tflock")).toBe(true);
    expect(bounded("iam:CreateRole", role("clinic-dev-eu-west-1-api"), { "iam:PermissionsBoundary": boundary })).toBe(
      true,
    );
    expect(
      bounded("iam:PassRole", role("clinic-dev-eu-west-1-api"), { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
    ).toBe(true);
  });

  it.each<readonly [string, string, string, Record<string, string>]>([
    ["makes a role without the boundary", "iam:CreateRole", role("clinic-dev-x"), {}],
    [
      "makes one with another boundary",
      "iam:CreateRole",
      role("clinic-dev-x"),
      { "iam:PermissionsBoundary": `${boundary}2` },
    ],
    ["gives an old role more", "iam:AttachRolePolicy", role("clinic-dev-x"), {}],
    ["takes a boundary off", "iam:DeleteRolePermissionsBoundary", role("clinic-dev-x"), {}],
    ["widens the boundary", "iam:CreatePolicyVersion", boundary, {}],
    ["touches another environment's roles", "iam:UpdateRole", role("clinic-production-x"), {}],
    [
      "touches the roles of delivery",
      "iam:UpdateAssumeRolePolicy",
      role("clinic-account-eu-central-1-clinic-dev-plan"),
      {},
    ],
    [
      "passes a role to what is none of its services",
      "iam:PassRole",
      role("clinic-dev-x"),
      { "iam:PassedToService": "glue.amazonaws.com" },
    ],
    [
      "reads another environment's states",
      "s3:GetObject",
      "arn:aws:s3:::states/clinic/production/eu-west-1/data.tfstate",
      {},
    ],
    [
      "writes another environment's states",
      "s3:PutObject",
      "arn:aws:s3:::states/clinic/production/eu-west-1/data.tfstate",
      {},
    ],
    [
      "reads another environment's passwords",
      "secretsmanager:GetSecretValue",
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:clinic-production-login`,
      {},
    ],
    ["deletes the states' key", "kms:ScheduleKeyDeletion", states.key, {}],
    ["makes a user", "iam:CreateUser", `arn:aws:iam::${account}:user/clinic-dev-x`, {}],
    ["makes an access key", "iam:CreateAccessKey", `arn:aws:iam::${account}:user/clinic-dev-x`, {}],
    ["changes whom the account believes", "iam:UpdateOpenIDConnectProviderThumbprint", "*", {}],
    [
      "deletes a version of a state",
      "s3:DeleteObjectVersion",
      "arn:aws:s3:::states/clinic/dev/eu-west-1/data.tfstate",
      {},
    ],
    ["opens the bucket of states", "s3:PutBucketPolicy", "arn:aws:s3:::states", {}],
  ])("never %s", (_, action, resource, context) => {
    expect(bounded(action, resource, context)).toBe(false);
  });
});

/** What a role may that an environment's deployment has made, with a policy that allows everything, in the only boundary that it may have. */
const mostOf =
  (environment: string) =>
  (action: string, resource: string, context: Record<string, string> = {}) =>
    may(boundsOf(environment), action, resource, { "aws:ResourceAccount": account, ...context });

/** What stands under an environment's name: an action, and what it is done to. */
const named: Readonly<Record<string, (environment: string) => readonly [string, string, Record<string, string>?]>> = {
  "reads a secret": (one) => [
    "secretsmanager:GetSecretValue",
    `arn:aws:secretsmanager:eu-west-1:${account}:secret:${one}-eu-west-1-database-login-x1`,
  ],
  "opens a secret to others": (one) => [
    "secretsmanager:PutResourcePolicy",
    `arn:aws:secretsmanager:eu-west-1:${account}:secret:${one}-login`,
  ],
  "copies a secret elsewhere": (one) => [
    "secretsmanager:ReplicateSecretToRegions",
    `arn:aws:secretsmanager:eu-west-1:${account}:secret:${one}-login`,
  ],
  "reads a state": (one) => ["s3:GetObject", `${states.bucket}/${one.replace("-", "/")}/eu-west-1/data.tfstate`],
  "reads an old version of a state": (one) => [
    "s3:GetObjectVersion",
    `${states.bucket}/${one.replace("-", "/")}/eu-west-1/data.tfstate`,
  ],
  "writes a state": (one) => ["s3:PutObject", `${states.bucket}/${one.replace("-", "/")}/eu-west-1/data.tfstate`],
  "lists states": (one) => ["s3:ListBucket", states.bucket, { "s3:prefix": `${one.replace("-", "/")}/` }],
  "reads a file": (one) => ["s3:GetObject", `arn:aws:s3:::${one}-documents/1.pdf`],
  "opens a bucket to others": (one) => ["s3:PutBucketPolicy", `arn:aws:s3:::${one}-documents`],
  "passes a role": (one) => ["iam:PassRole", role(`${one}-api`), { "iam:PassedToService": "ecs-tasks.amazonaws.com" }],
  "becomes a role": (one) => ["sts:AssumeRole", role(`${one}-api`)],
  "lets others become a role": (one) => ["iam:UpdateAssumeRolePolicy", role(`${one}-api`)],
  "gives a role a policy": (one) => [
    "iam:PutRolePolicy",
    role(`${one}-api`),
    { "iam:PermissionsBoundary": boundaryOf(one) },
  ],
  "puts code into a function": (one) => [
    "lambda:UpdateFunctionCode",
    `arn:aws:lambda:eu-west-1:${account}:function:${one}-rotation`,
  ],
  "gets a shell in a task": (one) => [
    "ecs:ExecuteCommand",
    `arn:aws:ecs:eu-west-1:${account}:task/${one}-cluster/0123`,
  ],
};

describe("a role that a deployment makes, though it is allowed everything", () => {
  it.each(Object.keys(named))("%s of its own environment, and of no other one in the account", (name) => {
    const act = named[name] as (typeof named)[string];
    const environments = ["clinic-dev", "clinic-production", "clinic-test", "shop-production"];
    for (const own of environments) {
      const reached = environments.filter((one) => mostOf(own)(...act(one)));
      expect([own, reached]).toEqual([own, [own]]);
    }
  });

  it("does what has no environment's name as before, and asks other accounts", () => {
    const most = mostOf("clinic-dev");
    expect(most("ecs:UpdateService", "*")).toBe(true);
    expect(most("secretsmanager:GetRandomPassword", "*")).toBe(true);
    expect(most("secretsmanager:ListSecrets", "*")).toBe(true);
    expect(most("s3:ListAllMyBuckets", "*")).toBe(true);
    expect(most("iam:CreateServiceLinkedRole", role("aws-service-role/ecs.amazonaws.com/x"))).toBe(true);
    expect(
      most("sts:AssumeRole", "arn:aws:iam::999999999999:role/dns", { "aws:ResourceAccount": "999999999999" }),
    ).toBe(true);
  });

  it("touches no boundary, its own or another one", () => {
    for (const one of ["clinic-dev", "clinic-production"])
      for (const verb of ["CreatePolicyVersion", "DeletePolicy", "SetDefaultPolicyVersion"])
        expect(mostOf("clinic-dev")(`iam:${verb}`, boundaryOf(one))).toBe(false);
  });

  it("lists no states without saying whose", () => {
    expect(mostOf("clinic-dev")("s3:ListBucket", states.bucket)).toBe(false);
  });
});

describe("policies", () => {
  it("fit into what IAM takes: 10,240 characters in a role, 6,144 in a policy", () => {
    expect(JSON.stringify(deploy).length).toBeLessThan(10_240);
    expect(JSON.stringify(plan).length).toBeLessThan(10_240);
    // Names of 35 characters are the longest that leave room for a service in the names of AWS.
    const longest = boundsOf(`clinic-${"x".repeat(28)}`);
    expect(JSON.stringify(longest).length).toBeLessThan(6_144);
  });

  it("push no image elsewhere, and delete none", () => {
    const push = pushPolicy(dev);
    expect(may(push, "ecr:PutImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-dev-api`)).toBe(true);
    expect(may(push, "ecr:PutImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-production-api`)).toBe(false);
    expect(may(push, "ecr:BatchDeleteImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-dev-api`)).toBe(false);
  });
});
