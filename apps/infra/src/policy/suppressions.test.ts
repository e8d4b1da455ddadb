import { describe, expect, it } from "@jest/globals";
import { root } from "../rehearsal/place.ts";
import { compare, type Finding, readSuppressions, suppressionsIn } from "./suppressions.ts";

const readme = `# A module

| CKV_AWS_1 | aws_lb | not in the section, so not a suppression |

## Checkov

| check       | resource | why |
| ----------- | -------- | --- |
| CKV_AWS_2   | \`aws_lb\` | it is answered by the other side already |
| CKV2_AWS_30 | aws_eip  | short |

## Tests

| CKV_AWS_4 | aws_lb | after the section, so not a suppression |
`;
const finding: Finding = { check: "CKV_AWS_2", title: "", address: "aws_lb.entrance_load-balancer", stack: "edge" };

describe("suppressions", () => {
  it("are the rows below the heading, and no others", () => {
    expect(suppressionsIn("packages/a/README.md", readme).map(({ check, type }) => [check, type])).toEqual([
      ["CKV_AWS_2", "aws_lb"],
      ["CKV2_AWS_30", "aws_eip"],
    ]);
    expect(suppressionsIn("packages/a/README.md", readme.slice(0, readme.indexOf("## Tests")))).toHaveLength(2);
    expect(suppressionsIn("packages/a/README.md", "# Nothing")).toEqual([]);
  });

  it("cover one check of one type of resource", () => {
    const suppressions = suppressionsIn("README.md", readme);
    const otherCheck = { ...finding, check: "CKV_AWS_20" };
    const otherType = { ...finding, address: "aws_lb_listener.entrance_https" };
    const { unexplained, stale, unreasoned } = compare(
      [finding, otherCheck, otherType],
      suppressions,
      new Set(["aws_eip", "aws_lb"]),
    );
    expect(unexplained).toEqual([otherCheck, otherType]);
    expect(stale.map(({ check }) => check)).toEqual(["CKV2_AWS_30"]);
    expect(unreasoned.map(({ check }) => check)).toEqual(["CKV2_AWS_30"]);
    expect(compare([finding], suppressions, new Set(["aws_lb"])).stale).toEqual([]);
  });

  it("of every module give a reason", () => {
    expect(compare([], readSuppressions(root), new Set()).unreasoned).toEqual([]);
  });
});
