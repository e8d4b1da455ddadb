import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy/index.js";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target/index.js";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { mib, percent } from "@mainstay/core";
import { mistakes, reference, synthesize } from "@mainstay/testing";
import { autoscaled, fixed, type ServiceProps } from "./index.ts";
import { scaled, testCluster, testFiles, testRoute, testService } from "./testing.ts";

const synth = (props: Partial<ServiceProps> = {}) => synthesize(testService(props).stack);
const serviceOf = (props?: Partial<ServiceProps>) => synth(props).the(EcsService);

describe("Service", () => {
  it("pain 27: construct renames destroy resources: addresses are locked", () => {
    expect(synth({ capacity: scaled, route: () => testRoute }).addresses).toMatchInlineSnapshot(`
      [
        "aws_appautoscaling_policy.api_scaling-cpu",
        "aws_appautoscaling_target.api_scaling",
        "aws_cloudwatch_log_group.api_logs",
        "aws_cloudwatch_metric_alarm.api_server-errors",
        "aws_cloudwatch_metric_alarm.api_unhealthy-hosts",
        "aws_ecs_service.api_service",
        "aws_ecs_task_definition.api_task-definition",
        "aws_iam_role.api_execution-role",
        "aws_iam_role.api_task-role",
        "aws_iam_role_policy.api_execution-policy",
        "aws_kms_key.api_log-key",
        "aws_security_group.api_security-group",
      ]
    `);
  });

  it("runs in the application tier of every zone, without a public address", () => {
    expect(serviceOf().network_configuration).toMatchObject({
      subnets: ["subnet-application-eu-west-1a", "subnet-application-eu-west-1b"],
      assign_public_ip: false,
    });
  });

  it("is spread over zones first, so that zone rebalancing can be on", () => {
    const service = serviceOf();
    expect(service.availability_zone_rebalancing).toBe("ENABLED");
    expect(service.ordered_placement_strategy).toEqual([
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
  });

  it("takes its machines from the cluster's capacity provider, once that is ready", () => {
    const service = serviceOf();
    expect(service.capacity_provider_strategy).toEqual([expect.objectContaining({ capacity_provider: "on-clinic" })]);
    expect(service).not.toHaveProperty("launch_type");
    expect(service.depends_on).toContain("aws_ecs_cluster_capacity_providers.clinic");
  });

  it("gives a task what was asked for, on the cluster's architecture", () => {
    expect(synth({ task: { cpu: 256, memory: mib(512) } }).the(EcsTaskDefinition)).toMatchObject({
      cpu: "256",
      memory: "512",
      network_mode: "awsvpc",
      requires_compatibilities: ["EC2"],
      runtime_platform: {
        cpu_architecture: "ARM64",
        operating_system_family: "LINUX",
      },
    });
  });

  it("encrypts its logs and forgets them after 30 days", () => {
    expect(synth().the(CloudwatchLogGroup)).toMatchObject({
      kms_key_id: reference("aws_kms_key.api_log-key.arn"),
      retention_in_days: 30,
    });
  });
});

describe("capacity", () => {
  it("pain 9: desired_count reset by apply, or never settable: Terraform owns a fixed one only", () => {
    expect(serviceOf({ capacity: fixed(3) })).toMatchObject({
      desired_count: 3,
    });
    expect(serviceOf({ capacity: fixed(3) }).lifecycle).not.toHaveProperty("ignore_changes");
    expect(synth({ capacity: fixed(3) }).all(AppautoscalingTarget)).toEqual({});
  });

  it("pain 9: desired_count reset by apply, or never settable: autoscaling owns the other", () => {
    const found = synth({ capacity: autoscaled({ min: 2, max: 8 }) });
    expect(found.the(EcsService)).toMatchObject({
      desired_count: 2,
      lifecycle: { ignore_changes: ["desired_count"] },
    });
    expect(found.the(AppautoscalingTarget)).toMatchObject({
      min_capacity: 2,
      max_capacity: 8,
    });
  });

  it("is scaled on CPU and on requests per target", () => {
    const capacity = autoscaled({
      min: 2,
      max: 8,
      cpu: percent(60),
      requestsPerTarget: 900,
    });
    const found = synth({ capacity, route: () => testRoute });
    expect(found.named(AppautoscalingPolicy, "api_scaling-cpu")).toMatchObject({
      target_tracking_scaling_policy_configuration: {
        target_value: 60,
        predefined_metric_specification: {
          predefined_metric_type: "ECSServiceAverageCPUUtilization",
        },
      },
    });
    expect(found.named(AppautoscalingPolicy, "api_scaling-requests")).toMatchObject({
      target_tracking_scaling_policy_configuration: {
        target_value: 900,
        predefined_metric_specification: {
          predefined_metric_type: "ALBRequestCountPerTarget",
          resource_label: "app/entrance/2/targetgroup/api/1",
        },
      },
    });
  });
});

describe("security groups", () => {
  it("pain 5: inline and separate security group rules fight: no group has inline rules", () => {
    for (const group of Object.values(synth().all(SecurityGroup))) {
      expect(group).not.toHaveProperty("ingress");
      expect(group).not.toHaveProperty("egress");
    }
  });

  it("pain 6: circular security groups across stacks: the way to the files is opened in the service's scope", () => {
    const found = synth({
      storage: { files: testFiles(), directory: "/documents" },
    });
    const rules = [
      ...Object.keys(found.all(VpcSecurityGroupEgressRule)),
      ...Object.keys(found.all(VpcSecurityGroupIngressRule)),
    ];
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toMatch(/^api_/);
  });

  it("lets nothing in and nothing out that was not asked for", () => {
    const found = synth();
    expect(found.all(VpcSecurityGroupIngressRule)).toEqual({});
    expect(found.all(VpcSecurityGroupEgressRule)).toEqual({});
  });
});

describe("mistakes", () => {
  it("are reported all at once, with the fix", () => {
    const { stack } = testService({
      task: { cpu: 0.5, memory: mib(1) },
      capacity: autoscaled({
        min: 4,
        max: 2,
        cpu: percent(99),
        requestsPerTarget: 100,
      }),
      environment: { DB_PASSWORD: "swordfish", PORT: "3000", TWICE: "1" },
      secrets: { TWICE: { arn: "arn:twice" } },
    });
    const said = mistakes(stack);
    expect(said).toContain("task.cpu is 0.5; allowed: whole CPU units from 128 up; 1024 are one vCPU. Write 512");
    expect(said).toContain("task.memory is 1;");
    expect(said).toContain('capacity is {"min":4,"max":2};');
    expect(said).toContain("capacity.cpu is 99; allowed: 10 to 90 %.");
    expect(said).toContain("capacity.requestsPerTarget is 100;");
    expect(said).toContain("environment.PORT");
    expect(said).toContain("environment.TWICE");
    expect(said).toContain("environment.DB_PASSWORD");
  });

  it("pain 16: password in state: a refused value is not repeated", () => {
    expect(mistakes(testService({ environment: { DB_PASSWORD: "swordfish" } }).stack)).not.toContain("swordfish");
  });

  it("include a variable that is there as a secret and as where it is", () => {
    const secretArns = { DATABASE: { arn: "arn:db" }, TOKEN: { arn: "arn:token" } };
    const secrets = { TOKEN: { arn: "arn:token" } };
    const said = mistakes(testService({ environment: { DATABASE: "db" }, secrets, secretArns }).stack);
    expect(said).toContain('secretArns.DATABASE is "also in environment"; allowed: each variable once.');
    expect(said).toContain('secretArns.TOKEN is "also in secrets"; allowed: each variable once.');
  });

  it("include a task that would never start on its cluster", () => {
    const misfits = () => [{ property: "task", got: 9, allowed: "8", fix: "Shrink it." }];
    expect(mistakes(testService({ cluster: { ...testCluster, misfits } }).stack)).toContain(
      "task is 9; allowed: 8. Shrink it.",
    );
  });
});
