import { describe, expect, it } from "@jest/globals";
import { plannedChanges } from "@mainstay/emulator";
import type { Change } from "./changes.ts";
import { byType, stateful } from "./effect.ts";
import { objections, summarise } from "./verdict.ts";

const line = (addr: string, action: string, previous?: string) =>
  JSON.stringify({
    "@level": "info",
    type: "planned_change",
    change: {
      resource: { addr, resource_type: addr.split(".")[0] },
      action,
      ...(previous !== undefined && { previous_resource: { addr: previous } }),
    },
  });
const output = [
  '{"type":"version","terraform":"1.11.0"}',
  line("aws_eip.a", "create"),
  line("aws_eip.b", "create"),
  line("aws_lb.entrance", "update"),
  line("aws_ecs_task_definition.api", "replace"),
  line("aws_route.b", "delete"),
  line("aws_vpc.network", "noop"),
  line("data.aws_caller_identity.account", "read"),
  "",
].join("\n");
const change: Change = {
  name: "a change",
  props: (props) => props,
  updates: ["lb"],
  replaces: ["ecs_task_definition"],
  deletes: ["route"],
};

describe("what a plan does", () => {
  const planned = plannedChanges(output);

  it("is what becomes of managed resources", () => {
    expect(planned.map(({ address, action }) => [address, action])).toEqual([
      ["aws_eip.a", "create"],
      ["aws_eip.b", "create"],
      ["aws_lb.entrance", "update"],
      ["aws_ecs_task_definition.api", "replace"],
      ["aws_route.b", "delete"],
    ]);
    expect(byType(planned, "create")).toEqual({ aws_eip: 2 });
    expect(summarise(planned)).toBe("2 created, 1 changed, 1 replaced, 1 deleted");
    expect(summarise([])).toBe("nothing");
  });

  it("is no objection where the change may do it", () => {
    expect(objections(change, planned)).toEqual([]);
  });

  it.each([
    ["an update", { updates: [] }, "aws_lb.entrance: update was not expected"],
    ["a replacement", { replaces: [] }, "aws_ecs_task_definition.api: replace was not expected"],
    ["a deletion", { deletes: [] }, "aws_route.b: delete was not expected"],
  ])("is an objection where %s was not expected", (_, less, said) => {
    expect(objections({ ...change, ...less }, planned)).toEqual([said]);
  });

  it.each(stateful)("is always an objection where it replaces %s", (type) => {
    const replaced = plannedChanges(line(`${type}.it`, "replace"));
    const bold = { ...change, replaces: ["*", type.replace("aws_", "")] };
    expect(objections(bold, replaced)).toEqual([`${type}.it would be replaced, and what it holds lost`]);
  });

  it("pain 27: construct renames destroy resources: an address that moves is an objection", () => {
    const moved = plannedChanges(line("aws_lb.new", "move", "aws_lb.old"));
    expect(objections(change, moved)).toEqual(["aws_lb.old moves to aws_lb.new"]);
  });
});
