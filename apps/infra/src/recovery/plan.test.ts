import { describe, expect, it } from "@jest/globals";
import { absences, changesNothing, creations, type Plan } from "./plan.ts";
import type { Stack } from "./stacks.ts";
import { diagnostics } from "./terraform.ts";

const stack: Stack = {
  name: "clinic-dev-network",
  directory: "/nowhere",
  dependencies: [],
  configuration: { terraform: {}, provider: { aws: [{ region: "eu-west-1" }] } },
};

describe("what does not exist", () => {
  const gone = (address: string) => ({
    summary: "Cannot import non-existent remote object",
    detail: `While attempting to import an existing object to "${address}", the provider detected that no object exists.`,
  });
  const association = { address: "aws_route_table_association.a", id: "subnet-1/rtb-1" };
  const role = { address: "aws_iam_role.r", id: "clinic" };

  it("is known by Terraform's sentence, which names the address", () => {
    const { absent, others } = absences([gone("aws_iam_role.r")], [association, role]);
    expect([...absent]).toEqual(["aws_iam_role.r"]);
    expect(others).toEqual([]);
  });

  it("is known by a sentence of the provider, which has all parts of its id", () => {
    const error = { summary: "No association found between route table ID rtb-1 and target ID subnet-1", detail: "" };
    const neighbour = { address: "aws_route_table_association.b", id: "subnet-2/rtb-1" };
    expect([...absences([error], [neighbour, role, association]).absent]).toEqual(["aws_route_table_association.a"]);
    expect(absences([error], [role]).others).toEqual([error]);
  });

  it("is not concluded from another error", () => {
    const error = { summary: "No valid credential sources found", detail: "" };
    expect(absences([error, gone("aws_iam_role.r")], [association, role]).others).toEqual([error]);
  });
});

it("reads errors, and no warnings, from what Terraform prints", () => {
  const lines = [
    "Terraform v1.11.4",
    JSON.stringify({ "@level": "info", type: "version" }),
    JSON.stringify({ diagnostic: { severity: "warning", summary: "w" } }),
    JSON.stringify({ diagnostic: { severity: "error", summary: "e" } }),
  ];
  expect(diagnostics(lines.join("\n"))).toEqual([{ summary: "e", detail: "" }]);
});

describe("a plan", () => {
  const change = (actions: readonly string[], after: object, unknown: object = {}) => ({
    actions,
    before: null,
    after: { ...after },
    after_unknown: { ...unknown },
  });
  const at = (name: string, of: ReturnType<typeof change>, mode = "managed") => ({
    address: `aws_vpc.${name}`,
    mode,
    type: "aws_vpc",
    name,
    change: of,
  });

  it("creates what is new, with what is known of it; not what is replaced", () => {
    const plan: Plan = {
      resource_changes: [
        at(
          "new",
          change(
            ["create"],
            { cidr_block: "10.0.0.0/16", id: null, list: [] },
            { id: true, list: [{ a: false, b: true }] },
          ),
        ),
        at("replaced", change(["delete", "create"], {})),
        at("read", change(["read"], {}), "data"),
        at("same", change(["no-op"], {})),
      ],
    };
    expect(creations(plan, stack)).toEqual([
      { address: "aws_vpc.new", type: "aws_vpc", region: "eu-west-1", values: { cidr_block: "10.0.0.0/16" } },
    ]);
  });

  it("changes nothing where all is as it is, whatever is read", () => {
    expect(
      changesNothing({ resource_changes: [at("same", change(["no-op"], {})), at("d", change(["read"], {}), "data")] }),
    ).toBe(true);
    for (const action of ["create", "update", "delete"]) {
      expect(
        changesNothing({ resource_changes: [at("a", change(["no-op"], {})), at("b", change([action], {}))] }),
      ).toBe(false);
    }
  });
});
