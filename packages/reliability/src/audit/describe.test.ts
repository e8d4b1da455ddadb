import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hostile } from "../review/testing/hostile.ts";
import { stackOf } from "../testing.ts";
import { plain } from "../text/plain.ts";
import { audit } from "./audit.ts";
import { describeAudit } from "./describe.ts";

describe("an audit for people", () => {
  it("says that nothing is found, of how much", () => {
    const stacks = [stackOf({ "aws_vpc.main": { tags: { Owner: "a", CostCenter: "b", Environment: "c" } } })];
    expect(describeAudit(audit(stacks), stacks)).toBe("1 stack, 1 resource: nothing is unused, oversized or untagged.");
  });

  it("is text and nothing else, whatever things are called, and counts all that is found", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), hostile, fc.boolean(), (names, stack, all) => {
        const resources = Object.fromEntries(names.map((name) => [`aws_eip.${name.replaceAll(".", "")}`, {}]));
        const stacks = [stackOf(resources, {}, stack)];
        const result = audit(stacks, { accepted: { [stack]: "meant" } });
        const text = describeAudit(result, stacks, { all });
        expect(text.split("\n").filter((line) => line !== plain(line))).toEqual([]);
        expect(text.match(/^ {4}Fix: /gm) ?? []).toHaveLength(result.findings.length);
      }),
    );
  });
});
