import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { reference, stackOf, stateOf } from "../testing.ts";
import { describe as text } from "./describe.ts";
import type { PreflightFinding } from "./finding.ts";
import { preflight } from "./preflight.ts";

const network = (cidr: string) => ({
  "aws_vpc.network_vpc": { cidr_block: cidr },
  ...Object.fromEntries(
    ["a", "b", "c", "d"].map((zone) => [`aws_subnet.network_${zone}`, { vpc_id: reference("aws_vpc.network_vpc.id") }]),
  ),
});
const deployed = {
  "aws_vpc.network_vpc": { id: "vpc-1", cidr_block: "10.0.0.0/16" },
  ...Object.fromEntries(
    ["a", "b", "c", "d"].map((zone) => [`aws_subnet.network_${zone}`, { vpc_id: "vpc-1", id: `subnet-${zone}` }]),
  ),
  "aws_db_instance.database_instance": { multi_az: true },
};

describe("findings as text", () => {
  const found = preflight(
    [
      stackOf(
        {
          ...network("10.1.0.0/16"),
          "aws_db_instance.database_instance": {
            multi_az: false,
            kms_key_id: reference("var.key"),
          },
        },
        {},
        "clinic-test-eu-west-1-network",
      ),
    ],
    [stateOf(deployed, "clinic-test-eu-west-1-network")],
  );
  const properties = {
    "aws_db_instance.*/multi_az": "database.availability",
    "aws_vpc.network_vpc": "network.cidr",
    "*": "anything else",
  };

  it("says each change once, with what follows from it, and the property that was written", () => {
    expect(`\n${text(found, { properties })}\n`).toMatchInlineSnapshot(`
      "
      Refused: 1 change that must not be deployed.

        aws_vpc.network_vpc (clinic-test-eu-west-1-network)
          cidr_block: 10.0.0.0/16 -> 10.1.0.0/16
          written as: network.cidr
          The network would be replaced, and with it is lost everything that stands in
          it.
          With it go aws_subnet.network_a, aws_subnet.network_b, aws_subnet.network_c
          and 1 more.
          Fix: Set cidr_block back to "10.0.0.0/16"; to change it on purpose, make
          another one beside it and move over.

      1 change to know about.

        aws_db_instance.database_instance (clinic-test-eu-west-1-network)
          multi_az: true -> false
          written as: database.availability
          The standby in another zone goes: the loss of a zone, or of the instance,
          means a restore.
          Fix: Leave it true.

      1 value is known only when Terraform plans; a change of it would replace the
      resource:
        aws_db_instance.database_instance: kms_key_id
      "
    `);
  });

  it("is empty where nothing was found", () => {
    expect(text({ findings: [], unknown: [] })).toBe("");
  });

  it("fits the terminal, whatever it says, but for words that do not", () => {
    const words = fc.array(fc.stringMatching(/^[a-z:.]{1,20}$/), { maxLength: 30 }).map((list) => list.join(" "));
    const finding = fc.record({
      severity: fc.constantFrom("refuse" as const, "warn" as const),
      stack: words,
      address: words,
      attribute: fc.option(words, { nil: undefined }),
      before: fc.option(words, { nil: undefined }),
      after: fc.option(words, { nil: undefined }),
      why: words,
      fix: words,
      cause: fc.constant(undefined),
    });
    fc.assert(
      fc.property(fc.array(finding), fc.integer({ min: 40, max: 120 }), (findings, width) => {
        const lines = text({ findings, unknown: [] }, { width }).split("\n");
        expect(lines.filter((line) => line.length > width && line.trim().includes(" "))).toEqual([]);
      }),
    );
  });

  it("says what follows where it follows, in its own stack, and says a circle whole", () => {
    const finding = (stack: string, address: string, cause?: string): PreflightFinding => ({
      severity: "refuse",
      stack,
      address,
      attribute: undefined,
      before: undefined,
      after: undefined,
      why: `${stack} ${address} goes.`,
      fix: "None.",
      cause: cause === undefined ? undefined : { stack: "one", address: cause },
    });
    const said = text({
      findings: [
        finding("other", "vpc"),
        finding("one", "vpc"),
        finding("one", "subnet", "vpc"),
        finding("one", "files", "subnet"),
      ],
      unknown: [],
    });
    expect(said).toContain("Refused: 2 changes");
    expect(said.indexOf("With it go subnet")).toBeGreaterThan(said.indexOf("vpc (one)"));
    expect(said.match(/With it go subnet, files\./g)).toHaveLength(1);
    const circle = [finding("one", "a", "b"), finding("one", "b", "a"), finding("one", "c", "missing")];
    expect(text({ findings: circle, unknown: [] })).toContain("Refused: 3 changes");
    const after = text({ findings: [...circle, finding("one", "d", "a")], unknown: [] });
    expect(after).toContain("Refused: 3 changes");
    expect(after).toContain("With it goes d.");
  });

  it("names the property that fits first", () => {
    expect(
      text(found, {
        properties: { "aws_vpc.network_vpc/cidr_block": "one", ...properties },
      }),
    ).toContain("written as: one");
    expect(text(found)).not.toContain("written as");
  });
});
