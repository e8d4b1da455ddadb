import { describe, expect, it } from "@jest/globals";
import { mountTargetIn } from "./mount-targets.ts";
import { isDisposable } from "./removal.ts";
import { Known } from "./state.ts";
import { unknownTo } from "./strays.ts";

const nothing = new Known([]);
const at = (rest: string) => `arn:aws:${rest}`;

describe("what AWS lists and no state knows", () => {
  it("is a stray, of each type that it may be", () => {
    const { candidates } = unknownTo(nothing, [{ arn: at("ec2:eu-west-1:1:security-group/sg-1"), tags: {} }]);
    expect(candidates.map(({ type, id }) => [type, id])).toEqual([
      ["aws_security_group", "sg-1"],
      ["aws_default_security_group", "sg-1"],
    ]);
  });

  it("is none where a service made it", () => {
    const listed = [
      { arn: at("ec2:eu-west-1:1:instance/i-1"), tags: {} },
      { arn: at("ec2:eu-west-1:1:vpc/vpc-1"), tags: { "aws:cloudformation:stack-name": "x" } },
    ];
    expect(unknownTo(nothing, listed)).toEqual({ candidates: [], strangers: [] });
  });

  it("is a stranger where nothing is known of its kind, unless a state has it", () => {
    const arn = at("quicksight:eu-west-1:1:dashboard/d");
    expect(unknownTo(nothing, [{ arn, tags: {} }]).strangers).toEqual([{ arn, tags: {} }]);
    const instances = [{ attributes: { arn } }];
    const known = new Known([
      { serial: 1, lineage: "l", resources: [{ mode: "managed", type: "aws_x", name: "d", instances }] },
    ]);
    expect(unknownTo(known, [{ arn, tags: {} }]).strangers).toEqual([]);
  });
});

describe("what may be deleted without asking", () => {
  const one = (arn: string) => {
    const [stray] = unknownTo(nothing, [{ arn: at(arn), tags: {} }]).candidates;
    if (stray === undefined) throw new Error(arn);
    return { stray, fits: [] as string[], used: false };
  };

  it("holds no data", () => {
    const may = ["ec2:eu-west-1:1:vpc/v", "ec2:eu-west-1:1:natgateway/n", "kms:eu-west-1:1:key/k"];
    const mayNot = [
      "rds:eu-west-1:1:db:d",
      "elasticfilesystem:eu-west-1:1:file-system/fs-1",
      "s3:::bucket",
      "secretsmanager:eu-west-1:1:secret:s-AbC123",
      "logs:eu-west-1:1:log-group:l",
      "ecr:eu-west-1:1:repository/r",
      "route53:::hostedzone/Z1",
      "ecs:eu-west-1:1:service/c/s",
    ];
    expect(may.map((arn) => isDisposable(one(arn)))).toEqual([true, true, true]);
    expect(mayNot.filter((arn) => isDisposable(one(arn)))).toEqual([]);
  });

  it("is not in use, and not one of two", () => {
    const key = one("kms:eu-west-1:1:key/k");
    expect(isDisposable({ ...key, used: true })).toBe(false);
    expect(isDisposable({ ...key, fits: ["aws_kms_key.key"] })).toBe(false);
  });
});

it("reads a mount target's id from the description of its network interface", () => {
  expect(mountTargetIn("EFS mount target for fs-0a1b (fsmt-0c2d)")).toBe("fsmt-0c2d");
  expect(mountTargetIn("Mount target fsmt-0c2d for file system fs-0a1b")).toBe("fsmt-0c2d");
  expect(mountTargetIn("ELB app/clinic/1")).toBeUndefined();
  expect(mountTargetIn(undefined)).toBeUndefined();
});
