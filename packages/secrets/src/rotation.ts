import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation/index.js";
import { nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import { Archive } from "./archive.ts";
import type { RotationDays } from "./decisions.ts";
import type { Login } from "./login.ts";
import { rotationPolicy } from "./rotation-policy.ts";

export interface RotationProps {
  readonly login: Login;

  /** The server that the login opens. A reference to the resource, so that the server is there before it is rotated. */
  readonly database: { readonly identifier: string; readonly arn: string };

  /**
   * Days between two passwords. Less often means that a stolen one opens the database for longer.
   *
   * @default 30
   */
  readonly days?: RotationDays;

  /**
   * Days that the function's log is kept.
   *
   * @default 365
   */
  readonly logDays?: number;
}

/**
 * A new password every so often: Secrets Manager calls a function of ours, which has RDS change it and then makes it the current one.
 *
 * While RDS changes it, for some seconds up to a minute, a new connection with the old password fails, and open ones go on.
 * A client has to read the secret again when it is refused.
 */
export class Rotation extends Construct {
  readonly log: CloudwatchLogGroup;
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly code: Archive;
  readonly function: LambdaFunction;
  readonly permission: LambdaPermission;
  readonly schedule: SecretsmanagerSecretRotation;

  constructor(scope: Construct, id: string, props: RotationProps) {
    super(scope, id);
    const { login, database, days = 30, logDays = 365 } = props;
    const name = nameOf(this, "lambdaFunction");

    this.log = this.createLog(name, login, logDays);
    this.role = this.createRole();
    this.policy = this.createPolicy(login, database.arn);
    this.code = new Archive(this, "code", {
      "rotate.mjs": readFileSync(join(import.meta.dirname, "rotate.mjs"), "utf8"),
    });
    this.function = this.createFunction(name, login, database.identifier);
    this.permission = this.letSecretsManagerCall();
    this.schedule = this.createSchedule(login, days);
  }

  private createLog(name: string, login: Login, retentionInDays: number): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "log", {
      name: `/aws/lambda/${name}`,
      retentionInDays,
      kmsKeyId: login.key.arn,
    });
  }

  private createRole(): IamRole {
    return new IamRole(this, "role", {
      name: nameOf(this, "iamRole"),
      description: `Rotates the password of ${this.node.path}`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  private createPolicy(login: Login, database: string): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "rotate",
      role: this.role.name,
      policy: rotationPolicy({
        secret: login.reference,
        replicaKeys: [...login.replicaKeys.values()].map(({ arn }) => arn),
        database,
        log: this.log.arn,
      }),
    });
  }

  private createFunction(functionName: string, login: Login, database: string): LambdaFunction {
    return new LambdaFunction(this, "function", {
      functionName,
      description: "A new password for a database: the four steps of a Secrets Manager rotation",
      role: this.role.arn,
      filename: this.code.path,
      sourceCodeHash: this.code.hash,
      handler: "rotate.handler",
      // Brings the AWS SDK for JavaScript v3 (Lambda guide, "Building Lambda functions with Node.js").
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      memorySize: 256,
      // Seconds. RDS changes a password within a minute; a server that is busy for longer is tried again later.
      timeout: 300,
      kmsKeyArn: login.key.arn,
      // Lambda's default, said so that nobody has to ask: it runs once a month, alone, and its log says what each step did.
      tracingConfig: { mode: "PassThrough" },
      environment: { variables: { DATABASE: database } },
      // WHY: Lambda makes the log group itself where it finds none: never expiring and without our key. And a function that may
      // not do anything yet could be called.
      dependsOn: [this.log, this.policy],
    });
  }

  private letSecretsManagerCall(): LambdaPermission {
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    return new LambdaPermission(this, "permission", {
      statementId: "SecretsManager",
      action: "lambda:InvokeFunction",
      functionName: this.function.functionName,
      principal: "secretsmanager.amazonaws.com",
      // WHY: Secrets Manager may call it for this account only, never for somebody else's (Secrets Manager guide, "Permissions for
      // rotation").
      sourceAccount: accountId,
    });
  }

  private createSchedule(login: Login, automaticallyAfterDays: RotationDays): SecretsmanagerSecretRotation {
    return new SecretsmanagerSecretRotation(this, "schedule", {
      secretId: login.secret.id,
      rotationLambdaArn: this.function.arn,
      rotationRules: { automaticallyAfterDays },
      // WHY: a deployment never changes the password that running tasks have. Secrets Manager only tests the function now.
      rotateImmediately: false,
      // WHY: Secrets Manager calls the function while this is made, and rotates no secret that has no value.
      dependsOn: [this.permission, login.version],
    });
  }
}
