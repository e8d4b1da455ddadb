import { describe, expect, it } from "@jest/globals";
import { plannedChanges } from "@mainstay/emulator";
import { irreplaceable } from "../recovery/kinds.ts";
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

  it.each([...irreplaceable])("is always an objection where it deletes or replaces %s", (type) => {
    const short = type.replace("aws_", "");
    const bold = { ...change, deletes: ["*", short], replaces: ["*", short] };
    for (const action of ["delete", "replace"]) {
      const said = [`${type}.it would be ${action}d, and what it holds lost`];
      expect(objections(bold, plannedChanges(line(`${type}.it`, action)))).toEqual(said);
    }
  });

  it("counts databases, files, buckets, keys, secrets, vaults, zones and images to that, and nothing that goes with a zone", () => {
    const kinds = ["db_instance", "efs_file_system", "s3_bucket", "kms_key", "secretsmanager_secret", "backup_vault"];
    const all = [...kinds, "route53_zone", "ecr_repository"].map((type) => `aws_${type}`);
    expect([...irreplaceable]).toEqual(expect.arrayContaining(all));
    const zone = ["eip", "nat_gateway", "subnet", "efs_mount_target"];
    const gone = plannedChanges(zone.map((type) => line(`aws_${type}.it`, "delete")).join("\n"));
    expect(objections({ ...change, deletes: zone }, gone)).toEqual([]);
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
