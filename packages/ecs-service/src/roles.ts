import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { nameOf, type Region } from "@mainstay/core";
import type { Construct } from "constructs";
import type { SecretLocation } from "./container.ts";
import { document, execution, readSecrets, tasksOf } from "./permissions.ts";

/** Whose tasks a role is for. */
interface Place {
  /** The account's 12 digits, or a reference to them. */
  readonly account: string;
  readonly region: Region;
}

/** A role with the one policy that it has from the beginning. */
interface Granted<Policy> {
  readonly role: IamRole;
  readonly policy: Policy;
}

/** The role that ECS starts tasks with. */
export function executionRole(
  scope: Construct,
  { account, region }: Place,
  needs: Omit<Parameters<typeof execution>[0], "region">,
): Granted<IamRolePolicy> {
  const role = new IamRole(scope, "execution-role", {
    name: nameOf(scope, "iamRole", "execution"),
    description: "ECS starts tasks with it: image, logs, secrets",
    assumeRolePolicy: tasksOf(account, region),
  });
  const policy = new IamRolePolicy(scope, "execution-policy", {
    name: "start-tasks",
    role: role.id,
    policy: document(execution({ region, ...needs })),
  });
  return { role, policy };
}

/** The role that the application has: it may read `secrets`, and nothing else that is not given to it later. */
export function taskRole(
  scope: Construct,
  { account, region }: Place,
  secrets: readonly SecretLocation[],
): Granted<IamRolePolicy | undefined> {
  const role = new IamRole(scope, "task-role", {
    name: nameOf(scope, "iamRole", "task"),
    description: "The application itself: nothing but what its policies here name",
    assumeRolePolicy: tasksOf(account, region),
  });
  if (secrets.length === 0) return { role, policy: undefined };
  const policy = new IamRolePolicy(scope, "secrets-policy", {
    name: "secrets",
    role: role.id,
    policy: document(readSecrets(region, secrets)),
  });
  return { role, policy };
}
