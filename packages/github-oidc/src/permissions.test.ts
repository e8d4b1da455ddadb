import { describe, expect, it } from "@jest/globals";
import { boundaryPolicy, deployPolicy, type Policy, planPolicy, pushPolicy, type Statement } from "./permissions.ts";

const account = "123456789012";
const dev = { account, environment: "clinic-dev" };
const states = {
  bucket: "arn:aws:s3:::states",
  prefix: "clinic/dev/",
  key: `arn:aws:kms:eu-central-1:${account}:key/k`,
};
const boundary = `arn:aws:iam::${account}:policy/clinic-account-boundary`;
const bounds = boundaryPolicy({
  account,
  boundary,
  bucket: states.bucket,
  key: states.key,
  deliverers: "clinic-account-",
});
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

describe("policies", () => {
  it("fit into what IAM takes: 10,240 characters in a role, 6,144 in a policy", () => {
    expect(JSON.stringify(deploy).length).toBeLessThan(10_240);
    expect(JSON.stringify(plan).length).toBeLessThan(10_240);
    expect(JSON.stringify(bounds).length).toBeLessThan(6_144);
  });

  it("push no image elsewhere, and delete none", () => {
    const push = pushPolicy(dev);
    expect(may(push, "ecr:PutImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-dev-api`)).toBe(true);
    expect(may(push, "ecr:PutImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-production-api`)).toBe(false);
    expect(may(push, "ecr:BatchDeleteImage", `arn:aws:ecr:eu-west-1:${account}:repository/clinic-dev-api`)).toBe(false);
  });
});
