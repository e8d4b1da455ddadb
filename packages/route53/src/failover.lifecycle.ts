import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { awsCli, Deployment, startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { testStack } from "@mainstay/testing";
import { TerraformOutput, Testing } from "cdktf";
import { AliasRecord, createZone, DnsZone, FailoverLatch, failover, PrimaryHealth, simple } from "./index.ts";

let aws: TemporaryAws;
let deployment: Deployment;

beforeAll(async () => {
  aws = await startTemporaryAws();
  deployment = new Deployment(aws, aws.directory);
});

afterAll(async () => {
  await aws.stop();
});

it("a deployed name becomes a failover name in place, keeps its latch, and goes back in place", async () => {
  const outputs = await deployment.apply(single());
  expect(await deployment.plan(single())).toEqual([]);

  const updated = ["aws_route53_record.name_a", "aws_route53_record.name_aaaa"];
  const inPlace = updated.map((address) => ({ address, action: "update" }));
  expect(await deployment.change(dual({ standby: false }))).toEqual(inPlace);
  await deployment.change(dual());
  expect(await deployment.plan(dual())).toEqual([]);
  expect(await answers(outputs.zone)).toEqual(["PRIMARY", "PRIMARY", "SECONDARY", "SECONDARY"]);

  // What the alarm's event starts, on moto's own interpreter: it calls Route 53 here.
  expect(await threshold(outputs.gate)).toBe(1);
  const started = await cli("stepfunctions", "start-execution", "--state-machine-arn", String(outputs.machine));
  const { executionArn } = started as { executionArn: string };
  expect(await ended(executionArn)).toBe("SUCCEEDED");
  expect(await threshold(outputs.gate)).toBe(2);
  // pain 26: unintended failback. The next deployment does not take the latch off.
  expect(await deployment.plan(dual())).toEqual([]);

  // The command of the page for people.
  await cli(...String(outputs.failBack).split(" ").slice(1));
  expect(await threshold(outputs.gate)).toBe(1);
  await cli(...String(outputs.leave).split(" ").slice(1));
  expect(await threshold(outputs.gate)).toBe(2);

  // The secondary goes first: Route 53 takes no simple record beside it.
  await deployment.change(dual({ standby: false }));
  expect(await deployment.change(single())).toEqual(inPlace);
  expect(await answers(outputs.zone)).toEqual(["SIMPLE", "SIMPLE"]);
  await deployment.destroy();
  expect((await aws.leftovers()).leftovers).toEqual([]);
}, 2_400_000);

const target = (region: string) => ({ dnsName: `lb-1.${region}.elb.amazonaws.com`, zoneId: "Z32O12XQLNTSW2" });

function single(): string {
  return text({});
}

function dual({ standby = true } = {}): string {
  return text({ dual: true, standby });
}

/** One stack instead of three, so that a plan of the whole is one plan. */
function text({ dual: isDual = false, standby = false }): string {
  const stack = testStack({ life: "failover", region: "us-east-1" });
  const primary = new PrimaryHealth(stack, "primary", {
    name: "eu-west-1.clinic.example.com",
    path: "/health/ready",
  });
  const latch = new FailoverLatch(stack, "latch", {
    primary,
    notify: [{ arn: "arn:aws:sns:us-east-1:123456789012:alarms" }],
  });
  const zone = new DnsZone(stack, "zone", { zone: createZone("clinic.example.com"), protect: false });
  const routing = isDual ? failover({ role: "primary", region: "eu-west-1", healthCheck: primary }) : simple;
  const name = "clinic.example.com";
  new AliasRecord(stack, "name", { zone, name, target: target("eu-west-1"), routing });
  if (standby) {
    const second = failover({ role: "secondary", region: "eu-central-1" });
    new AliasRecord(stack, "standby", { zone, name, target: target("eu-central-1"), routing: second });
  }
  const values = {
    zone: zone.id,
    gate: primary.id,
    machine: latch.stateMachine.arn,
    leave: primary.leave,
    failBack: primary.failBack,
  };
  for (const [key, value] of Object.entries(values))
    new TerraformOutput(stack, `out-${key}`, { value }).overrideLogicalId(key);
  return Testing.synth(stack, true);
}

async function answers(zone: unknown): Promise<string[]> {
  const { ResourceRecordSets: records } = (await cli(
    "route53",
    "list-resource-record-sets",
    "--hosted-zone-id",
    String(zone),
  )) as { ResourceRecordSets: { Type: string; Failover?: string }[] };
  return records
    .filter(({ Type }) => Type === "A" || Type === "AAAA")
    .map(({ Failover }) => Failover ?? "SIMPLE")
    .toSorted();
}

async function threshold(gate: unknown): Promise<number> {
  const { HealthCheck } = (await cli("route53", "get-health-check", "--health-check-id", String(gate))) as {
    HealthCheck: { HealthCheckConfig: { HealthThreshold: number } };
  };
  return HealthCheck.HealthCheckConfig.HealthThreshold;
}

async function ended(executionArn: string): Promise<string> {
  for (;;) {
    const { status } = (await cli("stepfunctions", "describe-execution", "--execution-arn", executionArn)) as {
      status: string;
    };
    if (status !== "RUNNING") return status;
    await sleep(200);
  }
}

async function cli(...args: string[]): Promise<unknown> {
  return await awsCli(aws, args, "us-east-1");
}
