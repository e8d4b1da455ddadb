import { describe, expect, it } from "@jest/globals";
import { kindOf, parseArn } from "./kinds.ts";
import { instances, Known, lacksOutputs, parseState, type State } from "./state.ts";

const state: State = {
  serial: 3,
  lineage: "l",
  resources: [
    { mode: "data", type: "aws_caller_identity", name: "account", instances: [{ attributes: { id: "1" } }] },
    {
      mode: "managed",
      type: "aws_nat_gateway",
      name: "nat",
      instances: [{ attributes: { id: "nat-1" }, status: "tainted" }],
    },
    {
      mode: "managed",
      type: "aws_kms_key",
      name: "key",
      instances: [{ index_key: "a", attributes: { id: "k-1", arn: "arn:aws:kms:eu-west-1:1:key/k-1" } }],
    },
    {
      mode: "managed",
      type: "aws_secretsmanager_secret",
      name: "secret",
      instances: [{ attributes: { arn: "arn:aws:secretsmanager:eu-west-1:1:secret:s-AbC123" } }],
    },
    {
      mode: "managed",
      type: "aws_sns_topic",
      name: "alarms",
      instances: [{ attributes: { arn: "arn:aws:sns:eu-west-1:1:alarms", id: "arn:aws:sns:eu-west-1:1:alarms" } }],
    },
    { mode: "managed", type: "aws_eip", name: "address", module: "module.m", instances: [{ attributes: null }] },
  ],
};

it("lists what Terraform manages, by address, and what is unfinished", () => {
  expect(instances(state).map(({ address, tainted }) => [address, tainted])).toEqual([
    ["aws_nat_gateway.nat", true],
    ['aws_kms_key.key["a"]', false],
    ["aws_secretsmanager_secret.secret", false],
    ["aws_sns_topic.alarms", false],
    ["module.m.aws_eip.address", false],
  ]);
  expect(instances(parseState(""))).toEqual([]);
});

describe("what states know", () => {
  const known = new Known([undefined, state]);
  const has = (text: string) => {
    const arn = parseArn(text);
    const kind = arn && kindOf(arn);
    if (arn === undefined || kind === undefined) throw new Error(text);
    return known.has({ arn, kind, id: kind.id(arn) });
  };

  it("is known by its ARN, or by its type and id", () => {
    expect(has("arn:aws:kms:eu-west-1:1:key/k-1")).toBe(true);
    expect(has("arn:aws:ec2:eu-west-1:1:natgateway/nat-1")).toBe(true);
  });

  it("is not known by the id of another type, nor by no id", () => {
    expect(has("arn:aws:ec2:eu-west-1:1:subnet/nat-1")).toBe(false);
    expect(has("arn:aws:ec2:eu-west-1:1:natgateway/nat-2")).toBe(false);
    expect(has("arn:aws:ec2:eu-west-1:1:elastic-ip/")).toBe(false);
  });

  it("is known with its copies in other regions, where it is a secret", () => {
    expect(has("arn:aws:secretsmanager:eu-central-1:1:secret:s-AbC123")).toBe(true);
    expect(has("arn:aws:secretsmanager:eu-central-1:1:secret:s-xyz789")).toBe(false);
    expect(has("arn:aws:sns:eu-west-1:1:alarms")).toBe(true);
    expect(has("arn:aws:sns:eu-central-1:1:alarms")).toBe(false);
  });

  it("is mentioned by others", () => {
    expect(known.mentions("k-1")).toBe(true);
    expect(known.mentions("k-2")).toBe(false);
  });
});

it("tells whether others can read a stack: all of its outputs have a value", () => {
  const promised = { output: { id: {}, arn: {} } };
  const having = (outputs: NonNullable<State["outputs"]>) => ({ ...state, outputs });
  expect(lacksOutputs(promised, having({ id: { value: "1" }, arn: { value: "a" }, old: { value: null } }))).toBe(false);
  expect(lacksOutputs(promised, having({ id: { value: "1" }, arn: { value: null } }))).toBe(true);
  expect(lacksOutputs(promised, having({ id: { value: "1" } }))).toBe(true);
  expect(lacksOutputs(promised, undefined)).toBe(true);
  expect(lacksOutputs({}, undefined)).toBe(false);
});
