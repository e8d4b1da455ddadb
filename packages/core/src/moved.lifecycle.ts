import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { plannedChanges, startTemporaryAws, type TemporaryAws, terraformOn } from "@mainstay/emulator";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import {
  adopted,
  EnvironmentStack,
  encryptionKey,
  type Life,
  localState,
  moved,
  nameOf,
  released,
  renamed,
} from "./index.ts";

// WHY: Terraform starts about twenty times, each with a provider of 600 MB.
jest.setTimeout(40 * 60_000);

/** What a plan does, by address. Empty: nothing at all. */
type Planned = Record<string, { readonly action: string; readonly previous?: string; readonly imported?: true }>;

describe("pain 27: construct renames destroy resources: with Terraform and the AWS provider on a local AWS", () => {
  let aws: TemporaryAws;

  beforeAll(async () => {
    aws = await startTemporaryAws();
  });

  afterAll(async () => {
    await aws?.stop();
  });

  it("a renamed construct is moved, twice over, and nothing is destroyed or created", async () => {
    const one = (id: string, first: (stack: EnvironmentStack) => void = () => {}) =>
      stackOf("service", (stack) => {
        first(stack);
        resources(stack, id);
      });
    await deploy("service", one("notices"));

    // An environment that is deployed for the first time after two renames.
    const twice = one("alerts", (stack) => {
      renamed(stack, { from: "notices", to: "alarms" });
      renamed(stack, { from: "alarms", to: "alerts" });
    });
    expect(await plan("service", twice)).toEqual(movesOf("notices", "alerts"));

    const once = one("alarms", (stack) => renamed(stack, { from: "notices", to: "alarms" }));
    expect(await deploy("service", once)).toEqual(movesOf("notices", "alarms"));
    expect(await deploy("service", twice)).toEqual(movesOf("alarms", "alerts"));
    expect(await plan("service", twice)).toEqual({});
    // Without a word of it, everything would go.
    const silent = await plan("service", one("silent"));
    expect(
      Object.values(silent)
        .map(({ action }) => action)
        .toSorted(),
    ).toEqual([...Array.from({ length: 3 }, () => "create"), ...Array.from({ length: 3 }, () => "delete")]);
  });

  it("a resource that moves alone is moved", async () => {
    const topic = (id: string, then: (stack: EnvironmentStack) => void = () => {}) =>
      stackOf("edge", (stack) => {
        new SnsTopic(stack, id, { name: "pages" });
        then(stack);
      });
    await deploy("edge", topic("pages"));
    const move = { from: "aws_sns_topic.pages", to: "aws_sns_topic.pagers" };
    const after = topic("pagers", (stack) => moved(stack, move));
    expect(await deploy("edge", after)).toEqual({ [move.to]: { action: "update", previous: move.from } });
    // The block may go once it has been deployed.
    expect(await plan("edge", topic("pagers"))).toEqual({});
  });

  it("a resource that goes to another stack is let go by one and taken by the other", async () => {
    const address = "aws_sns_topic.reports";
    const topic = (stack: EnvironmentStack) => new SnsTopic(stack, "reports", { name: "reports" });
    await deploy("network", stackOf("network", topic));

    const without = stackOf("network", (stack) => released(stack, address));
    expect(await deploy("network", without)).toEqual({ [address]: { action: "forget" } });
    const arn = "arn:aws:sns:eu-west-1:123456789012:reports";
    const within = stackOf("data", (stack) => {
      topic(stack);
      adopted(stack, { to: address, id: arn });
    });
    const imported = await deploy("data", within);
    expect(Object.keys(imported)).toEqual([address]);
    // Tags say which stack it is in, so they change.
    expect(imported[address]).toMatchObject({ action: "update", imported: true });
    expect(await plan("data", stackOf("data", topic))).toEqual({});
    expect(
      await plan(
        "network",
        stackOf("network", () => {}),
      ),
    ).toEqual({});
  });

  function directoryOf(life: Life): string {
    const directory = join(aws.directory, "cdktf.out/stacks", life);
    mkdirSync(directory, { recursive: true });
    mkdirSync(join(aws.directory, "terraform-state/local"), { recursive: true });
    return directory;
  }

  async function run(life: Life, ...args: string[]): Promise<string> {
    return await terraformOn(aws, directoryOf(life), ...args);
  }

  /** What it changed. WHY not planned before: that would start Terraform and provider once more. */
  async function deploy(life: Life, json: string): Promise<Planned> {
    await prepare(life, json);
    return planned(await run(life, "apply", "-auto-approve", "-json"));
  }

  async function prepare(life: Life, json: string): Promise<void> {
    const directory = directoryOf(life);
    writeFileSync(join(directory, "cdk.tf.json"), json);
    if (!existsSync(join(directory, ".terraform"))) await run(life, "init");
  }

  async function plan(life: Life, json: string): Promise<Planned> {
    await prepare(life, json);
    return planned(await run(life, "plan", "-json"));
  }
});

function planned(said: string): Planned {
  const entries = plannedChanges(said).map(({ address, action, from, imported }) => [
    address,
    { action, ...(from !== undefined && { previous: from }), ...(imported && { imported }) },
  ]);
  return Object.fromEntries(entries) as Planned;
}

/** What a module makes: names from its path, and a key. */
function resources(stack: EnvironmentStack, id: string): void {
  const network = new Vpc(stack, "network", { cidrBlock: "10.0.0.0/16" });
  const alarms = new Construct(stack, id);
  const name = nameOf(alarms, "securityGroup");
  new SnsTopic(alarms, "topic", { name });
  new SecurityGroup(alarms, "security-group", { name, description: `${name} members`, vpcId: network.id });
  encryptionKey(alarms, "key", { account: "123456789012", encrypts: "messages" });
}

function movesOf(from: string, to: string): Planned {
  const types = { aws_kms_key: "key", aws_security_group: "security-group", aws_sns_topic: "topic" };
  return Object.fromEntries(
    Object.entries(types).map(([type, id]) => [
      `${type}.${to}_${id}`,
      { action: "update", previous: `${type}.${from}_${id}` },
    ]),
  );
}

function stackOf(life: Life, build: (stack: EnvironmentStack) => void): string {
  const stack = new EnvironmentStack(Testing.app({ outdir: ".results/app" }), {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life,
    state: localState,
    cost: { owner: "team", costCenter: "1" },
  });
  build(stack);
  const problems = stack.node.findAll().flatMap(({ node }) => node.validate());
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return Testing.synth(stack);
}
