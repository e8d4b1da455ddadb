import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { daysOf, readSuppressions, SuppressionError, suppressionsIn } from "./suppressions.ts";

const root = join(import.meta.dirname, "../../..");
const readme = `# A module

| CKV_AWS_1 | aws_lb | not in the section, so not a suppression | 2027-03-31 |

## Checkov

What it says here.

| check       | resource | why it fails here | until | only in |
| ----------- | -------- | --- | --- | --- |
| CKV_AWS_2   | \`aws_lb\` | it is \\| answered by the other side already | 2027-03-31 | |
| CKV2_AWS_30 | aws_eip  | nobody has needed it so far | 2027-06-30 | clinic-dev |

## Tests

| CKV_AWS_4 | aws_lb | after the section, so not a suppression | 2027-03-31 |
`;

/** One row of a table without `only in`, read on a day. */
function problemsOf(row: string, on?: string): string[] {
  const problems: string[] = [];
  const table = `## Checkov\n\n| check | resource | why | until |\n| --- | --- | --- | --- |\n${row}\n`;
  suppressionsIn("packages/a/README.md", table, { problems, ...(on !== undefined && { on }) });
  return problems;
}

describe("suppressions", () => {
  it("are the rows below the heading, and no others, by the names of their columns", () => {
    const problems: string[] = [];
    expect(suppressionsIn("packages/a/README.md", readme, { problems, on: "2026-11-21" })).toEqual([
      {
        file: "packages/a/README.md",
        line: 11,
        check: "CKV_AWS_2",
        type: "aws_lb",
        why: "it is \\| answered by the other side already",
        until: "2027-03-31",
      },
      expect.objectContaining({ line: 12, check: "CKV2_AWS_30", only: "clinic-dev" }),
    ]);
    expect(problems).toEqual([]);
    expect(suppressionsIn("a", readme.slice(0, readme.indexOf("## Tests")), { problems })).toHaveLength(2);
    expect(suppressionsIn("a", "# Nothing", { problems })).toEqual([]);
  });

  const good = ["CKV_AWS_2", "aws_lb", "it is answered by the other side", "2027-03-31"];
  const row = (index: number, value: string) => `| ${good.with(index, value).join(" | ")} |`;

  it.each([
    ["no date", row(3, ""), 'until is ""; allowed: the last day on which it holds'],
    ["a table without the column", "| CKV_AWS_2 | aws_lb | it is answered by the other side |", 'until is ""'],
    ["a word", row(3, "never"), 'until is "never"'],
    ["a day that there is not", row(3, "2027-02-30"), 'until is "2027-02-30"'],
    ["another order", row(3, "31-03-2027"), 'until is "31-03-2027"'],
    ["yesterday", row(3, "2026-11-20"), "until is 2026-11-20, which has passed"],
    ["more than a year ahead", row(3, "2027-11-23"), "at most a year after 2026-11-21"],
    ["no reason", row(2, "not needed"), 'why is "not needed"'],
    ["no check", row(0, "CKV_AWS"), 'check is "CKV_AWS"'],
    ["another tool's check", row(0, "S3.1"), 'check is "S3.1"'],
    ["no type", row(1, "load balancer"), 'resource is "load balancer"'],
  ])("are refused with %s, by file and line", (_, text, why) => {
    const [problem, ...more] = problemsOf(text, "2026-11-21");
    expect(problem).toMatch(/^packages\/a\/README\.md:5: /);
    expect([problem, more]).toEqual([expect.stringContaining(why), []]);
  });

  it("hold on their last day, and say all that is wrong at once", () => {
    expect(problemsOf(row(3, "2026-11-21"), "2026-11-21")).toEqual([]);
    expect(problemsOf(row(3, "2027-11-21"), "2026-11-21")).toEqual([]);
    expect(problemsOf("| what | is | this | ? |\n| | | | |", "2026-11-21")).toHaveLength(8);
    expect(new SuppressionError(["a", "b"], []).message).toBe("Refused: 2 rows.\n  a\n  b\n");
  });

  it("are not asked for the day where there is none, so that no test fails one day by itself", () => {
    expect(problemsOf(row(3, "2001-01-01"))).toEqual([]);
    expect(problemsOf(row(3, "soon"))).toHaveLength(1);
  });

  it("of every module say why and until when", () => {
    expect(readSuppressions(root).length).toBeGreaterThan(10);
  });
});

describe("days", () => {
  it("are counted, one after the other", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
        (date) => {
          const after = new Date(date.getTime() + 86_400_000);
          const [day = 0, next = 0] = [date, after].map((one) => daysOf(one.toISOString().slice(0, 10)));
          expect(next - day).toBe(1);
        },
      ),
    );
  });
});
