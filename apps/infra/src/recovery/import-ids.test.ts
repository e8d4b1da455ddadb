import { expect, it } from "@jest/globals";
import { importId, isShared } from "./import-ids.ts";

it.each([
  ["aws_iam_role", { name: "clinic" }, "clinic"],
  ["aws_iam_role_policy", { role: "clinic", name: "write" }, "clinic:write"],
  ["aws_ecs_service", { cluster: "arn:aws:ecs:eu-west-1:1:cluster/clinic", name: "api" }, "clinic/api"],
  [
    "aws_network_acl_rule",
    { network_acl_id: "acl-1", rule_number: 100, protocol: "tcp", egress: false },
    "acl-1:100:tcp:false",
  ],
  [
    "aws_route",
    { route_table_id: "rtb-1", destination_ipv6_cidr_block: "::/0", destination_cidr_block: "" },
    "rtb-1_::/0",
  ],
  ["aws_route53_record", { zone_id: "Z1", name: "api.example.com", type: "A" }, "Z1_api.example.com_A"],
  ["aws_route53_record", { zone_id: "Z1", name: "api", type: "A", set_identifier: "first" }, "Z1_api_A_first"],
])("%s planned as %j is imported by %s", (type, values, id) => {
  expect(importId(type, values)).toBe(id);
});

it("says nothing before all parts are known, and of types that it does not know", () => {
  expect(importId("aws_iam_role_policy", { name: "write" })).toBeUndefined();
  expect(importId("aws_iam_role", {})).toBeUndefined();
  expect(importId("aws_vpc", { name: "x" })).toBeUndefined();
  expect(importId("toString", {})).toBeUndefined();
});

it("is careful with what others may have made, without tags", () => {
  expect(["aws_route53_record", "aws_kms_alias", "aws_route"].map(isShared)).toEqual([true, true, false]);
});
