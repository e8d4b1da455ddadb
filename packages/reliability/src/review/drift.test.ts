import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../read/json.ts";
import { fixture, seeded } from "./testing/fixture.ts";
import { of } from "./testing/reviewed.ts";

describe("drift", () => {
  const drifted = (
    type: string,
    address: string,
    before: JsonObject,
    after: JsonObject | null,
    more: JsonObject = {},
  ) => ({
    ...fixture("catalogue-network"),
    resource_drift: [
      {
        address,
        mode: "managed",
        type,
        name: address.split(".")[1] ?? "",
        change: { actions: [after === null ? "delete" : "update"], before, after },
      },
    ],
    ...more,
  });

  it("of what the code sets is said, with what the plan does about it", () => {
    const base = fixture("catalogue-network");
    const plan = drifted("aws_vpc", "aws_vpc.main", { cidr_block: "10.0.0.0/16" }, { cidr_block: "10.9.0.0/16" });
    expect(of(plan).findings).toMatchObject([
      { kind: "drift", attribute: "cidr_block", why: "Changed outside of Terraform. The plan leaves it as it is now." },
    ]);
    const back = seeded(base, "aws_vpc.main", { action: "update", patch: { cidr_block: "10.8.0.0/16" } });
    expect(
      of({ ...back, resource_drift: plan.resource_drift }).findings.find(({ kind }) => kind === "drift")?.why,
    ).toMatch(/puts something else there/);
  });

  it("that deletes is said", () => {
    expect(of(drifted("aws_vpc", "aws_vpc.main", { id: "x" }, null)).findings).toMatchObject([
      { kind: "drift", rule: "deleted-outside" },
    ]);
  });

  it("that somebody has opened by hand is said though the code does not set it", () => {
    const plan = drifted(
      "aws_security_group",
      "aws_security_group.other",
      { id: "sg-1", ingress: [] },
      { id: "sg-1", ingress: [{ cidr_blocks: ["0.0.0.0/0"], protocol: "tcp", from_port: 22, to_port: 22 }] },
      {
        configuration: {
          root_module: { resources: [{ address: "aws_security_group.other", expressions: { name: {} } }] },
        },
      },
    );
    expect(of(plan).findings).toMatchObject([
      {
        kind: "drift",
        attribute: "ingress[0].cidr_blocks",
        why: expect.stringMatching(/whole Internet can reach tcp 22/),
      },
    ]);
  });

  it("that another resource of the plan brings is none", () => {
    expect(of(fixture("catalogue-storage")).findings).toEqual([]);
    expect(of(fixture("catalogue-storage")).changes.some(({ outside }) => outside)).toBe(true);
  });
});
