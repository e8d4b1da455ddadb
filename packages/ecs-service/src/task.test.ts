import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { reference, type Synthesized, synthesize } from "@mainstay/testing";
import type { ServiceProps } from "./index.ts";
import type { Statement } from "./permissions.ts";
import { containerOf, testFiles, testRoute, testService } from "./testing.ts";

const synth = (props: Partial<ServiceProps> = {}) => synthesize(testService(props).stack);
const serviceOf = (props?: Partial<ServiceProps>) => synth(props).the(EcsService);

describe("container", () => {
  it("is no root, has nothing to write to but its volumes, and no capability", () => {
    expect(containerOf(synth())).toMatchObject({
      user: `${contract.user}:${contract.user}`,
      readonlyRootFilesystem: true,
      linuxParameters: {
        capabilities: { drop: ["ALL"] },
        initProcessEnabled: true,
      },
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
    });
    expect(synth().the(EcsTaskDefinition).volume).toEqual([{ name: "tmp" }]);
  });

  it("pain 19: 502s, keep-alive shorter than the ALB idle timeout: ports and times are those of the contract", () => {
    const { interval, timeout, retries, startPeriod } = contract.containerHealth;
    expect(containerOf(synth())).toMatchObject({
      portMappings: [{ containerPort: contract.port, hostPort: contract.port }],
      environment: [{ name: "PORT", value: String(contract.port) }],
      healthCheck: { interval, timeout, retries, startPeriod },
      stopTimeout: contract.shutdown.stopTimeout,
    });
    expect(serviceOf({ route: () => testRoute })).toMatchObject({
      health_check_grace_period_seconds: contract.health.grace,
      load_balancer: [{ container_name: "api", container_port: contract.port }],
    });
  });

  it("checks its health without a shell", () => {
    const [kind, program, script] = containerOf(synth()).healthCheck.command;
    expect([kind, program, script]).toEqual(["CMD", "node", "/app/healthcheck.mjs"]);
  });

  it("never waits for its logs", () => {
    expect(containerOf(synth()).logConfiguration.options).toMatchObject({
      mode: "non-blocking",
      "max-buffer-size": "25m",
      "awslogs-group": reference("aws_cloudwatch_log_group.api_logs.name"),
    });
  });

  it("pain 16: password in state: a secret is where it is, never what it is", () => {
    const secrets = {
      DATABASE_PASSWORD: {
        arn: "arn:db",
        field: "password",
        keyArn: "arn:key",
      },
      SESSION_KEY: { arn: "arn:session" },
    };
    expect(containerOf(synth({ secrets })).secrets).toEqual([
      { name: "DATABASE_PASSWORD", valueFrom: "arn:db:password::" },
      { name: "SESSION_KEY", valueFrom: "arn:session" },
    ]);
  });
});

describe("roles", () => {
  it("start a task with its own image, logs, secrets and keys only", () => {
    const secrets = {
      DATABASE_USER: { arn: "arn:db", field: "username", keyArn: "arn:key" },
      DATABASE_PASSWORD: {
        arn: "arn:db",
        field: "password",
        keyArn: "arn:key",
      },
    };
    const statements = statementsOf(synth({ secrets }), "api_execution-policy");
    expect(statements).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Action: ["secretsmanager:GetSecretValue"],
          Resource: ["arn:db"],
        }),
        expect.objectContaining({
          Action: ["kms:Decrypt"],
          Resource: ["arn:key"],
          Condition: {
            StringEquals: {
              "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
            },
          },
        }),
        expect.objectContaining({
          Action: expect.arrayContaining(["ecr:BatchGetImage"]),
          Resource: "arn:aws:ecr:eu-west-1:123456789012:repository/api",
        }),
      ]),
    );
    const everywhere = statements.filter(({ Resource }) => Resource === "*");
    expect(everywhere.map(({ Action }) => Action)).toEqual([["ecr:GetAuthorizationToken"]]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("read no secret and no key where none was given", () => {
    const actions = statementsOf(synth(), "api_execution-policy").flatMap(({ Action }) => Action);
    expect(actions).not.toContain("secretsmanager:GetSecretValue");
    expect(actions).not.toContain("kms:Decrypt");
  });

  it("let the application read a secret that it asks for itself, and ECS not", () => {
    const secretArns = { DATABASE_SECRET: { arn: "arn:db", keyArn: "arn:key" }, PLAIN: { arn: "arn:plain" } };
    const found = synth({ secretArns });
    expect(found.named(IamRolePolicy, "api_secrets-policy").role).toBe(reference("aws_iam_role.api_task-role.id"));
    expect(statementsOf(found, "api_secrets-policy")).toEqual([
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: ["arn:db", "arn:plain"] },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: ["arn:key"],
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" } },
      },
    ]);
    expect(JSON.stringify(statementsOf(found, "api_execution-policy"))).not.toMatch(/secretsmanager|kms/);
    expect(found.the(EcsService).depends_on).toContain("aws_iam_role_policy.api_secrets-policy");
    const { environment, secrets } = containerOf(found);
    expect(environment).toContainEqual({ name: "DATABASE_SECRET", value: "arn:db" });
    expect(secrets).toEqual([]);
  });

  it("allow the application nothing by default", () => {
    const found = synth();
    expect(Object.values(found.all(IamRolePolicy)).map(({ role }) => role)).toEqual([
      reference("aws_iam_role.api_execution-role.id"),
    ]);
  });

  it("serve tasks of this account only", () => {
    for (const role of Object.values(synth().all(IamRole))) {
      const [trust] = JSON.parse(role.assume_role_policy).Statement;
      expect(trust.Principal).toEqual({ Service: "ecs-tasks.amazonaws.com" });
      expect(trust.Condition.StringEquals).toEqual({
        "aws:SourceAccount": reference("data.aws_caller_identity.api_account.account_id"),
      });
    }
  });
});

describe("storage", () => {
  const found = synth({
    storage: { files: testFiles(), directory: "/documents" },
  });

  it("is mounted through an access point, with IAM and TLS", () => {
    const [, volume] = found.the(EcsTaskDefinition).volume;
    expect(volume.efs_volume_configuration).toMatchObject({
      transit_encryption: "ENABLED",
      authorization_config: {
        iam: "ENABLED",
        access_point_id: expect.stringContaining("aws_efs_access_point"),
      },
    });
    expect(volume.efs_volume_configuration).not.toHaveProperty("root_directory");
  });

  it("is the application's by that access point only", () => {
    const [statement] = statementsOf(found, "api_files-policy");
    expect(statement).toMatchObject({
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: expect.stringContaining("file-system"),
      Condition: {
        StringEquals: {
          "elasticfilesystem:AccessPointArn": expect.stringContaining("api"),
        },
      },
    });
  });

  it("is where the application looks for it", () => {
    const [definition] = JSON.parse(found.the(EcsTaskDefinition).container_definitions);
    expect(definition.environment).toContainEqual({
      name: "DOCUMENTS_DIRECTORY",
      value: contract.documents.directory,
    });
    expect(definition.mountPoints).toContainEqual({
      sourceVolume: "files",
      containerPath: contract.documents.directory,
      readOnly: false,
    });
  });
});

function statementsOf(found: Synthesized, policy: string) {
  const document: { readonly Statement: Statement[] } = JSON.parse(found.named(IamRolePolicy, policy).policy);
  return document.Statement;
}
