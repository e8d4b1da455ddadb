import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { reportOn, typesInState } from "./report.ts";

const completions = [
  { service: "ecs", resource: "aws_ecs_service", completes: ["alarms", "availability_zone_rebalancing"], without: "" },
];

describe("reportOn", () => {
  it("says who answers, and what the overlay adds", () => {
    const types = ["aws_vpc", "aws_ecs_service", "aws_cloudfront_distribution", "aws_vpc"];
    expect(reportOn(types, completions, ["cloudfront"]).answers).toEqual([
      { type: "aws_cloudfront_distribution", service: "cloudfront", by: "ministack", completes: [] },
      {
        type: "aws_ecs_service",
        service: "ecs",
        by: "moto + overlay",
        completes: ["alarms", "availability_zone_rebalancing"],
      },
      { type: "aws_vpc", service: "ec2", by: "moto", completes: [] },
    ]);
  });

  it("tells services with a common beginning apart", () => {
    const types = ["aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_event_rule"];
    expect(reportOn(types, [], []).answers.map(({ service }) => service)).toEqual([
      "eventbridge",
      "cloudwatch_logs",
      "cloudwatch",
    ]);
  });

  it("prints a table with one line per type", () => {
    expect(reportOn(["aws_vpc", "aws_ecs_service"], completions, []).toString()).toBe(
      ["aws_ecs_service  moto + overlay  alarms, availability_zone_rebalancing", "aws_vpc          moto"].join("\n"),
    );
  });
});

describe("typesInState", () => {
  it("names each managed type once, and no data source", () => {
    const directory = mkdtempSync(join(tmpdir(), "mainstay-state-"));
    const file = join(directory, "terraform.tfstate");
    const resources = [
      { mode: "managed", type: "aws_vpc" },
      { mode: "managed", type: "aws_vpc" },
      { mode: "data", type: "aws_ami" },
    ];
    writeFileSync(file, JSON.stringify({ resources }));
    expect(typesInState(file)).toEqual(["aws_vpc"]);
    rmSync(directory, { recursive: true });
  });
});
