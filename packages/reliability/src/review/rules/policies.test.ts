import { describe, expect, it } from "@jest/globals";
import { type Json, textOf } from "../../read/json.ts";
import { readPlan } from "../../read/plan.ts";
import { View } from "../view.ts";
import { policyRules } from "./policies.ts";

const statement = (more: object) => ({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::a/*",
  ...more,
});

/** What is said of a policy that was `before` and will be `after`. */
function said(before: readonly object[] | undefined, after: readonly object[]): string[] {
  const text = (statements: readonly object[] | undefined) =>
    statements === undefined ? null : { policy: JSON.stringify({ Statement: statements }) };
  const change = { actions: [before === undefined ? "create" : "update"], before: text(before), after: text(after) };
  const plan = {
    format_version: "1.2",
    resource_changes: [
      {
        address: "aws_iam_policy.x",
        mode: "managed",
        type: "aws_iam_policy",
        name: "x",
        change: change as unknown as Json,
      },
    ],
  };
  const [entry] = readPlan(plan, "s").changes;
  if (entry === undefined) throw new Error("no change");
  const view = new View(entry);
  return policyRules
    .filter(({ types }) => types === "all")
    .flatMap((rule) => rule.look(view).map((hit) => textOf(hit.after ?? hit.before)));
}

describe("a policy that opens", () => {
  it.each([
    ["everything", { Action: "*", Resource: "*" }, "Allow * on *"],
    ["a service", { Action: "iam:*", Resource: "*" }, "Allow iam:* on *"],
    [
      "a service but for a resource",
      { Action: "iam:*", Resource: undefined, NotResource: "arn:aws:iam::1:role/a" },
      "Allow iam:* on *",
    ],
    ["what gives all rights", { Action: ["s3:GetObject", "iam:PassRole"], Resource: "*" }, "Allow iam:PassRole on *"],
    ["all but something", { Action: undefined, NotAction: ["iam:*"], Resource: "*" }, "Allow all but iam:*"],
    ["to everybody", { Principal: "*" }, "Allow s3:GetObject to everybody"],
    ["to everybody, written out", { Principal: { AWS: ["*"] } }, "Allow s3:GetObject to everybody"],
    [
      "to all but somebody",
      { Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::1:root" } },
      "Allow with NotPrincipal",
    ],
    [
      "to an identity provider",
      { Principal: { Federated: "arn:aws:iam::1:oidc-provider/a" } },
      "Allow s3:GetObject to arn:aws:iam::1:oidc-provider/a",
    ],
  ])("is said to, new or changed: %s", (_name, more, expected) => {
    expect(said(undefined, [statement(more)])).toEqual([expected]);
    expect(said([statement({})], [statement({}), statement(more)])).toEqual([expected]);
    expect(said([statement(more)], [statement(more)])).toEqual([]);
  });

  it("is said to when a condition is taken away", () => {
    const held = statement({ Principal: "*", Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } });
    expect(said([held], [statement({ Principal: "*" })])).toEqual(["Allow s3:GetObject to everybody"]);
    expect(said(undefined, [held])).toEqual([]);
  });

  it("is said to when somebody is added, and not when a new one names somebody", () => {
    const other = statement({ Principal: { AWS: "arn:aws:iam::2:root" } });
    expect(said([statement({ Principal: { AWS: "arn:aws:iam::1:root" } })], [other])).toEqual([
      "Allow s3:GetObject to arn:aws:iam::2:root",
    ]);
    expect(said(undefined, [other])).toEqual([]);
  });

  it("is told from one that opens less, however long the list", () => {
    const actions = Array.from({ length: 6 }, (_value, index) => `s3:Action${index}`);
    const many = (list: readonly string[]) => [statement({ Principal: "*", Action: list })];
    expect(said(many(actions), many([...actions.slice(0, 5), "s3:Other"]))).toEqual([
      "Allow s3:Action0, s3:Action1, s3:Action2, s3:Action3 and 2 more to everybody",
    ]);
  });

  it("is not a key's own policy, nor a role's trust in a service", () => {
    expect(
      said(undefined, [statement({ Action: "kms:*", Resource: "*", Principal: { AWS: "arn:aws:iam::1:root" } })]),
    ).toEqual([]);
    expect(
      said(undefined, [statement({ Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } })]),
    ).toEqual([]);
  });
});

describe("a denial", () => {
  const deny = (more: object) =>
    statement({
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
      ...more,
    });

  it.each([
    ["taken away", []],
    ["of less", [deny({ Resource: "arn:aws:s3:::a/*" })]],
    ["of fewer actions", [deny({ Action: "s3:PutObject" })]],
    [
      "on another condition",
      [deny({ Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:SourceVpc": "a" } } })],
    ],
  ])("that is another one is said: %s", (_name, after) => {
    expect(said([deny({})], after)).toEqual(["Deny s3:* on * when Bool aws:SecureTransport"]);
  });

  it("that stays is not, in another order, with another name or beside others", () => {
    expect(
      said([deny({ Sid: "a" })], [statement({}), Object.fromEntries(Object.entries(deny({ Sid: "b" })).toReversed())]),
    ).toEqual([]);
  });
});
