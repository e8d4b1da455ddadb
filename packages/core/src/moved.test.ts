import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { describe, expect, it } from "@jest/globals";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import { adopted, EnvironmentStack, localState, moved, nameOf, released, renamed } from "./index.ts";

describe("pain 27: construct renames destroy resources", () => {
  it("a resource that moves keeps what it stands for", () => {
    const stack = build("alarms");
    moved(stack, { from: "aws_sns_topic.notices_topic", to: "aws_sns_topic.alarms_topic" });
    expect(synth(stack).moved).toEqual([{ from: "aws_sns_topic.notices_topic", to: "aws_sns_topic.alarms_topic" }]);
  });

  it("a resource that has moved twice is found under either address", () => {
    const stack = build("alarms");
    moved(stack, { from: "aws_sns_topic.news_topic", to: "aws_sns_topic.notices_topic" });
    moved(stack, { from: "aws_sns_topic.notices_topic", to: "aws_sns_topic.alarms_topic" });
    expect(problems(stack)).toEqual([]);
    expect(synth(stack).moved).toHaveLength(2);
  });

  it("a construct that is renamed moves all its resources, and no other", () => {
    const stack = build("alarms", (empty) => renamed(empty, { from: "notices", to: "alarms" }));
    new SnsTopic(new Construct(stack, "alarms-elsewhere"), "topic", {});
    expect(synth(stack).moved).toEqual([
      { from: "aws_sqs_queue.notices_dead-letters_queue", to: "aws_sqs_queue.alarms_dead-letters_queue" },
      { from: "aws_sns_topic.notices_topic", to: "aws_sns_topic.alarms_topic" },
    ]);
  });

  it("a construct that is renamed keeps its AWS names, tags as well", () => {
    const before = synth(build("notices")).resource;
    const after = synth(build("alarms", (stack) => renamed(stack, { from: "notices", to: "alarms" }))).resource;
    expect(after.aws_sns_topic.alarms_topic.name).toBe("clinic-dev-notices");
    expect(withoutComments(after.aws_sns_topic.alarms_topic)).toEqual(
      withoutComments(before.aws_sns_topic.notices_topic),
    );
    expect(withoutComments(after.aws_sqs_queue["alarms_dead-letters_queue"])).toEqual(
      withoutComments(before.aws_sqs_queue["notices_dead-letters_queue"]),
    );
  });

  it("a construct that is renamed again moves from whatever a state still has, and keeps its first name", () => {
    const stack = build("alerts", (empty) => {
      renamed(empty, { from: "notices", to: "alarms" });
      renamed(empty, { from: "alarms", to: "alerts" });
    });
    const { moved: moves, resource } = synth(stack);
    expect(moves.filter(({ to }: { to: string }) => to.endsWith("_topic"))).toEqual([
      { from: "aws_sns_topic.alarms_topic", to: "aws_sns_topic.alerts_topic" },
      { from: "aws_sns_topic.notices_topic", to: "aws_sns_topic.alarms_topic" },
    ]);
    expect(resource.aws_sns_topic.alerts_topic.name).toBe("clinic-dev-notices");
    expect(problems(stack)).toEqual([]);
  });

  it("two constructs are renamed beside each other", () => {
    const stack = build("alarms", (empty) => {
      renamed(empty, { from: "depot", to: "store" });
      renamed(empty, { from: "notices", to: "alarms" });
      renamed(empty, { from: "shed", to: "barn" });
    });
    expect(synth(stack).resource.aws_sns_topic.alarms_topic.name).toBe("clinic-dev-notices");
  });

  it("an inner construct is renamed by its path", () => {
    const stack = build("alarms", (empty) => renamed(empty, { from: "alarms/leftovers", to: "alarms/dead-letters" }));
    expect(synth(stack).moved).toEqual([
      { from: "aws_sqs_queue.alarms_leftovers_queue", to: "aws_sqs_queue.alarms_dead-letters_queue" },
    ]);
  });

  it("a resource that goes to another stack is let go by one and taken by the other", () => {
    const [one, other] = [build("other"), build("alarms")];
    released(one, "aws_sns_topic.alarms_topic");
    adopted(other, { to: "aws_sns_topic.alarms_topic", id: "arn:aws:sns:eu-west-1:123456789012:alarms" });
    expect(synth(one).removed).toEqual([{ from: "aws_sns_topic.alarms_topic", lifecycle: { destroy: false } }]);
    expect(synth(other).import).toEqual([
      { to: "aws_sns_topic.alarms_topic", id: "arn:aws:sns:eu-west-1:123456789012:alarms" },
    ]);
    expect([...problems(one), ...problems(other)]).toEqual([]);
  });

  it("a stack in which nothing moved says nothing of it", () => {
    expect(Object.keys(synth(build("alarms"))).filter((key) => ["moved", "removed", "import"].includes(key))).toEqual(
      [],
    );
  });
});

describe("a move that Terraform would refuse, or not understand, is refused before", () => {
  const topic = (name: string) => `aws_sns_topic.${name}_topic`;

  it.each<[string, (stack: EnvironmentStack) => void, string]>([
    [
      "from what is still there",
      (stack) => moved(stack, { from: topic("alarms"), to: topic("alarms") }),
      "nothing of the stack has any more",
    ],
    [
      "to what is not there",
      (stack) => moved(stack, { from: topic("a"), to: topic("alrams") }),
      `allowed: ${topic("alarms")}`,
    ],
    [
      "to another type",
      (stack) => moved(stack, { from: "aws_sqs_queue.a", to: topic("alarms") }),
      "two addresses of one type",
    ],
    [
      "twice",
      (stack) => [1, 2].map(() => moved(stack, { from: topic("a"), to: topic("alarms") })),
      "each address once",
    ],
    [
      "of a construct that is there already",
      (stack) => renamed(stack, { from: "a", to: "alarms" }),
      "before the construct is made",
    ],
    ["of a construct that is not there", (stack) => renamed(stack, { from: "a", to: "b" }), "the path of a construct"],
    [
      "of a construct whose old id is used again",
      (stack) => renamed(stack, { from: "alarms", to: "b" }),
      "renamed.from is",
    ],
    ["of what stays", (stack) => released(stack, topic("alarms")), "released is"],
    ["into what is not there", (stack) => adopted(stack, { to: topic("b"), id: "x" }), "adopted.to is"],
  ])("%s", (_case, say, expected) => {
    const stack = build("alarms");
    say(stack);
    expect(problems(stack).join("\n")).toContain(expected);
  });
});

function build(id: string, first: (stack: EnvironmentStack) => void = () => {}): EnvironmentStack {
  const stack = new EnvironmentStack(Testing.app({ outdir: ".results/app" }), {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life: "service",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
  });
  first(stack);
  const alarms = new Construct(stack, id);
  const inner = new Construct(alarms, "dead-letters");
  new SnsTopic(alarms, "topic", { name: nameOf(alarms, "tag"), tags: { Name: nameOf(alarms, "tag", "all") } });
  new SqsQueue(inner, "queue", { name: nameOf(inner, "tag") });
  return stack;
}

function synth(stack: EnvironmentStack) {
  return JSON.parse(Testing.synth(stack));
}

function problems(stack: EnvironmentStack): string[] {
  return stack.node.findAll().flatMap(({ node }) => node.validate());
}

function withoutComments({ "//": _comment, ...rest }: Record<string, unknown>) {
  return rest;
}
