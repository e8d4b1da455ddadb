import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { Finding } from "./checkov.ts";
import { describeVerdict, judge } from "./judge.ts";
import { toSarif } from "./sarif.ts";
import type { Suppression } from "./suppressions.ts";

const schemas = join(createRequire(import.meta.url).resolve("@microsoft/jest-sarif"), "../schemas");
const {
  $schema: _draft,
  id: _id,
  ...schema
} = JSON.parse(readFileSync(join(schemas, "sarif-2.1.0-rtm.5.json"), "utf8"));
// WHY without its draft: it is of draft 4, which ajv does not know. Its patterns are older than Unicode in regular expressions.
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
formats.default(ajv);
const isSarif = ajv.compile(schema);

const found = (check: string, address: string): Finding => ({ check, address, title: "Ensure it", stack: "shop-edge" });
const row = (check: string, type: string, only?: string): Suppression => ({
  file: "packages/alb/README.md",
  line: 12,
  check,
  type,
  why: "TLS ends at the load balancer",
  until: "2027-03-31",
  ...(only !== undefined && { only }),
});
const checked = (...findings: Finding[]) => ({
  version: "3.0.0",
  passed: 7,
  findings,
  types: new Set(["aws_lb", "aws_eip"]),
});
const balancer = found("CKV_AWS_2", "aws_lb.entrance_load-balancer");

describe("the judgement", () => {
  it("lets a row explain one check of one type of resource", () => {
    const others = [found("CKV_AWS_20", "aws_lb.a"), found("CKV_AWS_2", "aws_lb_listener.a")];
    const { explained, unexplained } = judge(checked(balancer, ...others), [row("CKV_AWS_2", "aws_lb")], {
      environment: "shop-live",
    });
    expect(explained.map(({ finding }) => finding)).toEqual([balancer]);
    expect(unexplained).toEqual(others);
  });

  it("finds the type in a module of Terraform too", () => {
    const inside = found("CKV_AWS_2", 'module.edge["a"].aws_lb.main[0]');
    const { unexplained } = judge(checked(inside), [row("CKV_AWS_2", "aws_lb")], { environment: "shop-live" });
    expect(unexplained).toEqual([]);
  });

  it("lets what one environment gives up excuse no other", () => {
    const rows = [row("CKV_AWS_2", "aws_lb", "shop-dev")];
    expect(judge(checked(balancer), rows, { environment: "shop-dev" }).unexplained).toEqual([]);
    expect(judge(checked(balancer), rows, { environment: "shop-live" }).unexplained).toEqual([balancer]);
  });

  it("calls a row stale only where it must have been needed", () => {
    const rows = [row("CKV_AWS_2", "aws_eip"), row("CKV_AWS_2", "aws_eip", "shop-dev"), row("CKV_AWS_2", "aws_vpc")];
    const stale = (extent: Parameters<typeof judge>[2]) => judge(checked(balancer), rows, extent).stale;
    expect(stale({ environment: "shop-dev" })).toEqual([rows[1]]);
    expect(stale({ environment: "shop-dev", whole: false })).toEqual([]);
    expect(stale({ environment: "shop-live" })).toEqual([]);
    expect(stale({ environment: "shop-live", complete: true })).toEqual([rows[0]]);
  });

  it("says what to do, line by line", () => {
    const verdict = judge(checked(balancer), [row("CKV_AWS_2", "aws_eip", "shop-dev")], { environment: "shop-dev" });
    expect(describeVerdict(verdict)).toEqual([
      "shop-dev: Checkov 3.0.0: 7 passed, 0 failed and explained, 1 not explained",
      "  CKV_AWS_2 shop-edge/aws_lb.entrance_load-balancer: Ensure it",
      "  packages/alb/README.md:12: CKV_AWS_2 aws_eip does not happen. Delete the row.",
      expect.stringContaining("with why and until when"),
    ]);
  });
});

describe("SARIF", () => {
  const other = { ...found("CKV_AWS_1", "aws_eip.a"), guideline: "https://docs.example.com/1" };
  const sarif = toSarif(
    judge(checked(balancer, other), [row("CKV_AWS_2", "aws_lb")], { environment: "shop-dev" }),
    "environments/shop dev.ts",
  );
  const { results, tool } = JSON.parse(sarif).runs[0];

  it("is of version 2.1.0", () => {
    expect([isSarif(JSON.parse(sarif)), isSarif.errors]).toEqual([true, null]);
    expect(isSarif({ version: "2.1.0", runs: [{}] })).toBe(false);
  });

  it("has what is not explained as a result, and what is explained with why and until when", () => {
    expect(results).toMatchObject([{ ruleId: "CKV_AWS_1" }, { ruleId: "CKV_AWS_2" }]);
    expect(results[0].suppressions).toBeUndefined();
    expect(results[1].suppressions).toMatchObject([
      {
        kind: "external",
        justification: "TLS ends at the load balancer (until 2027-03-31)",
        location: {
          physicalLocation: { artifactLocation: { uri: "packages/alb/README.md" }, region: { startLine: 12 } },
        },
      },
    ]);
    expect(results.map(({ ruleIndex }: { ruleIndex: number }) => tool.driver.rules[ruleIndex])).toMatchObject([
      { id: "CKV_AWS_1", helpUri: "https://docs.example.com/1" },
      { id: "CKV_AWS_2" },
    ]);
  });
});
