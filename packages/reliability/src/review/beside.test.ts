import { describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../read/json.ts";
import { toMarkdown } from "./render/markdown.ts";
import { fixture } from "./testing/fixture.ts";
import { of, risks } from "./testing/reviewed.ts";

describe("what a plan says beside changes", () => {
  const quiet = { ...fixture("catalogue-network"), resource_drift: [] };
  const one = (more: JsonObject) => ({
    ...quiet,
    resource_changes: [{ address: "aws_vpc.x", mode: "managed", type: "aws_vpc", name: "x", ...more }],
  });

  it("a moved and an imported resource are listed, without a risk", () => {
    const moved = of(one({ previous_address: "aws_vpc.old", change: { actions: ["no-op"], before: {}, after: {} } }));
    expect(moved).toMatchObject({
      findings: [],
      changes: [{ previous: "aws_vpc.old", kind: "harmless" }],
      stacks: [{ counts: { move: 1 } }],
    });
    expect(toMarkdown(moved)[0]).toContain("`aws_vpc.x` was `aws_vpc.old`");
    const imported = of(one({ change: { actions: ["no-op"], before: {}, after: {}, importing: { id: "vpc-1" } } }));
    expect(imported).toMatchObject({
      findings: [],
      changes: [{ imported: true }],
      stacks: [{ counts: { import: 1 } }],
    });
  });

  it("what an earlier replacement left behind is lost, too", () => {
    const plan = {
      ...quiet,
      resource_changes: [
        {
          address: "aws_db_instance.x",
          deposed: "abc",
          mode: "managed",
          type: "aws_db_instance",
          name: "x",
          change: { actions: ["delete"], before: {}, after: null },
        },
      ],
    };
    expect(of(plan).findings).toMatchObject([
      { kind: "data-loss", rule: "deposed", address: "aws_db_instance.x (deposed abc)" },
    ]);
  });

  it.each([
    ["replace_because_tainted", /marked as tainted/],
    ["replace_by_request", /-replace/],
    ["replace_by_triggers", /replace_triggered_by/],
    ["replace_because_of_something_new", /does not say why/],
    [undefined, /does not say why/],
  ])("a replacement without paths has a reason: %s", (reason, because) => {
    const plan = one({
      ...(reason !== undefined && { action_reason: reason }),
      change: { actions: ["delete", "create"], before: { id: "a" }, after: { id: "b" } },
    });
    expect(of(plan).findings[0]?.cause?.because).toMatch(because);
  });

  it("a type that no table knows is not called harmless when it goes", () => {
    const gone = (type: string) =>
      risks({
        ...quiet,
        resource_changes: [
          {
            address: `${type}.x`,
            mode: "managed",
            type,
            name: "x",
            change: { actions: ["delete"], before: {}, after: null },
          },
        ],
      });
    expect(gone("aws_brand_new_thing")).toEqual(["outage aws_brand_new_thing.x"]);
    expect(gone("google_sql_database_instance")).toEqual(["data-loss google_sql_database_instance.x"]);
    expect(gone("random_pet")).toEqual([]);
  });

  it("a type without rules is named", () => {
    const plan = {
      ...quiet,
      resource_changes: [
        {
          address: "google_thing.x",
          mode: "managed",
          type: "google_thing",
          name: "x",
          change: { actions: ["update"], before: { a: 1 }, after: { a: 2 } },
        },
      ],
    };
    expect(of(plan).blindSpots).toContainEqual(
      expect.objectContaining({ id: "types-without-rules", names: ["google_thing"] }),
    );
  });

  it("checks of Terraform that do not hold are named with what they say", () => {
    const plan = {
      ...quiet,
      checks: [
        {
          address: { to_display: "check.health" },
          status: "fail",
          instances: [{ problems: [{ message: "it is down" }] }],
        },
        { address: { to_display: "check.fine" }, status: "pass" },
      ],
    };
    expect(of(plan).blindSpots).toContainEqual(
      expect.objectContaining({ id: "checks", names: ["check.health: fail: it is down"] }),
    );
  });
});
