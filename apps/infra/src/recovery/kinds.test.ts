import { describe, expect, it } from "@jest/globals";
import { irreplaceable, isOffspring, kindOf, parseArn } from "./kinds.ts";

describe("an ARN", () => {
  it.each([
    ["arn:aws:ec2:eu-west-1:1:vpc/vpc-1", "aws_vpc", "vpc-1", undefined],
    ["arn:aws:ec2:eu-west-1:1:elastic-ip/eipalloc-1", "aws_eip", "eipalloc-1", undefined],
    ["arn:aws:logs:eu-west-1:1:log-group:/clinic/api:*", "aws_cloudwatch_log_group", "/clinic/api", "/clinic/api"],
    ["arn:aws:rds:eu-west-1:1:db:clinic-dev", "aws_db_instance", "clinic-dev", "clinic-dev"],
    ["arn:aws:s3:::clinic-logs", "aws_s3_bucket", "clinic-logs", "clinic-logs"],
    ["arn:aws:sns:eu-west-1:1:alarms", "aws_sns_topic", "arn:aws:sns:eu-west-1:1:alarms", "alarms"],
    ["arn:aws:ecs:eu-west-1:1:service/clinic/api", "aws_ecs_service", "clinic/api", "api"],
    ["arn:aws:route53:::hostedzone/Z1", "aws_route53_zone", "Z1", undefined],
    [
      "arn:aws:secretsmanager:eu-west-1:1:secret:clinic-dev-key-AbC123",
      "aws_secretsmanager_secret",
      "arn:aws:secretsmanager:eu-west-1:1:secret:clinic-dev-key-AbC123",
      "clinic-dev-key",
    ],
    [
      "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/clinic/50dc6c495c0c9188",
      "aws_lb",
      "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/clinic/50dc6c495c0c9188",
      "clinic",
    ],
    [
      "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/clinic-api/6d0ecf831eec9f09",
      "aws_lb_target_group",
      "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/clinic-api/6d0ecf831eec9f09",
      "clinic-api",
    ],
    ["arn:aws:iam::1:policy/path/deploy", "aws_iam_policy", "arn:aws:iam::1:policy/path/deploy", "deploy"],
  ])("%s is an %s that is imported by %s", (text, type, id, name) => {
    const arn = parseArn(text);
    const kind = arn && kindOf(arn);
    expect(kind?.types[0]).toBe(type);
    expect(arn && kind?.id(arn)).toBe(id);
    expect(arn && kind?.name?.[1](arn)).toBe(name);
    for (const command of (arn && kind?.remove(id, arn)) ?? []) expect(command).toMatch(/^[a-z0-9]+ [a-z-]+ /);
  });

  it("is not taken for another where nothing is known of its kind", () => {
    expect(kindOf(parseArn("arn:aws:quicksight:eu-west-1:1:dashboard/d") ?? never())).toBeUndefined();
    expect(parseArn("vpc-1")).toBeUndefined();
  });
});

it("knows what AWS services make by themselves, with the tags of what they make it for", () => {
  const arn = (text: string) => parseArn(text) ?? never();
  expect(isOffspring(arn("arn:aws:ec2:eu-west-1:1:instance/i-1"), {})).toBe(true);
  expect(isOffspring(arn("arn:aws:rds:eu-west-1:1:snapshot:final"), {})).toBe(true);
  const secret = arn("arn:aws:secretsmanager:eu-west-1:1:secret:rds!db-1-AbC123");
  expect(isOffspring(secret, { "aws:secretsmanager:owningService": "rds" })).toBe(true);
  expect(isOffspring(secret, { Stack: "data" })).toBe(false);
});

it("knows what cannot be made again", () => {
  for (const type of ["aws_db_instance", "aws_efs_file_system", "aws_s3_bucket", "aws_ecr_repository", "aws_kms_key"]) {
    expect(irreplaceable).toContain(type);
  }
  for (const type of ["aws_vpc", "aws_lb"]) expect(irreplaceable).not.toContain(type);
});

function never(): never {
  throw new Error("no ARN");
}
