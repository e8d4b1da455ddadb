import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseArguments } from "./arguments.ts";
import type { Recovered } from "./recover.ts";
import { exitCode, next, report, wrap } from "./report.ts";
import { Known } from "./state.ts";
import { unknownTo } from "./strays.ts";

const clean: Recovered = {
  stack: "clinic-dev-eu-west-1-network",
  state: "ready",
  saved: false,
  kept: [],
  replaced: [],
  adopted: [],
  refused: [],
  ambiguous: [],
  toCreate: 0,
  left: [],
  strangers: [],
};
const info = {
  id: "19604f2b",
  who: "ada@laptop",
  operation: "OperationTypeApply",
  created: new Date("2026-11-21T15:45:47Z"),
};

describe("a report", () => {
  it("is two lines where all is in order", () => {
    expect(report(clean)).toBe("clinic-dev-eu-west-1-network\n  In order.");
  });

  it("says what was found, what was done and what is left", () => {
    const arns = [
      "ec2:eu-west-1:1:natgateway/nat-1",
      "elasticfilesystem:eu-west-1:1:file-system/fs-1",
      "kms:eu-west-1:1:key/k",
    ];
    const { candidates } = unknownTo(
      new Known([]),
      arns.map((arn) => ({
        arn: `arn:aws:${arn}`,
        tags: arn.startsWith("elastic") ? { Name: "clinic-dev-documents" } : {},
      })),
    );
    const [nat, files, key] = candidates.map((stray) => ({
      stray,
      fits: [] as string[],
      used: false,
      deleted: false,
    }));
    if (nat === undefined || files === undefined || key === undefined) throw new Error("no strays");
    const text = report({
      ...clean,
      state: "undecided",
      lock: { info, verdict: { is: "abandoned" }, broken: true },
      saved: true,
      kept: ["aws_db_instance.database"],
      replaced: ["aws_lb.load-balancer"],
      adopted: [{ address: "aws_iam_role.r", type: "aws_iam_role", id: "clinic-dev-r" }],
      refused: [
        {
          address: "aws_iam_role.s",
          id: "clinic-dev-s",
          why: "It is somebody else's.",
        },
      ],
      left: [
        { ...nat, deleted: true },
        { ...files, fits: ["aws_efs_file_system.documents"] },
        { ...key, used: true },
      ],
      strangers: [{ arn: "arn:aws:quicksight:eu-west-1:1:dashboard/d", tags: {} }],
      toCreate: 3,
    });
    expect(text).toMatchInlineSnapshot(`
      "clinic-dev-eu-west-1-network
        Locked by ada@laptop since 2026-11-21 15:45 UTC (apply). That process is gone:
          unlocked.
        The state that Terraform could not save is saved now.
        Kept, though unfinished; the next deployment completes it:
          aws_db_instance.database
        Unfinished; the next deployment makes it anew (it holds no data):
          aws_lb.load-balancer
        Adopted: it was there, and Terraform knows it now:
          aws_iam_role.r
            clinic-dev-r
        In the way of the next deployment:
          aws_iam_role.s
            clinic-dev-s
            It is somebody else's.
        Deleted:
          arn:aws:ec2:eu-west-1:1:natgateway/nat-1
        AWS has it, Terraform does not know it, and no address is free for it:
          arn:aws:elasticfilesystem:eu-west-1:1:file-system/fs-1
            (clinic-dev-documents)
            costs: by size, may hold data
            to keep: terraform -chdir=cdktf.out/stacks/clinic-dev-eu-west-1-network
              import 'aws_efs_file_system.documents' fs-1
          arn:aws:kms:eu-west-1:1:key/k
            costs: by the month, in use by something that Terraform manages
            to delete: aws kms schedule-key-deletion --pending-window-in-days 30
              --key-id k --region eu-west-1
        With this stack's tags, unknown to Terraform and to this command:
          arn:aws:quicksight:eu-west-1:1:dashboard/d
        To decide: 4."
    `);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("says of a lock that is held what to do", () => {
    const held = report({
      ...clean,
      state: "locked",
      lock: { info, verdict: { is: "held", pid: 42 }, broken: false },
    });
    expect(held).toContain("Process 42");
    expect(held).toContain("kill -INT 42");
    const unseen = report({ ...clean, state: "locked", lock: { info, verdict: { is: "held" }, broken: false } });
    expect(unseen).toContain("nothing was done");
    expect(unseen).not.toContain("undefined");
    const verdict = { is: "elsewhere", host: "laptop" } as const;
    expect(
      report({
        ...clean,
        state: "locked",
        lock: { info, verdict, broken: false },
      }),
    ).toContain("--break-lock");
    expect(report({ ...clean, lock: { info, verdict, broken: true } })).toMatch(/Unlocked, as you\s+asked/);
  });

  it("says why it waits or failed", () => {
    expect(report({ ...clean, state: "waiting", message: "It reads network." })).toContain("It reads network.");
    expect(report({ ...clean, state: "failed", message: "AWS said no." })).toContain("Failed.\n  AWS said no.");
  });
});

describe("the end", () => {
  const states = (...all: Recovered["state"][]) => all.map((state) => ({ ...clean, state }));

  it("has an exit code that the worst of all stacks decides", () => {
    expect(exitCode(states("ready", "waiting"))).toBe(0);
    expect(exitCode(states("undecided", "ready"))).toBe(4);
    expect(exitCode(states("undecided", "locked"))).toBe(3);
    expect(exitCode(states("locked", "failed", "undecided"))).toBe(1);
  });

  it("says what to type next", () => {
    expect(next(states("ready"), ["clinic-dev-*"])).toMatch(/^Next.*\n {2}npm run deploy -- 'clinic-dev-\*'$/);
    expect(next(states("undecided"), ["clinic-dev-*"])).toContain("Decide");
    expect(next(states("locked"), ["clinic-dev-*"])).not.toContain("deploy");
  });
});

it("breaks lines at 80 columns, loses no word, and cuts none", () => {
  const words = fc.array(fc.stringMatching(/^[a-z:/-]{1,40}$/), {
    minLength: 1,
  });
  fc.assert(
    fc.property(words, (all) => {
      const lines = wrap(all.join(" "), "  ");
      expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(all);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    }),
  );
  expect(wrap("x".repeat(100), "  ")).toEqual([`  ${"x".repeat(100)}`]);
});

describe("arguments", () => {
  it("are stacks and flags, in any order", () => {
    expect(parseArguments(["--json", "a", "b-*", "--break-lock"])).toEqual({
      patterns: ["a", "b-*"],
      breakLock: true,
      deleteStrays: false,
      json: true,
    });
  });

  it("are refused where a stack is missing or a flag is unknown", () => {
    expect(parseArguments([])).toBeUndefined();
    expect(parseArguments(["--delete-strays"])).toBeUndefined();
    expect(parseArguments(["a", "--delete"])).toBeUndefined();
    expect(parseArguments(["a", "--help"])).toBeUndefined();
  });
});
