import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readSynthesis } from "../read/synthesis.ts";
import { reference, stackOf } from "../testing.ts";
import { type Graph, graphOf } from "./graph.ts";

const key = { "aws_kms_key.main": {} };

describe("graphOf", () => {
  it("has an edge for each reference, with where it is written and what is read", () => {
    const graph = graphOf([
      stackOf({
        ...key,
        "aws_lb_listener.https": {
          default_action: [{ forward: { target_group: [{ arn: reference("aws_kms_key.main.arn") }] } }],
          depends_on: ["aws_kms_key.main"],
          lifecycle: {
            replace_triggered_by: ["aws_kms_key.main.id"],
            postcondition: [{ condition: reference("aws_kms_key.main.enabled == self.arn") }],
            ignore_changes: ["aws_kms_key"],
          },
          provider: "aws.main",
        },
      }),
    ]);
    expect(graph.edges.map(({ from, to, at, path }) => [from.address, to.address, at, path])).toEqual([
      ["aws_lb_listener.https", "aws_kms_key.main", "default_action.forward.target_group.arn", ["arn"]],
      ["aws_lb_listener.https", "aws_kms_key.main", "depends_on", []],
      ["aws_lb_listener.https", "aws_kms_key.main", "lifecycle.replace_triggered_by", ["id"]],
      ["aws_lb_listener.https", "aws_kms_key.main", "lifecycle.postcondition.condition", ["enabled"]],
    ]);
  });

  it("has no edge from a node to itself: nobody is their own user", () => {
    expect(graphOf([stackOf({ "aws_kms_key.main": { policy: reference("aws_kms_key.main.arn") } })]).edges).toEqual([]);
  });

  it("leads to the data source where something else than an output of another stack is read", () => {
    const remote = { data: { terraform_remote_state: { data: { backend: "local", config: { path: "p" } } } } };
    const here = stackOf(
      { "aws_sns_topic.a": { x: reference("data.terraform_remote_state.data.backend") } },
      remote,
      "here",
    );
    const there = stackOf({}, { terraform: { backend: { local: { path: "p" } } } }, "there");
    expect(graphOf([here, there]).edges.map(({ to }) => to.id)).toEqual(["here/data.terraform_remote_state.data"]);
  });

  it("follows a local, and reads through JSON that is written as text", () => {
    const graph = graphOf([
      stackOf(
        { ...key, "aws_iam_role_policy.use": { policy: `{"Resource":"${reference("local.key")}"}` } },
        { locals: { key: reference("aws_kms_key.main.arn") } },
      ),
    ]);
    expect(usersOf(graph, "test", "aws_kms_key.main")).toEqual(["aws_iam_role_policy.use @policy"]);
  });

  it("counts each user once per place, and a circle of outputs and locals as nobody", () => {
    const graph = graphOf([
      stackOf(
        {
          ...key,
          "aws_sns_topic.alarms": { a: [reference("aws_kms_key.main.id"), reference("aws_kms_key.main.arn")] },
        },
        { locals: { a: reference("local.b"), b: reference("[local.a, aws_kms_key.main.id]") } },
      ),
    ]);
    expect(usersOf(graph, "test", "aws_kms_key.main")).toEqual(["aws_sns_topic.alarms @a"]);
  });
});

describe("two stacks", () => {
  const output = (value: string) => ({ output: { key: { value } } });
  const reader = (backend: string, config: Record<string, string>, name = "other") => ({
    data: { terraform_remote_state: { [name]: { backend, config } } },
  });
  const use = (name = "other") => ({
    "aws_sns_topic.alarms": { kms_master_key_id: reference(`data.terraform_remote_state.${name}.outputs.key`) },
  });

  it.each([
    ["local", { path: "../states/data.tfstate" }],
    ["s3", { bucket: "states", key: "data.tfstate", region: "eu-west-1" }],
  ])("know each other by the place of a state: %s", (kind, config) => {
    const data = stackOf(
      key,
      { ...output(reference("aws_kms_key.main.arn")), terraform: { backend: { [kind]: config } } },
      "data",
    );
    const service = stackOf(use(), reader(kind, { ...config, region: "eu-north-1" }), "service");
    expect(usersOf(graphOf([data, service]), "data", "aws_kms_key.main")).toEqual([
      "aws_sns_topic.alarms @kms_master_key_id",
    ]);
    const elsewhere = stackOf(
      use(),
      reader(kind, Object.fromEntries(Object.keys(config).map((name) => [name, "x"]))),
      "service",
    );
    expect(usersOf(graphOf([data, elsewhere]), "data", "aws_kms_key.main")).toEqual(["outside by output.key"]);
  });

  it("know each other by the name that cdktf gives", () => {
    const name = "cross-stack-reference-input-data";
    const data = stackOf(key, output(reference("aws_kms_key.main.arn")), "data");
    const service = stackOf(use(name), reader("local", { path: "anywhere" }, name), "service");
    expect(usersOf(graphOf([data, service]), "data", "aws_kms_key.main")).toEqual([
      "aws_sns_topic.alarms @kms_master_key_id",
    ]);
    expect(
      graphOf([data, service]).resolve("service", {
        address: `data.terraform_remote_state.${name}`,
        path: ["outputs", "key"],
      })?.id,
    ).toBe("data/output.key");
  });

  it("may have resources of one address", () => {
    const graph = graphOf([
      stackOf(key, {}, "one"),
      stackOf({ ...key, "aws_sns_topic.a": { k: reference("aws_kms_key.main.id") } }, {}, "two"),
    ]);
    expect(usersOf(graph, "one", "aws_kms_key.main")).toEqual([]);
    expect(usersOf(graph, "two", "aws_kms_key.main")).toEqual(["aws_sns_topic.a @k"]);
  });
});

it("a graph is made of any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect(() => graphOf([readSynthesis(json, "any")])).not.toThrow();
    }),
  );
});

function usersOf(graph: Graph, stack: string, address: string): string[] {
  const node = graph.node(stack, address);
  return node === undefined
    ? ["missing"]
    : graph.usesOf(node).map(({ by, at, output }) => (by ? `${by.address} @${at}` : `outside by ${output}`));
}
