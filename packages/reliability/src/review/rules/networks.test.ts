import { describe, expect, it } from "@jest/globals";
import type { Json, JsonObject } from "../../read/json.ts";
import { readPlan } from "../../read/plan.ts";
import { View } from "../view.ts";
import { networkRules } from "./networks.ts";

/** What a change of a type opens. */
function opened(type: string, before: JsonObject | null, after: JsonObject): Json[] {
  const change = { actions: [before === null ? "create" : "update"], before, after };
  const plan = {
    format_version: "1.2",
    resource_changes: [{ address: `${type}.x`, mode: "managed", type, name: "x", change }],
  };
  const [entry] = readPlan(plan, "s").changes;
  if (entry === undefined) throw new Error("no change");
  const rules = networkRules.filter(
    ({ types, judgesNew }) => types.includes(type) && (before !== null || judgesNew === true),
  );
  return rules.flatMap((rule) => rule.look(new View(entry)).map(({ after: now }) => now ?? null));
}

const ingress = (more: JsonObject) => ({
  ingress: [
    { protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["10.0.0.0/8"], ipv6_cidr_blocks: [], ...more },
  ],
});

describe("a firewall that opens to the Internet", () => {
  it.each<[string, string, JsonObject, Json[]]>([
    ["a group", "aws_security_group", ingress({ cidr_blocks: ["0.0.0.0/0"] }), ["0.0.0.0/0, tcp 22"]],
    ["a group, IPv6", "aws_security_group", ingress({ ipv6_cidr_blocks: ["::/0"] }), ["::/0, tcp 22"]],
    [
      "a group, half of it",
      "aws_security_group",
      ingress({ cidr_blocks: ["0.0.0.0/1", "128.0.0.0/1"] }),
      ["0.0.0.0/1, tcp 22", "128.0.0.0/1, tcp 22"],
    ],
    [
      "a group, all ports",
      "aws_security_group",
      ingress({ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] }),
      ["0.0.0.0/0, all ports"],
    ],
    [
      "a group, all of a protocol",
      "aws_security_group",
      ingress({ protocol: "17", from_port: 0, to_port: 65_535, cidr_blocks: ["0.0.0.0/0"] }),
      ["0.0.0.0/0, all ports of udp"],
    ],
    [
      "a range of ports",
      "aws_security_group",
      ingress({ from_port: 8000, to_port: 8100, cidr_blocks: ["0.0.0.0/0"] }),
      ["0.0.0.0/0, tcp 8000-8100"],
    ],
    ["the default group", "aws_default_security_group", ingress({ cidr_blocks: ["0.0.0.0/0"] }), ["0.0.0.0/0, tcp 22"]],
    [
      "a rule",
      "aws_security_group_rule",
      { type: "ingress", protocol: "tcp", from_port: 3306, to_port: 3306, cidr_blocks: ["0.0.0.0/0"] },
      ["0.0.0.0/0, tcp 3306"],
    ],
    [
      "a rule of the new kind",
      "aws_vpc_security_group_ingress_rule",
      { ip_protocol: "tcp", from_port: 443, to_port: 443, cidr_ipv6: "::/0" },
      ["::/0, tcp 443"],
    ],
    [
      "a network ACL",
      "aws_network_acl_rule",
      { egress: false, rule_action: "ALLOW", protocol: "-1", cidr_block: "0.0.0.0/0" },
      ["0.0.0.0/0, all ports"],
    ],
    [
      "a rule that lets out",
      "aws_security_group_rule",
      { type: "egress", protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      [],
    ],
    [
      "a network ACL that denies",
      "aws_network_acl_rule",
      { egress: false, rule_action: "deny", protocol: "-1", cidr_block: "0.0.0.0/0" },
      [],
    ],
    [
      "what a connection needs to find its packet size",
      "aws_security_group",
      ingress({ protocol: "icmp", from_port: 3, to_port: 4, cidr_blocks: ["0.0.0.0/0"] }),
      [],
    ],
    ["a private range", "aws_security_group", ingress({}), []],
  ])("is said, new or changed: %s", (_name, type, after, expected) => {
    expect(opened(type, null, after)).toEqual(expected);
    expect(
      opened(type, { ...after, ingress: [], cidr_blocks: [], cidr_block: "10.0.0.0/8", cidr_ipv6: null }, after),
    ).toEqual(expected);
  });

  it("was open before: nothing, but for a port more", () => {
    const [one, two] = [
      ingress({ cidr_blocks: ["0.0.0.0/0"] }),
      ingress({ cidr_blocks: ["0.0.0.0/0"], from_port: 443, to_port: 443 }),
    ];
    expect(opened("aws_security_group", one, { ...one, description: "x" })).toEqual([]);
    expect(
      opened("aws_security_group", one, { ingress: [...(one.ingress as Json[]), ...(two.ingress as Json[])] }),
    ).toEqual(["0.0.0.0/0, tcp 443"]);
  });

  it("takes no text of a plan into its sentences", () => {
    const strange = ingress({ protocol: "@octocat", from_port: "<b>", to_port: "<i>", cidr_blocks: ["0.0.0.0/0"] });
    expect(opened("aws_security_group", null, strange)).toEqual(["0.0.0.0/0, a protocol ?-?"]);
  });
});
